//! Migration: a journal of an older format, written anew in the present one.
//!
//! *Invariant:* every entry keeps its revision, its moment, its submission and its answer, so that the new journal
//! answers every question as the old one did. What older formats do not say, which version an observation replaced, is
//! found by folding.

use std::collections::HashMap;

use tenseven_model::{ObservationKey, Revision};
use tenseven_store::{Content, Entry, FormatOneJournal, Head, Journal};

use super::{APPENDED_TOGETHER, ENTRIES_TOGETHER, Progress, UpkeepError};

/// What became of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// The head of the new journal.
    pub head: Head,
    /// Versions of observations that were written.
    pub versions: u64,
}

/// Copies `old` into `new`, an empty journal.
pub fn migrate(
    old: &FormatOneJournal,
    new: &dyn Journal,
    progress: Progress<'_>,
) -> Result<Migrated, UpkeepError> {
    let head = old.head();
    let mut newest = HashMap::<ObservationKey, Revision>::new();
    let (mut entries, mut waiting, mut versions) = (Vec::<Entry>::new(), 0, 0_u64);
    for entry in old.read_after(Revision::ZERO) {
        let mut entry = entry?;
        if let Content::Observations(observations) = &mut entry.content {
            for version in observations.iter_mut() {
                version.previous = newest.get(version.key()).copied();
            }
            // Afterwards: a version stands before its entry, never in it.
            newest.extend(observations.iter().map(|one| (one.key().clone(), entry.revision)));
            waiting += observations.len();
            versions += observations.len() as u64;
        }
        progress(entry.revision, head);
        entries.push(entry);
        if waiting >= APPENDED_TOGETHER || entries.len() >= ENTRIES_TOGETHER {
            new.append(new.head().revision, &entries)?;
            entries.clear();
            waiting = 0;
        }
    }
    new.append(new.head().revision, &entries)?;
    Ok(Migrated { head: new.head(), versions })
}
