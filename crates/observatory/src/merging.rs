//! Merging: resolves merges with the current observations.
//!
//! *Invariant:* the journal is read only for the keys that are merged, and never by the writer. What is read of it is bounded, however little
//! the request holds.

use tenseven_state::{
    Rules, State,
    observations::{Change, Merge},
};
use tenseven_store::Journal;

use crate::{
    Unreadable,
    approximate_size::observation_bytes,
    records::{self, Found},
};

/// Maximum number of bytes of the observations that the merges of one submission are resolved with: what a large push holds.
pub(crate) const MERGED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Observations that are read together, at first and at most.
const READ_TOGETHER: usize = 32;
const READ_TOGETHER_MAX: usize = 1024;

/// Why merges are not resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResolveError {
    /// What would be merged takes too much.
    TooLarge,
    /// The journal cannot be read.
    Unreadable(Unreadable),
}

/// Whether there is something to resolve.
pub(crate) fn has_merges(changes: &[Change]) -> bool {
    changes.iter().any(|change| matches!(change, Change::Merge(_)))
}

/// Resolves merges with what is observed in a state. Leaves those of which nothing is observed, and all where there are more changes
/// than are accepted. Blocks where the journal has to be read.
pub(crate) fn resolve(
    journal: &dyn Journal,
    state: &State,
    rules: &Rules<'_>,
    changes: &mut [Change],
) -> Result<(), ResolveError> {
    if changes.len() > rules.limits.batch_observations_max {
        return Ok(());
    }
    let merges = changes.iter_mut().filter_map(|change| match change {
        Change::Merge(merge) => Some(merge),
        Change::Put(_) | Change::Withdraw(_) => None,
    });
    let (mut outdated, mut found): (Vec<&mut Box<Merge>>, Vec<Found<'_>>) = Default::default();
    for merge in merges {
        let key = merge.request().key();
        if let Some(cell) = state.panel().get(key)
            && merge.base() != Some(cell.revision)
        {
            found.push(Found { key: key.clone(), cell });
            outdated.push(merge);
        }
    }
    let (mut outdated, mut found) = (outdated.into_iter(), found.into_iter());
    let (mut bytes, mut read, mut together) = (0, 0, READ_TOGETHER);
    loop {
        let some: Vec<Found<'_>> = found.by_ref().take(together).collect();
        if some.is_empty() {
            return Ok(());
        }
        let current = records::in_full(journal, some).map_err(ResolveError::Unreadable)?;
        for (revision, observation) in current {
            bytes += observation_bytes(&observation);
            read += 1;
            if bytes > MERGED_BYTES_MAX {
                return Err(ResolveError::TooLarge);
            }
            if let Some(merge) = outdated.next() {
                merge.resolve(revision, &observation);
            }
        }
        // As many as there is room for, should they be like those before.
        together = ((MERGED_BYTES_MAX - bytes) * read / bytes.max(1)).clamp(1, READ_TOGETHER_MAX);
    }
}
