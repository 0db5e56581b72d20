//! Clashes with codings: recorded codings must stay valid, or they could not be adjudicated any more.
//!
//! *Invariant:* neither a clash nor its contents depend on the judgements of coders: coding is blind, and a
//! text can be checked by anybody. So every level counts as chosen once an indicator was coded.

use tenseven_model::Rubric;

use super::clash::{Aspect, Clash, Defined};
use crate::codings::Codings;

impl Defined<'_> {
    /// The clash with codings that were made by `before`, if the indicator was coded.
    pub(super) fn clash_with_codings(self, before: Self, codings: &Codings) -> Option<Clash> {
        let Self { indicator, frequency } = self;
        codings.units(Some(&indicator.id), None).next()?;
        let known = before.indicator.kind.rubric().map(Rubric::levels).unwrap_or_default();
        let wrong = match indicator.kind.rubric() {
            _ if frequency != before.frequency => {
                format!("is collected {frequency} here, and was coded {}", before.frequency)
            }
            None => format!("is a {} here, and was coded on a rubric", indicator.kind.as_str()),
            Some(rubric) => {
                let gone = known.iter().find(|level| rubric.place(&level.code).is_none())?;
                format!("has no level {} here, and was coded on a rubric that has it", gone.code)
            }
        };
        let message = format!("{wrong}; keep it as it is, or give the new one an id of its own");
        Some(Clash {
            indicator: indicator.id.clone(),
            aspect: Aspect::Observations,
            framework: None,
            message,
        })
    }
}
