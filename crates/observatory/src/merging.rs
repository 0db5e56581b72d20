//! Merging: what merges are resolved with.
//!
//! *Invariant:* the journal is read only for the keys that are merged, and never by the writer.

use tenseven_state::{
    Rules, State,
    observations::{Change, Merge},
};
use tenseven_store::Journal;

use crate::{
    Unreadable,
    records::{self, Found},
};

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
) -> Result<(), Unreadable> {
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
    let current = records::in_full(journal, found)?;
    for (merge, (revision, observation)) in outdated.into_iter().zip(current) {
        merge.resolve(revision, &observation);
    }
    Ok(())
}
