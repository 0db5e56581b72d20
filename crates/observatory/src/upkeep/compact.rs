//! Compaction: a new journal in which versions that were superseded up to a revision are given up.
//!
//! *Invariant:* the new journal answers every question about that revision and later ones as the old one did, bit for
//! bit: each entry keeps its revision, its moment, its submission and its answer. Records are chained as before: one
//! that lost observations carries the hash that it had.

use tenseven_model::Revision;
use tenseven_store::{AppendError, ChainHash, Content, Entry, Head, Journal, Record, SledJournal};

use super::{APPENDED_TOGETHER, ENTRIES_TOGETHER, Progress, UpkeepError};
use crate::state::{Changes, State};

/// What became of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// The head, the same as before.
    pub head: Head,
    /// The oldest revision that can be asked for.
    pub horizon: Revision,
    /// Versions that were kept.
    pub kept: u64,
    /// Versions that were given up.
    pub given_up: u64,
}

/// Copies `source` into `target`, an empty journal that was made with a horizon, and leaves out what was superseded up
/// to it.
pub fn compact(
    source: &dyn Journal,
    target: &SledJournal,
    progress: Progress<'_>,
) -> Result<Compacted, UpkeepError> {
    let (horizon, head) = (target.horizon(), source.head());
    check_horizon(source, horizon)?;
    let current = state_at(source, horizon)?;
    let mut copying = Copying {
        target,
        compacted: Vec::new(),
        records: Vec::new(),
        waiting: 0,
        done: Compacted { head: Head::default(), horizon, kept: 0, given_up: 0 },
    };
    for (entry, record) in source.read_after(Revision::ZERO).zip(source.records_after(Revision::ZERO)) {
        let (entry, record) = (entry?, record?);
        let revision = entry.revision;
        copying.add(entry, record, &current)?;
        progress(revision, head.revision);
    }
    copying.flush()?;
    Ok(copying.done)
}

/// Succeeds if a journal can be compacted up to a revision: one that it has, and not before an earlier compaction.
pub fn check_horizon(source: &dyn Journal, horizon: Revision) -> Result<(), UpkeepError> {
    let (oldest, head) = (source.horizon().max(Revision::new(1)), source.head().revision);
    if horizon < oldest || horizon > head {
        return Err(UpkeepError::Horizon { wanted: horizon, oldest, head });
    }
    Ok(())
}

/// What was known at a revision.
fn state_at(source: &dyn Journal, revision: Revision) -> Result<State, UpkeepError> {
    let mut state = State::default();
    let mut changes = Changes::default();
    for entry in source.read_after(Revision::ZERO) {
        let entry = entry?;
        if entry.revision > revision {
            break;
        }
        state.fold(&entry, &mut changes)?;
        changes.clear();
    }
    Ok(state)
}

/// A copy in progress.
struct Copying<'a> {
    target: &'a SledJournal,
    compacted: Vec<(Entry, ChainHash)>,
    records: Vec<Record>,
    /// Observations that wait.
    waiting: usize,
    done: Compacted,
}

impl Copying<'_> {
    fn add(&mut self, mut entry: Entry, record: Record, current: &State) -> Result<(), UpkeepError> {
        let mut count = 0;
        if let Content::Observations(versions) = &mut entry.content {
            let before = versions.len();
            if entry.revision <= self.done.horizon {
                // A withdrawal that is current stays, or its key would seem never to have been observed.
                versions.retain(|version| current.newest_version(version.key()) == Some(entry.revision));
            }
            count = versions.len();
            self.done.kept += count as u64;
            self.done.given_up += (before - count) as u64;
        }
        if entry.revision <= self.done.horizon {
            self.compacted.push((entry, record.chain));
        } else {
            if !self.compacted.is_empty() {
                self.flush()?;
            }
            self.records.push(record);
        }
        self.waiting += count;
        if self.waiting >= APPENDED_TOGETHER || self.compacted.len() + self.records.len() >= ENTRIES_TOGETHER
        {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), AppendError> {
        let head = self.target.head();
        if !self.compacted.is_empty() {
            self.target.append_compacted(head, &self.compacted)?;
        }
        if !self.records.is_empty() {
            self.target.append_records(head, &self.records)?;
        }
        self.compacted.clear();
        self.records.clear();
        self.waiting = 0;
        self.done.head = self.target.head();
        Ok(())
    }
}
