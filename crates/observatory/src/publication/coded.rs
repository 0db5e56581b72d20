//! Clashes with codings: what coders said must stay right, or it could not be adjudicated any more.

use tenseven_model::Value;

use super::{Aspect, Clash, clash::Defined};
use crate::assessment::Codings;

impl Defined<'_> {
    /// The clash with codings that would not be right, if there are any.
    pub(super) fn clash_with_codings(self, codings: &Codings) -> Option<Clash> {
        let Self { indicator, frequency } = self;
        let (mut count, mut first) = (0_u64, None);
        for (unit, history) in codings.units(Some(&indicator.id), None) {
            for filed in history.rounds().flat_map(|(_, round)| round.current()) {
                let checked = indicator.check(&Value::from(filed.judgement.clone()));
                let wrong = if unit.period().frequency() != frequency {
                    format!("it is {}, not {frequency}", unit.period().frequency())
                } else if indicator.kind.rubric().is_none() {
                    format!("it rates on a rubric, and this is a {}", indicator.kind.as_str())
                } else if let Err(mismatch) = checked {
                    mismatch.to_string()
                } else {
                    continue;
                };
                count += 1;
                // Whose it is stays unsaid: it may be of a round that is still open.
                first.get_or_insert_with(|| format!("of {} for {}: {wrong}", unit.area(), unit.period()));
            }
        }
        let first = first?;
        let codings = if count == 1 { "coding" } else { "codings" };
        let message = format!(
            "{count} {codings} of it would not be right any more (the first is {first}); keep it as it is, or give the new one an id of its own"
        );
        Some(Clash {
            indicator: indicator.id.clone(),
            aspect: Aspect::Observations,
            framework: None,
            message,
        })
    }
}
