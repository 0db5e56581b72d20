//! Receipts: the answers to accepted submissions.

use tenseven_model::{Revision, Timestamp, event::ChangeCounts};

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
    /// Observations that did not differ from the current ones.
    pub unchanged: u32,
    /// Observations that were withdrawn.
    pub withdrawn: u32,
}

impl Receipt {
    /// The answer to what a revision accepted.
    pub fn new(revision: Revision, accepted_at: Timestamp, counts: ChangeCounts) -> Self {
        let ChangeCounts { new, revised, unchanged, withdrawn } = counts;
        Self { revision, accepted_at, new, revised, unchanged, withdrawn }
    }

    /// What it counts.
    pub fn counts(&self) -> ChangeCounts {
        let Self { revision: _, accepted_at: _, new, revised, unchanged, withdrawn } = *self;
        ChangeCounts { new, revised, unchanged, withdrawn }
    }
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
    /// Observations that do not differ from the current ones.
    pub unchanged: u32,
    /// Observations that would be withdrawn.
    pub withdrawn: u32,
}

impl Preview {
    /// What would be answered on top of a revision.
    pub fn new(revision: Revision, counts: ChangeCounts) -> Self {
        let ChangeCounts { new, revised, unchanged, withdrawn } = counts;
        Self { revision, new, revised, unchanged, withdrawn }
    }
}
