//! Why an entry could not be read, and what is wrong with a damaged one.

use std::{fmt, io, path::Path, sync::Arc};

use tenseven_model::Revision;

use super::SegmentHeaderFault;
use crate::DecodeError;

/// Why an entry could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The journal has no such revision.
    #[error("the journal has no revision {revision}; it has those from 1 to {head}")]
    Absent {
        /// What was asked for.
        revision: Revision,
        /// The last entry that there is.
        head: Revision,
    },
    /// The entry is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The disk could not be read.
    #[error("revision {revision} could not be read from {position}; see the cause, and try again")]
    Storage {
        /// The entry.
        revision: Revision,
        /// Where it was looked for.
        position: LogPosition,
        /// What the operating system reports.
        #[source]
        source: io::Error,
    },
}

/// A position in the log: segment and byte offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPosition {
    /// The file of the segment.
    pub segment: Arc<Path>,
    /// Bytes from its start.
    pub offset: u64,
}

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { segment, offset } = self;
        write!(f, "{} at byte {offset}", segment.display())
    }
}

/// An entry that is not what was appended.
#[derive(Debug, thiserror::Error)]
#[error("revision {revision} of the journal is damaged ({position}); restore the journal from a backup")]
pub struct Corruption {
    /// The entry.
    pub revision: Revision,
    /// Where it is.
    pub position: LogPosition,
    /// What is wrong with it.
    #[source]
    pub fault: EntryFault,
}

/// What is wrong with a damaged entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryFault {
    /// No frame begins where one has to.
    #[error("there is no frame")]
    Header,
    /// The frame is not what was written.
    #[error("the checksum of its frame does not match")]
    Checksum,
    /// The segment is not what was written.
    #[error("the header of its segment is damaged")]
    Segment(#[source] SegmentHeaderFault),
    /// A whole segment is not there.
    #[error("its segment is missing")]
    MissingSegment,
    /// The frame is sound, but belongs to another revision.
    #[error("the frame there is of revision {0}")]
    Misplaced(Revision),
    /// The frame is sound, but does not follow the entries before it.
    #[error("it does not follow the entry before it: its chain hash is another")]
    Link,
    /// The segment ends within a frame, or within a commit.
    #[error("its segment ends before it does")]
    CutShort,
    /// The entry is marked as compacted, but its revision is after the horizon.
    #[error("it is compacted, but the journal was compacted only up to revision {horizon}")]
    Compacted {
        /// The last revision that may be compacted.
        horizon: Revision,
    },
    /// The bytes do not decompress to the record.
    #[error("its bytes do not decompress to a record of {length} bytes: {detail}")]
    Compression {
        /// Bytes of the record.
        length: u32,
        /// What is wrong.
        detail: String,
    },
    /// The frame is sound, but its record is no entry.
    #[error("the record does not decode")]
    Record(#[source] Box<DecodeError>),
}
