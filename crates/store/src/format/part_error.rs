//! Why bytes are no part of a record.

/// Why bytes are no part of an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Fewer bytes than an envelope has.
    #[error("it has {0} bytes, fewer than its envelope")]
    Truncated(usize),
    /// Written by a later release.
    #[error("its envelope has format {found}, but this release reads up to format {known}")]
    Format {
        /// The envelope's format.
        found: u8,
        /// The latest format that is known here.
        known: u8,
    },
    /// The bytes or the key are not those that were written.
    #[error("its checksum is {found:08x}, but its bytes give {computed:08x}")]
    Checksum {
        /// The checksum in the envelope.
        found: u32,
        /// The checksum of the bytes.
        computed: u32,
    },
    /// The envelope says something that this release does not know.
    #[error("its envelope has flags {0:#04x}, which this release does not know")]
    Flags(u8),
    /// The counts in the envelope cannot be true.
    #[error("its envelope says {count} parts for {length} bytes")]
    Counts {
        /// Number of parts.
        count: u32,
        /// Bytes that are stored.
        length: u32,
    },
    /// The part is longer or shorter than its place in the record says.
    #[error("it carries {found} bytes of the record instead of {expected}")]
    Length {
        /// Bytes that it carries.
        found: usize,
        /// Bytes that it has to carry.
        expected: usize,
    },
}
