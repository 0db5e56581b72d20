//! Errors that mean that there is no room: they go away by themselves or by an operator's hand, and nothing is broken.

use std::io::{Error, ErrorKind};

/// Whether an operation failed because the disk, a quota or the limit on the size of files leaves no room.
pub(crate) fn is_no_room(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}
