//! What is known of a checkpoint without reading it.

use crate::Head;

/// A checkpoint that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckpointInfo {
    /// The entry that it was made at.
    pub head: Head,
    /// The bytes of its content.
    pub bytes: u64,
}
