//! Stages: what a leaf, or a node above it, says of how a value becomes a score.

use tenseven_model::{
    Indicator, IndicatorKind, SourceId,
    framework::{Direction, Impute, Leaf, Transform},
};

use super::{
    node::Chain,
    normalise::Scoring,
    schema::{DIRECTIONS, IMPUTE, TRANSFORMS},
    table::{Table, Word},
};

/// Something is said and it is wrong. What is wrong is among the findings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wrong;

/// What one part of the text says; none where it says nothing.
pub(super) struct Stages<'a> {
    sources: Option<Vec<SourceId>>,
    max_age: Option<Result<u32, Wrong>>,
    impute: Option<Result<StandIn<'a>, Wrong>>,
    direction: Option<Result<Direction, Wrong>>,
    transform: Option<Result<Transform, Wrong>>,
    normalise: Option<Result<Scoring<'a>, Wrong>>,
}

/// What stands in where nothing is known.
#[derive(Clone, Copy)]
enum StandIn<'a> {
    Nothing,
    Constant(f64),
    Level(Word<'a>),
}

impl<'a> Stages<'a> {
    /// Reads what `part` says.
    pub(super) fn read(part: &Table<'a>) -> Self {
        let sources = || {
            let words = part.list("sources");
            words.into_iter().filter_map(|word| part.parse_word("sources", word)).collect()
        };
        Self {
            sources: part.has("sources").then(sources),
            max_age: said(part, "max_age", |key| part.count(key)),
            impute: said(part, "impute", |_| impute(part)),
            direction: said(part, "direction", |key| part.choice(key, DIRECTIONS)),
            transform: said(part, "transform", |key| part.choice(key, TRANSFORMS)),
            normalise: said(part, "normalise", |_| Scoring::read(part)),
        }
    }
}

fn said<T>(part: &Table<'_>, key: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Result<T, Wrong>> {
    part.has(key).then(|| read(key).ok_or(Wrong))
}

fn impute<'a>(part: &Table<'a>) -> Option<StandIn<'a>> {
    let wanted = "write { constant = 0 }, { level = \"no\" } or \"none\"";
    if part.text_unchecked("impute").is_some() {
        return part.choice("impute", &[("none", StandIn::Nothing)]);
    }
    let table = part.table("impute", IMPUTE)?;
    match (table.has("constant"), table.has("level")) {
        (true, false) => table.number("constant").map(StandIn::Constant),
        (false, true) => table.word("level").map(StandIn::Level),
        (true, true) | (false, false) => {
            part.find("impute", format!("needs one of constant and level; {wanted}"));
            None
        }
    }
}

/// The leaf of an indicator, from what is said at it and above it.
pub(super) fn leaf(part: &Table<'_>, indicator: &Indicator, chain: &Chain<'_, '_>) -> Result<Leaf, Wrong> {
    let scoring = chain.nearest(|stages| stages.normalise.as_ref());
    if scoring.is_none() && chain.reaches_root() {
        let problem =
            "is missing here and at every node above; write for example normalise = { method = \"levels\" }";
        part.find("normalise", problem);
    }
    let constant = match chain.nearest(|stages| stages.impute) {
        None => Ok(None),
        Some(impute) => impute.and_then(|impute| constant(part, indicator, impute)),
    };
    let normalise = scoring.and_then(|scoring| scoring.as_ref().ok()?.of(part, indicator));
    Ok(Leaf {
        indicator: indicator.id.clone(),
        sources: chain.nearest(|stages| stages.sources.clone()).unwrap_or_default(),
        max_age: chain.nearest(|stages| stages.max_age).unwrap_or(Ok(0))?,
        not_applicable: Vec::new(),
        denominator: None,
        impute: constant?.map(Impute::Constant),
        direction: chain.nearest(|stages| stages.direction).unwrap_or(Ok(Direction::default()))?,
        treat: None,
        transform: chain.nearest(|stages| stages.transform).unwrap_or(Ok(Transform::default()))?,
        normalise: normalise.ok_or(Wrong)?,
    })
}

/// What stands in, in the scale of the value: a level is its place, a flag is 0 or 1.
fn constant(part: &Table<'_>, indicator: &Indicator, impute: StandIn<'_>) -> Result<Option<f64>, Wrong> {
    let problem = match (impute, &indicator.kind) {
        (StandIn::Nothing, _) => return Ok(None),
        (StandIn::Level(level), IndicatorKind::Rubric(rubric)) => {
            let codes = rubric.levels().iter().map(|level| level.code.as_str());
            if let Some(place) = codes.clone().position(|code| code == level.text) {
                return Ok(Some(place as f64));
            }
            let remedy = part.findings().remedy(level.text, codes);
            format!("{:?} is no level of the rubric of {}{remedy}", level.text, indicator.id)
        }
        (StandIn::Level(_), kind) => {
            format!("{} is a {} and has no levels; write constant = 0", indicator.id, kind.as_str())
        }
        (StandIn::Constant(_), IndicatorKind::Rubric(_)) => {
            format!("{} has a rubric; name a level of it as level = \"…\"", indicator.id)
        }
        (StandIn::Constant(constant), IndicatorKind::Flag) if ![0.0, 1.0].contains(&constant) => {
            format!("{} is a flag; write constant = 0 for false or 1 for true", indicator.id)
        }
        (StandIn::Constant(constant), _) => return Ok(Some(constant)),
    };
    part.find("impute", problem);
    Err(Wrong)
}
