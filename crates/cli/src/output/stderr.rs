//! Standard error, for messages to people; escaped on a terminal.

use std::io::{self, IsTerminal as _, Write};

use super::escape::Escaped;

/// Standard error, locked until the writer is dropped.
pub(crate) fn lock() -> Box<dyn Write> {
    let out = io::stderr().lock();
    if out.is_terminal() { Box::new(Escaped::new(out)) } else { Box::new(out) }
}
