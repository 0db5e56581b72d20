//! Why entries were not appended.

use std::{io, path::PathBuf};

use tenseven_model::Revision;

use crate::Head;

/// Why entries were not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The journal has another head than expected.
    #[error(
        "the journal is at revision {head}, not {expected}; read what follows {expected}, and append after {head}"
    )]
    HeadMoved {
        /// The head that was expected.
        expected: Revision,
        /// The head that the journal has.
        head: Revision,
    },
    /// The entries do not follow the head, or one another.
    #[error(
        "entry {index} has revision {found}, but {expected} is next; number entries from the head on without a gap"
    )]
    NotContiguous {
        /// The entry's index in the call, counted from 0.
        index: usize,
        /// The revision that it has to have.
        expected: Revision,
        /// The revision that it has.
        found: Revision,
    },
    /// The journal has the expected revision, with another history.
    #[error(
        "the journal is at {head}, not at {expected}: it holds other entries; copy into a journal with the same history, or into a new one"
    )]
    OtherHistory {
        /// The head that was expected.
        expected: Head,
        /// The head that the journal has.
        head: Head,
    },
    /// An observation or practice names a previous version that is not before it.
    #[error(
        "the version at index {index} of revision {revision} names revision {previous} as its previous version, which is not before it; name the revision of the version before"
    )]
    Previous {
        /// The entry.
        revision: Revision,
        /// Its index in the entry, counted from 0.
        index: usize,
        /// The revision that it names.
        previous: Revision,
    },
    /// A compacted entry was to be appended after the horizon.
    #[error(
        "revision {revision} is compacted, and this journal was made for compacted entries up to {horizon}; make one with a later horizon"
    )]
    BeyondHorizon {
        /// The entry.
        revision: Revision,
        /// The last revision that may be compacted.
        horizon: Revision,
    },
    /// An entry has more observations than the journal takes.
    #[error(
        "revision {revision} has {count} observations; at most {max} are allowed, so send a smaller batch"
    )]
    TooManyObservations {
        /// The entry.
        revision: Revision,
        /// Its observations.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// An entry is longer than the journal takes.
    #[error("revision {revision} takes {length} bytes; at most {max} are allowed, so send a smaller batch")]
    EntryTooLong {
        /// The entry.
        revision: Revision,
        /// Its bytes.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// The entries are together longer than the journal takes at once.
    #[error(
        "the entries take {length} bytes together; at most {max} are allowed in one append, so append fewer at once"
    )]
    AppendTooLong {
        /// Their bytes.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// There is no room on the disk. Nothing was written; the same append may be tried again.
    #[error("no room for {wanted} bytes on the disk that holds {path}; make room there, and try again")]
    DiskFull {
        /// The journal.
        path: PathBuf,
        /// Bytes that the append might need.
        wanted: u64,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// Writing failed, and whether the entries are kept is unknown until the journal is opened again.
    #[error(
        "writing to the journal failed, so it takes no more entries: cannot {action} {path}; remove the cause and open it again (restart the server)"
    )]
    Storage {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system reports.
        #[source]
        source: io::Error,
    },
    /// The journal is open for reading only.
    #[error("the journal is open for reading only; open it for writing to append")]
    ReadOnly,
    /// Writing failed earlier.
    #[error(
        "an earlier write to the journal failed, so it takes no more entries; open it again (restart the server)"
    )]
    Poisoned,
}
