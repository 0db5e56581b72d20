//! State rules: what a change must fulfil beyond its shape, to be accepted now.
//!
//! *Invariants:*
//! - What is put, or comes out of a merge, is right by the frameworks of now.
//! - What is merged or withdrawn is observed. What could be put once can be withdrawn for ever, whichever frameworks define its
//!   indicator now.

use std::{borrow::Cow, collections::HashMap};

use tenseven_model::{AreaCode, IndicatorId, Observation, ObservationKey, Value};

use super::{
    change::{Change, Merge},
    fault::{Fault, Problem, Remedy},
};
use crate::{frameworks::too_many_periods, rules::Rules, state::State};

/// Everything that is wrong with these changes, of which some of a submission may be left out (they had no shape).
/// `count` is the size of the whole submission. Of a merge that is not resolved with the current observation, only what it gives is
/// checked.
pub fn change_faults<'a>(
    state: &State,
    rules: &Rules<'_>,
    count: usize,
    changes: impl IntoIterator<Item = (usize, &'a Change)>,
) -> Vec<Fault> {
    let max = rules.limits.batch_observations_max;
    if count == 0 {
        return vec![Fault { index: None, problem: Problem::Empty }];
    }
    if count > max {
        return vec![Fault { index: None, problem: Problem::TooMany { count, max } }];
    }
    let (mut seen, mut faults) = (HashMap::new(), Vec::new());
    for (index, change) in changes {
        let mut find = |problem| faults.push(Fault { index: Some(index), problem });
        if let Some(earlier) = seen.insert(change.key(), index) {
            find(Problem::Duplicate { earlier });
        }
        match change {
            Change::Put(observation) => check_put(state, rules, observation, &mut find),
            Change::Merge(merge) => check_merge(state, rules, merge, &mut find),
            Change::Withdraw(withdrawal) => {
                let key = withdrawal.key();
                let remedy = state.withdrawn().get(key).map_or(Remedy::Correct, Remedy::LeaveOut);
                check_observed(state, rules, (key, remedy), &mut find);
            }
        }
    }
    faults
}

/// What is wrong with the names of a change that could not be read whole.
pub fn change_name_faults(
    state: &State,
    rules: &Rules<'_>,
    index: usize,
    (indicator, area): (Option<&IndicatorId>, Option<&AreaCode>),
) -> Vec<Fault> {
    let problems = unknown_names(state, rules, (indicator, area));
    problems.map(|problem| Fault { index: Some(index), problem }).collect()
}

fn unknown_names(
    state: &State,
    rules: &Rules<'_>,
    (indicator, area): (Option<&IndicatorId>, Option<&AreaCode>),
) -> impl Iterator<Item = Problem> {
    let area = area.and_then(|area| rules.world.check(area).err()).map(Problem::from);
    let indicator = indicator.and_then(|indicator| state.frameworks().indicator(indicator).err());
    area.into_iter().chain(indicator.map(Problem::from))
}

fn check_put(state: &State, rules: &Rules<'_>, observation: &Observation, find: &mut impl FnMut(Problem)) {
    check_value(state, rules, (observation.key(), Some(observation.value())), find);
}

fn check_merge(state: &State, rules: &Rules<'_>, merge: &Merge, find: &mut impl FnMut(Problem)) {
    let key = merge.request().key();
    if !check_observed(state, rules, (key, Remedy::Put), find) {
        return;
    }
    match merge.merged(state) {
        Some(Ok(merged)) => check_put(state, rules, merged, find),
        Some(Err(conflict)) => {
            find(conflict.into());
            check_value(state, rules, (key, merge.request().fields().value.as_ref()), find);
        }
        None => check_value(state, rules, (key, merge.request().fields().value.as_ref()), find),
    }
}

/// Whether something is observed; the names are checked only if not.
fn check_observed(
    state: &State,
    rules: &Rules<'_>,
    (key, remedy): (&ObservationKey, Remedy),
    find: &mut impl FnMut(Problem),
) -> bool {
    if state.panel().get(key).is_some() {
        return true;
    }
    let mut unknown = unknown_names(state, rules, (Some(&key.indicator), Some(&key.area))).peekable();
    if unknown.peek().is_none() {
        find(Problem::NotObserved { remedy });
    }
    unknown.for_each(find);
    false
}

/// What an observation has to fulfil by the frameworks of now; without a value, the rest of it.
fn check_value(
    state: &State,
    rules: &Rules<'_>,
    (key, value): (&ObservationKey, Option<&Value>),
    find: &mut impl FnMut(Problem),
) {
    if let Err(unknown) = rules.world.check(&key.area) {
        find(unknown.into());
    }
    match state.frameworks().indicator(&key.indicator) {
        Err(unknown) => find(unknown.into()),
        Ok((published, indicator)) => {
            let (period, expected) = (key.period, published.framework.draft().frequency);
            if period.frequency() != expected {
                find(Problem::Frequency { period, expected });
            }
            if let Err(unscored) = state.frameworks().check_added_up(&key.indicator, &key.area) {
                find(unscored.into());
            }
            if let Some(Err(mismatch)) = value.map(|value| indicator.check(value)) {
                find(mismatch.into());
            }
        }
    }
}

/// The puts by which the scores of a framework would run over more periods than they may, next to what is not withdrawn.
pub(super) fn period_faults(state: &State, rules: &Rules<'_>, changes: &[Change]) -> Vec<Fault> {
    let puts: Vec<(usize, &ObservationKey)> = changes
        .iter()
        .enumerate()
        .filter(|(_, change)| matches!(change, Change::Put(_)))
        .map(|(index, change)| (index, change.key()))
        .collect();
    if puts.is_empty() {
        return Vec::new();
    }
    let mut panel = Cow::Borrowed(state.panel());
    for change in changes {
        if let Change::Withdraw(withdrawal) = change {
            panel.to_mut().remove(withdrawal.key());
        }
    }
    let keys: Vec<&ObservationKey> = puts.iter().map(|(_, key)| *key).collect();
    let found = too_many_periods(state.frameworks(), &panel, rules, &keys);
    let faults = found.into_iter().filter_map(|(put, problem)| {
        let index = puts.get(put).map(|(index, _)| *index);
        Some(Fault { index: Some(index?), problem: problem.into() })
    });
    faults.collect()
}
