//! Receipts: what an accepted submission is answered.

use tenseven_model::{Revision, Timestamp};

/// The answer to a submission: the same now and for every retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Observations whose key was new.
    pub new: u32,
    /// Observations that changed a known key.
    pub revised: u32,
    /// Observations that said what was known.
    pub unchanged: u32,
}

/// What a submission would be answered now, if it were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// The newest revision.
    pub revision: Revision,
    /// Observations whose key would be new.
    pub new: u32,
    /// Observations that would change a known key.
    pub revised: u32,
    /// Observations that say what is known.
    pub unchanged: u32,
}
