//! Line numbers: the line of a byte, without keeping the file.
//!
//! *Invariant:* between two records at most [`ROW_BYTES_MAX`] bytes and a buffer are handed out; more is an error, so
//! that a quote left open does not read the rest of the file into memory.

use std::{
    collections::VecDeque,
    io::{self, Read},
};

use super::quotes::Quotes;

/// Longest row, in bytes, the comments before it included. An observation with all its texts at their limits is
/// shorter.
pub(crate) const ROW_BYTES_MAX: u64 = 2 << 20;

/// A reader that remembers where the lines end of what was not yet released.
#[derive(Debug)]
pub(super) struct LineTracker<R> {
    inner: R,
    /// Bytes handed out.
    handed_out: u64,
    /// Bytes that belong to records already read.
    released: u64,
    /// Line ends before the last byte released.
    lines_before: u64,
    /// The offsets of the line ends that follow.
    line_ends: VecDeque<u64>,
    quotes: Quotes,
    delimiter: u8,
    /// Whether the last byte ended a line.
    ends_line: bool,
    /// Whether the file was read to its end.
    ended: bool,
}

impl<R> LineTracker<R> {
    pub(super) fn new(inner: R, delimiter: u8) -> Self {
        Self {
            inner,
            handed_out: 0,
            released: 0,
            lines_before: 0,
            line_ends: VecDeque::new(),
            quotes: Quotes::default(),
            delimiter,
            ends_line: false,
            ended: false,
        }
    }

    /// Forgets the bytes before `end`; returns the line of the last of them, from 1.
    pub(super) fn release(&mut self, end: u64) -> u64 {
        while self.line_ends.front().is_some_and(|&at| at + 1 < end) {
            self.line_ends.pop_front();
            self.lines_before += 1;
        }
        self.released = end;
        self.lines_before + 1
    }

    /// Whether the file ended inside quotation marks. The record that is read then is the one that they opened in: no
    /// record before it needed the end of the file.
    pub(super) fn ended_in_quotes(&self) -> bool {
        self.ended && self.quotes == Quotes::Open
    }

    /// Whether the file ends without a line end, and the last record released is its last.
    pub(super) fn ended_in_line(&self) -> bool {
        self.ended && !self.ends_line && self.released == self.handed_out
    }

    /// The line after the last one released.
    pub(super) fn next_line(&self) -> u64 {
        self.lines_before + if self.released == 0 { 1 } else { 2 }
    }

    /// Bytes that belong to records already read.
    pub(super) fn released(&self) -> u64 {
        self.released
    }
}

impl<R: Read> Read for LineTracker<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.handed_out - self.released > ROW_BYTES_MAX {
            let message =
                format!("a row is longer than {ROW_BYTES_MAX} bytes; is a quotation mark left open?");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let count = self.inner.read(buffer)?;
        let ends = buffer[..count].iter().zip(self.handed_out..).filter(|(byte, _)| **byte == b'\n');
        self.line_ends.extend(ends.map(|(_, at)| at));
        self.handed_out += count as u64;
        self.quotes = self.quotes.after(&buffer[..count], self.delimiter);
        if let Some(last) = buffer[..count].last() {
            self.ends_line = matches!(last, b'\n' | b'\r');
        }
        self.ended |= count == 0 && !buffer.is_empty();
        Ok(count)
    }
}
