//! Whether a checkpoint is of the journal that it lies beside.

use std::cmp::Ordering;

use crate::{CheckpointError, Head, walk::Source};

/// Succeeds if the journal, which is at `head`, went through `at`.
pub(crate) fn check_history(journal: &impl Source, head: Head, at: Head) -> Result<(), CheckpointError> {
    let Head { revision, chain: found } = at;
    let expected = match revision.cmp(&head.revision) {
        Ordering::Equal => Some(head.chain),
        Ordering::Less => Some(journal.chain(revision)?),
        Ordering::Greater => None,
    };
    if expected == Some(found) { Ok(()) } else { Err(CheckpointError::Foreign { revision, found, expected }) }
}
