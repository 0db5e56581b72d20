//! From an entry to the bytes of its record, and back.
//!
//! *Invariant:* an entry is read back exactly as it was written, floats bit by bit; what is read has gone through
//! the model's constructors, so that bytes which the model would refuse are an error, not a value. The same entry
//! makes the same bytes.
//!
//! The shape of the bytes is `proto/tenseven/journal/v1/record.proto`. Batches of format 1 are read (`decode_batch`),
//! and written only by tests.

mod column;
mod decode;
mod decode_batch;
mod decode_error;
mod dictionary;
mod encode;
#[cfg(test)]
mod encode_batch;
mod link;
mod packed;
mod practices;
mod prepare;
#[cfg(test)]
mod tests;
mod texts;
mod varint;
mod whole;
mod wire;

pub use column::ColumnFault;
pub use decode_error::{DecodeError, ObservationFault};
pub(crate) use link::Link;
pub use practices::PracticeRecordFault;
pub use texts::TextsFault;
pub use varint::VarintFault;
pub use whole::{
    APPEND_LENGTH_MAX, ENTRY_LENGTH_MAX, EXPANDED_LENGTH_MAX, OBSERVATION_COUNT_MAX, record_length,
};
pub(crate) use whole::{Sealed, decode, find, outcome, seal_all, seal_compacted, sealed};
