//! What can go wrong with a journal, one enum an operation, one file an enum.

mod append;
mod checkpoint;
mod open;
mod read;
mod storage;

pub use append::AppendError;
pub use checkpoint::CheckpointError;
pub use open::OpenError;
pub use read::{Corruption, EntryFault, ReadError};
pub use storage::StorageError;
