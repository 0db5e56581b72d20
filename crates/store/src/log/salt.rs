//! What the checksums of a segment's frames begin with.
//!
//! *Invariant:* it is random and never leaves the server, so that no partner can send bytes that look like a frame, and a frame
//! that was copied from another segment does not pass for one of this segment.

/// The secret of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Salt(pub(crate) [u8; 16]);

impl Salt {
    /// The checksum that all checksums of the segment continue.
    pub(crate) fn seed(self) -> u32 {
        crc32c::crc32c(&self.0)
    }
}
