//! What the registry holds of an observation.

use std::sync::Arc;

use tenseven_model::{Observation, Revision, SubmissionId, Timestamp};

/// One version of an observation: what it said from its revision on.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What it says.
    pub observation: Arc<Observation>,
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The submission that brought it.
    pub submission: SubmissionId,
}
