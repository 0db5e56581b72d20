//! Rules of withdrawals: what a withdrawal must fulfil beyond its shape, to be accepted now.
//!
//! *Invariant:* what is withdrawn was observed. Which frameworks define its indicator now does not matter: what could
//! be pushed once can be withdrawn for ever.

use std::collections::HashMap;

use tenseven_model::{AreaCode, IndicatorId, Revision, Withdrawal};

use crate::{
    rules::Rules,
    state::State,
    unknown::{UnknownArea, UnknownIndicator},
    world::World,
};

/// One withdrawal that cannot be accepted, or the batch as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct WithdrawalFault {
    /// The withdrawal's place in the batch; none for the batch as a whole.
    pub index: Option<usize>,
    /// What is wrong with it.
    pub problem: WithdrawalProblem,
}

/// What is wrong with a withdrawal or a batch of them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WithdrawalProblem {
    /// The batch is empty.
    #[error("there is no withdrawal; send at least one")]
    Empty,
    /// The batch is too large.
    #[error("there are {count} withdrawals; at most {max} are allowed in one submission")]
    TooMany {
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// Nothing can have been observed of the indicator.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// Nothing can have been observed of the area.
    #[error(transparent)]
    Area(#[from] UnknownArea),
    /// There is nothing to withdraw.
    #[error(
        "nothing is observed for this indicator, area, period and source; {}",
        remedy(*.withdrawn)
    )]
    NotObserved {
        /// The revision that withdrew what was observed; none if nothing ever was.
        withdrawn: Option<Revision>,
    },
    /// The key stands in the batch before.
    #[error("withdraws the same observation as withdrawals[{earlier}]; send each only once")]
    Duplicate {
        /// Where it stands before.
        earlier: usize,
    },
}

fn remedy(withdrawn: Option<Revision>) -> String {
    withdrawn.map_or_else(
        || "correct what does not fit, ListObservations lists what is observed".to_owned(),
        |revision| format!("it was withdrawn at revision {revision} already, leave it out"),
    )
}

/// Everything that is wrong with these withdrawals, of which some of a batch may be left out (they had no shape).
/// `count` is the size of the whole batch.
pub fn withdrawal_faults<'a>(
    state: &State,
    rules: &Rules<'_>,
    count: usize,
    withdrawals: impl IntoIterator<Item = (usize, &'a Withdrawal)>,
) -> Vec<WithdrawalFault> {
    let max = rules.limits.batch_observations_max;
    if count == 0 {
        return vec![WithdrawalFault { index: None, problem: WithdrawalProblem::Empty }];
    }
    if count > max {
        return vec![WithdrawalFault { index: None, problem: WithdrawalProblem::TooMany { count, max } }];
    }
    let (mut seen, mut faults) = (HashMap::new(), Vec::new());
    for (index, withdrawal) in withdrawals {
        let key = withdrawal.key();
        if let Some(earlier) = seen.insert(key, index) {
            let problem = WithdrawalProblem::Duplicate { earlier };
            faults.push(WithdrawalFault { index: Some(index), problem });
        }
        if state.panel().get(key).is_some() {
            continue;
        }
        let names =
            withdrawal_name_faults(state, rules.world, index, (Some(&key.indicator), Some(&key.area)));
        if names.is_empty() {
            let problem = WithdrawalProblem::NotObserved { withdrawn: state.withdrawn().get(key) };
            faults.push(WithdrawalFault { index: Some(index), problem });
        }
        faults.extend(names);
    }
    faults
}

/// What is wrong with the names of a withdrawal of something that is not observed.
pub fn withdrawal_name_faults(
    state: &State,
    world: &World,
    index: usize,
    (indicator, area): (Option<&IndicatorId>, Option<&AreaCode>),
) -> Vec<WithdrawalFault> {
    let area = area.and_then(|area| world.check(area).err()).map(WithdrawalProblem::from);
    let indicator = indicator.and_then(|indicator| state.frameworks().indicator(indicator).err());
    let problems = area.into_iter().chain(indicator.map(WithdrawalProblem::from));
    problems.map(|problem| WithdrawalFault { index: Some(index), problem }).collect()
}
