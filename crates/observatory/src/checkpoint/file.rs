//! Checkpoints as the store keeps them: found, loaded, written.

use std::io;

use tenseven_model::{Revision, event::Event};
use tenseven_state::{State, frameworks::UnreadableVersion};
use tenseven_store::{CheckpointError, CheckpointInfo, Head, Storage};
use tracing::warn;

use super::{damaged, read, write};

/// Why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The store does not give it.
    #[error(transparent)]
    Store(#[from] CheckpointError),
    /// Its bytes are none of this version, or damaged.
    #[error("checkpoint {revision} cannot be read: {source}")]
    Read {
        /// Which one.
        revision: Revision,
        /// What is wrong.
        #[source]
        source: io::Error,
    },
    /// The entry of a framework cannot be read.
    #[error(transparent)]
    Entry(#[from] tenseven_store::ReadError),
    /// A framework cannot be read.
    #[error(transparent)]
    Fold(#[from] UnreadableVersion),
}

/// The state of the newest checkpoint after one revision, up to another; none if there is none that can be used.
pub(crate) fn nearest(journal: &dyn Storage, after: Revision, up_to: Revision) -> Option<State> {
    let found = journal.checkpoints().unwrap_or_else(|error| {
        warn!(%error, "checkpoints cannot be listed; more of the journal is folded");
        Vec::new()
    });
    let revisions = found.iter().rev().map(|info| info.head.revision);
    revisions.filter(|revision| *revision > after && *revision <= up_to).find_map(|revision| {
        let problem = match load(journal, revision) {
            Ok(state) => return Some(state),
            Err(problem) => problem,
        };
        warn!(error = %problem, revision = revision.number(), "a checkpoint cannot be used; it is passed over");
        None
    })
}

/// The state that a checkpoint holds.
pub(crate) fn load(journal: &dyn Storage, revision: Revision) -> Result<State, LoadError> {
    let (_, bytes) = journal.read_checkpoint(revision)?;
    let read = read::state(&mut io::BufReader::with_capacity(READ_AT_ONCE, bytes));
    let read::Read { state, frameworks, retirements, practices, access } =
        read.map_err(|source| LoadError::Read { revision, source })?;
    let mut state = state;
    for published_at in frameworks {
        let entry = journal.read(published_at)?;
        let Event::Framework(framework) = entry.event else {
            let source = damaged("an entry that it names holds no framework");
            return Err(LoadError::Read { revision, source });
        };
        state.put_framework(published_at, &framework.text)?;
    }
    for retired_at in retirements {
        let entry = journal.read(retired_at)?;
        if !state.put_retirement(retired_at, entry.committed_at, &entry.event)? {
            let source = damaged("an entry that it names holds no retirement");
            return Err(LoadError::Read { revision, source });
        }
    }
    for written_at in practices {
        if !state.put_practices(written_at, &journal.read(written_at)?.event) {
            let source = damaged("an entry that it names holds no practices");
            return Err(LoadError::Read { revision, source });
        }
    }
    for changed_at in access {
        let entry = journal.read(changed_at)?;
        if !state.put_access(changed_at, entry.committed_at, &entry.event) {
            let source = damaged("an entry that it names holds no change of access");
            return Err(LoadError::Read { revision, source });
        }
    }
    Ok(state)
}

/// How many versions of observations, and codings, were stored up to a checkpoint.
pub(crate) fn stored(journal: &dyn Storage, revision: Revision) -> Result<u64, LoadError> {
    let (_, mut bytes) = journal.read_checkpoint(revision)?;
    read::stored(&mut bytes).map_err(|source| LoadError::Read { revision, source })
}

/// Bytes that are read from the store at once.
const READ_AT_ONCE: usize = 256 * 1024;

/// Writes a state down.
pub(crate) fn store(
    journal: &dyn Storage,
    head: Head,
    state: &State,
) -> Result<CheckpointInfo, CheckpointError> {
    journal.write_checkpoint(head, &mut |sink| {
        let mut buffered = io::BufWriter::with_capacity(READ_AT_ONCE, sink);
        write::state(&mut buffered, state)?;
        io::Write::flush(&mut buffered)
    })
}
