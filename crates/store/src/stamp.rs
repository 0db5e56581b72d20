//! What the log knows of an entry without reading its record.

use tenseven_model::{Revision, SubmissionId, Timestamp};

/// Which entry a record is of. Kept in the header of its frame, so that it is found without decoding the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// The entry's revision.
    pub revision: Revision,
    /// When it was accepted.
    pub committed_at: Timestamp,
    /// The submission that it answers.
    pub submission: SubmissionId,
}
