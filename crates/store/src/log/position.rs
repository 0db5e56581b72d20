//! Positions in a log.

use tenseven_model::Revision;

use crate::Head;

/// Where the frame of a revision begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// The revision.
    pub(crate) revision: Revision,
    /// The number of its segment, from 1.
    pub(crate) segment: u64,
    /// Where in the segment its frame begins.
    pub(crate) offset: u64,
}

/// Where a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogEnd {
    /// Its last entry.
    pub(crate) head: Head,
    /// The number of its last segment.
    pub(crate) segment: u64,
    /// Where in that segment the next frame begins.
    pub(crate) offset: u64,
}
