//! Withdrawing: a batch of withdrawals, and what is to be stored of it.

use tenseven_model::{
    ContentDigest, Withdrawal,
    event::{ChangeCounts, Event, ObservationVersion},
};

use super::{
    digest,
    withdrawal_rules::{WithdrawalFault, withdrawal_faults},
};
use crate::{
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
};

/// The command to take back observations, all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawObservations {
    /// What is withdrawn.
    pub withdrawals: Vec<Withdrawal>,
}

/// Withdrawals cannot be accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{} of the submission's withdrawals cannot be accepted", .faults.len())]
pub struct WithdrawalRejection {
    /// Everything that is wrong.
    pub faults: Vec<WithdrawalFault>,
}

impl Operation for WithdrawObservations {
    type Rejection = WithdrawalRejection;

    fn digest(&self) -> ContentDigest {
        digest::of_withdrawals(&self.withdrawals)
    }

    fn size(&self) -> Size {
        let size = |withdrawal: &Withdrawal| Size::OBSERVATION_BYTES + withdrawal.reason().as_str().len();
        Size { observations: self.withdrawals.len(), bytes: self.withdrawals.iter().map(size).sum() }
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, WithdrawalRejection> {
        let Self { withdrawals } = self;
        let count = withdrawals.len();
        let faults = withdrawal_faults(state, rules, count, withdrawals.iter().enumerate());
        if !faults.is_empty() {
            return Err(WithdrawalRejection { faults });
        }
        let revised = u32::try_from(count).unwrap_or(u32::MAX);
        let versions = withdrawals.into_iter().map(|withdrawal| {
            let previous = state.newest_version(withdrawal.key());
            ObservationVersion::withdrawn(withdrawal, previous)
        });
        let event = Event::Observations(versions.collect());
        Ok(Decision { event, outcome: ChangeCounts { revised, ..ChangeCounts::default() } })
    }
}
