//! Leaves: the stages of an indicator, from what is said at it and above it.

use tenseven_model::{
    Indicator,
    framework::{Direction, Leaf, Transform},
};

use super::{findings::Wrong, inheritance::Chain, table::Table};

/// The leaf of an indicator, from what is said at it and above it.
pub(super) fn leaf(part: &Table<'_>, indicator: &Indicator, chain: &Chain<'_, '_>) -> Result<Leaf, Wrong> {
    let scoring = chain.nearest(|stages| stages.normalise.as_ref());
    if scoring.is_none() && chain.reaches_root() {
        let problem =
            "is missing here and at every node above; write for example normalise = { method = \"levels\" }";
        part.find("normalise", problem);
    }
    let impute = match chain.nearest(|stages| stages.impute.as_ref()) {
        None => Ok(None),
        Some(Err(wrong)) => Err(*wrong),
        Some(Ok(impute)) => impute.of(part, indicator),
    };
    let normalise = scoring.and_then(|scoring| scoring.as_ref().ok()?.of(part, indicator));
    Ok(Leaf {
        indicator: indicator.id.clone(),
        sources: chain.nearest(|stages| stages.sources.clone()).unwrap_or_default(),
        max_age: chain.nearest(|stages| stages.max_age).unwrap_or(Ok(0))?,
        not_applicable: chain.nearest(|stages| stages.not_applicable.clone()).unwrap_or_default(),
        unknown_for: chain.nearest(|stages| stages.unknown_for.clone()).unwrap_or_default(),
        denominator: chain.nearest(|stages| stages.denominate.clone()).unwrap_or(Ok(None))?,
        impute: impute?,
        direction: chain.nearest(|stages| stages.direction).unwrap_or(Ok(Direction::default()))?,
        treat: chain.nearest(|stages| stages.treat).unwrap_or(Ok(None))?,
        transform: chain.nearest(|stages| stages.transform).unwrap_or(Ok(Transform::default()))?,
        normalise: normalise.ok_or(Wrong)?,
    })
}
