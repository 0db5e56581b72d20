//! From an entry to the bytes of its record, and back.
//!
//! *Invariant:* an entry is read back exactly as it was written, floats bit by bit; what is read has gone through
//! the model's constructors, so that bytes which the model would refuse are an error, not a value.
//!
//! The shape of the bytes is `proto/tenseven/journal/v1/record.proto`.

mod decode;
mod decode_error;
mod decode_observations;
mod dictionary;
mod encode;
mod link;
#[cfg(test)]
mod tests;
mod whole;
mod wire;

pub use decode_error::{DecodeError, ObservationFault};
pub(crate) use link::Link;
pub use whole::{APPEND_LENGTH_MAX, ENTRY_LENGTH_MAX, record_length};
pub(crate) use whole::{Sealed, decode, seal_all, seal_compacted, sealed};
