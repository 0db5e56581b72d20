//! How many periods scores run over: what is observed must not make that more than is allowed.

use tenseven_engine::Panel;
use tenseven_model::{FrameworkRef, ObservationKey, Period};

use super::versions::Frameworks;
use crate::rules::Rules;

/// The scores by a framework would run over more periods than they may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "with period {period} the scores by {framework} would run over {count} periods; at most {max} are allowed (periods_max)"
)]
pub struct TooManyPeriods {
    /// The period given.
    pub period: Period,
    /// The framework.
    pub framework: FrameworkRef,
    /// How many periods there would be.
    pub count: usize,
    /// The limit.
    pub max: usize,
}

/// For each framework whose scores would run over more periods than they may: the index of the first key by which they do. One
/// whose scores do so already is not scored, and is passed over. The panel is that of what is observed next to the keys.
pub(crate) fn too_many_periods(
    frameworks: &Frameworks,
    panel: &Panel,
    rules: &Rules<'_>,
    keys: &[&ObservationKey],
) -> Vec<(usize, TooManyPeriods)> {
    let budget = rules.budget();
    let mut found = Vec::new();
    for published in frameworks.newest() {
        let Some(max) = budget.periods_max(published.framework.draft().frequency) else { continue };
        let plan = &published.plan;
        let count_with = |keys: &[&ObservationKey]| plan.period_count_with(panel, keys.iter().copied());
        let Some(count) = count_with(keys).filter(|count| *count > max) else { continue };
        if plan.period_count(panel) > max {
            continue;
        }
        let lengths: Vec<usize> = (1..=keys.len()).collect();
        let is_within = |length: &usize| count_with(&keys[..*length]).is_none_or(|count| count <= max);
        let index = lengths.partition_point(is_within);
        let Some(key) = keys.get(index) else { continue };
        let (period, framework) = (key.period, published.framework.reference());
        found.push((index, TooManyPeriods { period, framework, count, max }));
    }
    found
}
