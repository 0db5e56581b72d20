//! Observations as the registry holds them.

use std::sync::Arc;

use tenseven_model::{Observation, PartnerId, Revision, SubmissionId, Timestamp, event::VersionBody};

/// An observation: current from its revision on.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its contents.
    pub observation: Arc<Observation>,
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The submission that brought it.
    pub submission: SubmissionId,
    /// The partner that made it; none where nobody had to identify themselves.
    pub author: Option<PartnerId>,
}

/// One version of an observation, of which a withdrawal is one too.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedVersion {
    /// The observation or withdrawal.
    pub body: VersionBody,
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The submission that brought it.
    pub submission: SubmissionId,
    /// The partner that made it; none where nobody had to identify themselves.
    pub author: Option<PartnerId>,
}
