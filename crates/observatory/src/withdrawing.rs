//! Withdrawing: what a withdrawal must fulfil, and how it is asked for.
//!
//! *Invariant:* what is withdrawn was observed. Which frameworks define its indicator now does not matter: what could
//! be pushed once can be withdrawn for ever.

use std::collections::HashMap;

use tenseven_model::{AreaCode, IndicatorId, Revision, SubmissionId, Timestamp, Withdrawal};

use crate::{
    Limits, Observatory, Receipt, SubmitError, UnknownArea, UnknownIndicator,
    state::State,
    submission::{Known, Submission},
    world::World,
};

/// The answer to withdrawals: the same now and for every retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawalReceipt {
    /// The revision that accepted them.
    pub revision: Revision,
    /// When they were accepted.
    pub accepted_at: Timestamp,
    /// Observations that were withdrawn.
    pub withdrawn: u32,
}

/// What withdrawals would be answered now, if they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawalPreview {
    /// The newest revision.
    pub revision: Revision,
    /// Observations that would be withdrawn.
    pub withdrawn: u32,
}

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
pub(crate) fn faults<'a>(
    state: &State,
    world: &World,
    limits: &Limits,
    count: usize,
    withdrawals: impl IntoIterator<Item = (usize, &'a Withdrawal)>,
) -> Vec<WithdrawalFault> {
    let max = limits.batch_observations_max;
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
        if state.panel.get(key).is_some() {
            continue;
        }
        let names = name_faults(state, world, index, (Some(&key.indicator), Some(&key.area)));
        if names.is_empty() {
            let problem = WithdrawalProblem::NotObserved { withdrawn: state.withdrawn.get(key) };
            faults.push(WithdrawalFault { index: Some(index), problem });
        }
        faults.extend(names);
    }
    faults
}

/// What is wrong with the names of a withdrawal of something that is not observed.
fn name_faults(
    state: &State,
    world: &World,
    index: usize,
    (indicator, area): (Option<&IndicatorId>, Option<&AreaCode>),
) -> Vec<WithdrawalFault> {
    let area = area.and_then(|area| world.check(area).err()).map(WithdrawalProblem::from);
    let indicator = indicator.and_then(|indicator| state.shelf.indicator(indicator).err());
    let problems = area.into_iter().chain(indicator.map(WithdrawalProblem::from));
    problems.map(|problem| WithdrawalFault { index: Some(index), problem }).collect()
}

impl Observatory {
    /// Withdraws observations, all or none. Answers once the withdrawals are flushed and scored.
    pub async fn withdraw(
        &self,
        id: SubmissionId,
        withdrawals: Vec<Withdrawal>,
    ) -> Result<WithdrawalReceipt, SubmitError> {
        let answer = self.shared.intake.submit(Submission::of_withdrawals(id, withdrawals))?;
        // As for a push: the writer answers every job that it takes.
        let receipt = answer.await.unwrap_or(Err(SubmitError::JournalFailed))?;
        let Receipt { revision, accepted_at, new: _, revised, unchanged: _ } = receipt;
        Ok(WithdrawalReceipt { revision, accepted_at, withdrawn: revised })
    }

    /// What [`Self::withdraw`] would answer now. Stores nothing.
    pub fn preview_withdrawal(
        &self,
        id: SubmissionId,
        withdrawals: Vec<Withdrawal>,
    ) -> Result<WithdrawalPreview, SubmitError> {
        let state = self.newest();
        let submission = Submission::of_withdrawals(id, withdrawals);
        let known = Known { state: &state, journal: self.journal(), pending: &[] };
        let withdrawn = match known.receipt(id, submission.digest)? {
            Some(receipt) => receipt.revised,
            None => submission.decide(&known, &self.shared.world, &self.shared.limits)?.1.revised,
        };
        Ok(WithdrawalPreview { revision: state.revision, withdrawn })
    }

    /// Everything that would be refused of these withdrawals now; `count` is the size of the whole batch, of which some
    /// may be left out.
    pub fn withdrawal_faults<'a>(
        &self,
        count: usize,
        withdrawals: impl IntoIterator<Item = (usize, &'a Withdrawal)>,
    ) -> Vec<WithdrawalFault> {
        faults(&self.newest(), &self.shared.world, &self.shared.limits, count, withdrawals)
    }

    /// What is wrong with the names of a withdrawal that could not be read whole.
    pub fn withdrawal_name_faults(
        &self,
        index: usize,
        indicator: Option<&IndicatorId>,
        area: Option<&AreaCode>,
    ) -> Vec<WithdrawalFault> {
        name_faults(&self.newest(), &self.shared.world, index, (indicator, area))
    }
}
