//! From an entry's bytes to values that the key-value store can keep, and back.
//!
//! *Invariant:* no value is longer than `PART_LENGTH_MAX`, so that no page of the store can ever leave its log
//! (see `limits`), and every value tells its own damage, a wrong key included.
//!
//! What the bytes mean is the record's concern, not this module's.

mod compression;
mod cut;
mod envelope;
mod horizon;
mod limits;
mod part_error;
mod version;

pub(crate) use compression::{Press, decompressed};
pub(crate) use cut::{Join, cut};
pub(crate) use envelope::{Part, Shape};
pub(crate) use horizon::{deser_horizon, ser_horizon};
pub use part_error::PartError;
pub(crate) use version::{FORMAT_VERSION, deser_version, ser_version};
