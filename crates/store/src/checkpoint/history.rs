//! Whether a checkpoint belongs to its journal.

use std::cmp::Ordering;

use crate::{CheckpointError, Head, Journal};

/// Succeeds if the journal went through `at`.
pub(crate) fn check_history(journal: &impl Journal, at: Head) -> Result<(), CheckpointError> {
    let head = journal.head();
    let is_known = match at.revision.cmp(&head.revision) {
        Ordering::Equal => at.chain == head.chain,
        Ordering::Less if at.revision == tenseven_model::Revision::ZERO => at == Head::default(),
        Ordering::Less => journal.record(at.revision)?.has_chain(at.chain),
        Ordering::Greater => false,
    };
    if is_known { Ok(()) } else { Err(CheckpointError::Foreign { at, head }) }
}
