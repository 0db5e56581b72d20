//! What can go wrong with a journal, one enum an operation, one file an enum.

mod append;
mod checkpoint;
mod open;
mod read;

pub use append::AppendError;
pub use checkpoint::CheckpointError;
pub use open::OpenError;
pub use read::{Corruption, EntryFault, LogPlace, ReadError};
