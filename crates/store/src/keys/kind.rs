//! The types of keys, and what is no key.

/// The first byte of a key: its type. Persisted; must stay stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum KeyKind {
    Meta = 1,
    EntryPart = 2,
}

/// The bytes are no key of the type that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:02x?} is no such key")]
pub(crate) struct KeyError(pub(crate) Vec<u8>);
