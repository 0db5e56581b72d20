//! Compaction: a new log in which versions that were superseded up to a revision are given up.
//!
//! *Invariant:* the new log answers every question about that revision and later ones as the old one did, bit for
//! bit: each entry keeps its revision, its moment, its submission and its answer. Records are chained as before: one
//! that lost observations carries the hash that it had. Codings and adjudications are never left out: the judgements of coders, and
//! what was made of it, stays.

use tenseven_model::{Revision, event::Event};
use tenseven_state::State;
use tenseven_store::{Head, Journal, JournalBuilder, Record};

use super::{Progress, UpkeepError};
use crate::accepted::accepted;

/// What became of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// The head, the same as before.
    pub head: Head,
    /// The oldest revision that can be requested.
    pub horizon: Revision,
    /// Versions that were kept.
    pub kept: u64,
    /// Versions that were given up.
    pub given_up: u64,
}

/// Copies `source` into `target`, a log that was begun with a horizon, and leaves out what was superseded up to it. The
/// caller publishes `target`.
pub fn compact(
    source: &dyn Journal,
    target: &mut JournalBuilder,
    progress: Progress<'_>,
) -> Result<Compacted, UpkeepError> {
    let (horizon, head) = (target.horizon(), source.head());
    check_horizon(source, horizon)?;
    let current = state_at(source, horizon)?;
    let mut done = Compacted { head, horizon, kept: 0, given_up: 0 };
    for record in source.records_after(Revision::ZERO) {
        let record = record?;
        let revision = record.revision();
        add(target, &record, &current, &mut done)?;
        progress(revision, head.revision);
    }
    Ok(done)
}

fn add(
    target: &mut JournalBuilder,
    record: &Record,
    current: &State,
    done: &mut Compacted,
) -> Result<(), UpkeepError> {
    let mut entry = record.entry()?;
    let before = entry.event.versions().len();
    // Codings and adjudications are kept whole, the observation in them included.
    if let Event::Observations(versions) = &mut entry.event
        && entry.revision <= done.horizon
    {
        // A withdrawal that is current stays, or its key would seem never to have been observed.
        versions.retain(|version| current.newest_version(version.key()) == Some(entry.revision));
    }
    let kept = entry.event.versions().len();
    if kept == before {
        target.add(record)?;
    } else {
        target.add_compacted(&entry, record)?;
    }
    done.kept += kept as u64;
    done.given_up += (before - kept) as u64;
    Ok(())
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
    for entry in source.read_after(Revision::ZERO) {
        let entry = entry?;
        if entry.revision > revision {
            break;
        }
        state.fold(accepted(&entry), &entry.event)?;
    }
    Ok(state)
}
