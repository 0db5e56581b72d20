//! What can be wrong with the header of a segment.

/// Why bytes are no header of a segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SegmentHeaderFault {
    /// It does not begin as a segment does.
    #[error("it does not begin as a segment of a log does")]
    Magic,
    /// Another release wrote it.
    #[error("it has format {found}, which this release does not read")]
    Format {
        /// Its format.
        found: u32,
    },
    /// Its bytes are not those that were written.
    #[error("the checksum of its header does not match")]
    Checksum,
    /// Its histories do not follow each other.
    #[error("its histories do not follow each other")]
    Histories,
    /// Its end is missing.
    #[error("it has {found} bytes and was made with {made}: its end was cut off")]
    Cut {
        /// Its length when it was made.
        made: u64,
        /// Its length now.
        found: u64,
    },
}
