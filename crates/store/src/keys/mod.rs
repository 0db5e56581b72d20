//! Keys of the journal's key-value store, one file a key type.
//!
//! *Invariant:* a key's bytes sort as the key does, so that a range of bytes is a range of keys. A key's first byte
//! says which type it is of; those numbers must stay stable.

mod entry_part;
mod meta;

pub(crate) use entry_part::EntryPartKey;
pub(crate) use meta::MetaKey;

/// The first byte of a key: its type. Persisted; must stay stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum KeyKind {
    Meta = 1,
    EntryPart = 2,
}

/// The bytes are no key of the type that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:02x?} is no such key")]
pub(crate) struct KeyError(pub(crate) Vec<u8>);
