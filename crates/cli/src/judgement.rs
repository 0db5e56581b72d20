//! Judgements of coders and curators, as given by options and files.

use tenseven_client::v1;

use crate::vocabulary::missing_reason;

/// The judgement of a coder: the given level, or the given reason.
pub(crate) fn judgement(
    level: Option<String>,
    missing: Option<String>,
) -> Result<v1::coding::Judgement, String> {
    match (level, missing) {
        (Some(level), None) => Ok(v1::coding::Judgement::Level(level)),
        (None, Some(name)) => {
            let reason = missing_reason(&name).map_err(|problem| format!("missing: {problem}"))?;
            Ok(v1::coding::Judgement::Missing(reason.into()))
        }
        (None, None) => Err("there is no judgement; give level or missing".to_owned()),
        (Some(_), Some(_)) => Err("both level and missing are given; give one".to_owned()),
    }
}
