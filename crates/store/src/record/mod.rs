//! From an entry to the bytes of its record, and back.
//!
//! *Invariant:* an entry is read back exactly as it was written, floats bit by bit; what is read has gone through
//! the model's constructors, so that bytes which the model would refuse are an error, not a value. The same entry
//! makes the same bytes.
//!
//! The shape of the bytes is `proto/tenseven/journal/v1/record.proto`.

mod access;
mod assessment;
mod column;
mod compression;
mod content_faults;
pub(crate) mod decode;
mod decode_error;
mod dictionary;
mod encode;
mod limits;
mod packed;
mod practices;
mod prepared;
mod sealed;
#[cfg(test)]
mod tests;
mod texts;
mod varint;
mod wire;

pub use column::ColumnFault;
pub(crate) use compression::{Stored, compressed, decompressed};
pub use content_faults::{AccessRecordFault, AssessmentFault, PracticeRecordFault, RetirementRecordFault};
pub use decode::entry as decode_entry;
pub use decode_error::{DecodeError, ObservationFault};
pub use limits::{APPEND_LENGTH_MAX, ENTRY_LENGTH_MAX, EXPANDED_LENGTH_MAX, OBSERVATION_COUNT_MAX};
pub use prepared::PreparedEntry;
pub(crate) use sealed::{Sealed, seal_all, seal_compacted};
pub use texts::TextsFault;
pub use varint::VarintFault;
