//! What can go wrong with a journal, one enum an operation, one file an enum.

mod append;
mod build;
mod checkpoint;
mod open;
mod read;
mod segment;

pub use append::AppendError;
pub use build::BuildError;
pub use checkpoint::CheckpointError;
pub use open::OpenError;
pub use read::{Corruption, EntryFault, LogPosition, ReadError};
pub use segment::SegmentHeaderFault;
