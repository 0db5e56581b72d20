//! How a record is chained to the one before it.

use crate::ChainHash;

/// How a record is chained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Link {
    /// The chain hash of the entry before.
    pub(crate) previous: ChainHash,
    /// The chain hash of the record that this one was compacted from; none if it was not.
    pub(crate) compacted_from: Option<ChainHash>,
}

impl Link {
    /// The chain hash of the entry whose record, linked so, has these bytes.
    pub(crate) fn chain(&self, record: &[u8]) -> ChainHash {
        self.compacted_from.unwrap_or_else(|| ChainHash::of(record))
    }
}
