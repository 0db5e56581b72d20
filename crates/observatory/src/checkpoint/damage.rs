//! The error for bytes that are no checkpoint.

use std::io;

pub(super) fn damaged(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
