//! What accepted withdrawals are answered.

use tenseven_model::{Revision, Timestamp};

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
