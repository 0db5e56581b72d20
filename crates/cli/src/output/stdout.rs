//! Standard output: the only place that writes to it.
//!
//! *Invariant:* a reader that closes its end (`| head`) ends the program quietly: that error is recognised by
//! [`reader_left`]. Texts that are written to a terminal cannot steer it.

use std::{
    error::Error,
    fmt,
    io::{self, BufWriter, IsTerminal as _, StdoutLock, Write},
};

use super::escape::Escaped;

/// Nobody reads on.
#[derive(Debug)]
struct ReaderLeft;

impl fmt::Display for ReaderLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody reads standard output any more")
    }
}

impl Error for ReaderLeft {}

/// Standard output, buffered; flush it when done.
pub(crate) enum Stdout {
    /// A pipe, a file or a device.
    Plain(BufWriter<StdoutLock<'static>>),
    /// A terminal.
    Terminal(Escaped<BufWriter<StdoutLock<'static>>>),
}

/// Standard output, locked until the writer is dropped.
pub(crate) fn lock() -> Stdout {
    let out = BufWriter::new(io::stdout().lock());
    if out.get_ref().is_terminal() { Stdout::Terminal(Escaped::new(out)) } else { Stdout::Plain(out) }
}

fn marked(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::BrokenPipe { io::Error::other(ReaderLeft) } else { error }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Terminal(out) => out.write(bytes),
        }
        .map_err(marked)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Terminal(out) => out.flush(),
        }
        .map_err(marked)
    }
}

/// Whether `error` means that nobody reads standard output any more.
pub(crate) fn reader_left(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .is_some_and(<dyn Error + Send + Sync>::is::<ReaderLeft>)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_a_reader_that_left_from_other_broken_pipes() {
        let left = || marked(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(reader_left(&anyhow::Error::new(left()).context("a row")));
        assert!(reader_left(&anyhow::Error::new(crate::output::io_error(csv::Error::from(left())))));
        assert!(!reader_left(&anyhow::Error::new(io::Error::from(io::ErrorKind::BrokenPipe))));
    }
}
