//! The error for bytes that are not a valid checkpoint.

use std::io;

pub(super) fn damaged(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
