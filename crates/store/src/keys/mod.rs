//! Keys of the journal's key-value store, one file a key type.
//!
//! *Invariant:* a key's bytes sort as the key does, so that a range of bytes is a range of keys. A key's first byte
//! says which type it is of; those numbers must stay stable.

mod entry_part;
mod kind;
mod meta;

pub(crate) use entry_part::EntryPartKey;
pub(crate) use meta::MetaKey;
