//! Entries: what the journal holds.

use tenseven_model::{
    ContentDigest, PartnerId, Revision, SubmissionId, Timestamp,
    event::{ChangeCounts, Event},
};

use crate::Stamp;

/// One accepted change of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The change's number; the first is 1.
    pub revision: Revision,
    /// When it was accepted.
    pub committed_at: Timestamp,
    /// The write that it answers.
    pub submission: SubmissionId,
    /// Who made it; none for what ships with the program, and where nobody had to identify themselves.
    pub author: Option<PartnerId>,
    /// A digest of the submission's content, which distinguishes a retry from a reuse of its id.
    pub digest: ContentDigest,
    /// What it did; a retry is answered with it.
    pub outcome: ChangeCounts,
    /// What happened.
    pub event: Event,
}

impl Entry {
    /// Which entry it is.
    pub fn stamp(&self) -> Stamp {
        Stamp { revision: self.revision, committed_at: self.committed_at, submission: self.submission }
    }
}
