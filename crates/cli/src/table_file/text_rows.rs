//! Rows of a text: its cells, each row with the line that it begins on.

use std::io::{self, Read};

use csv::ByteRecord;

use super::{
    cell::Cell,
    container::{Container, HEAD_BYTES},
    dialect::{self, Dialect},
    error::ReadError,
    lines::LineTracker,
    utf16::Utf16Reader,
};

/// Most bytes in which the header is looked for.
const BEGINNING_BYTES_MAX: usize = 64 << 10;

type Bytes = Box<dyn Read + Send>;

/// Reads the rows of a text. Lines that begin with `#` are left out here already, so that their quotation marks mean nothing; comments
/// whose first cell is quoted are rows.
pub(super) struct TextRows {
    records: csv::Reader<LineTracker<Bytes>>,
    record: ByteRecord,
    dialect: Dialect,
    is_begun: bool,
}

impl TextRows {
    /// The rows of a text; finds out its dialect.
    pub(super) fn open(bytes: Bytes, container: Container) -> Result<Self, ReadError> {
        let mut bytes = match container {
            Container::Utf16(endianness) => Box::new(Utf16Reader::new(bytes, endianness)),
            Container::Utf8 | Container::Workbook => bytes,
        };
        let (beginning, dialect) = begin(&mut bytes).map_err(ReadError::Begin)?;
        let bytes: Bytes = Box::new(io::Cursor::new(beginning).chain(bytes));
        let bytes = if dialect.is_carriage_return { Box::new(LineFeeds(bytes)) } else { bytes };
        let records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            .comment(Some(b'#'))
            .from_reader(LineTracker::new(bytes, dialect.delimiter));
        Ok(Self { records, record: ByteRecord::new(), dialect, is_begun: false })
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Reads the next row; returns the line that it begins on, none after the last.
    pub(super) fn next_row(&mut self) -> Result<Option<u64>, ReadError> {
        let line = self.next_record()?;
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        if is_first && self.record.get(0).is_some_and(dialect::is_declaration) {
            return self.next_record();
        }
        Ok(line)
    }

    pub(super) fn cell(&self, index: usize) -> Cell<'_> {
        let bytes = self.record.get(index).unwrap_or_default();
        str::from_utf8(bytes)
            .map_or(Cell::Refused("the text is not UTF-8; save the file as UTF-8"), Cell::Text)
    }

    pub(super) fn cell_count(&self) -> usize {
        self.record.len()
    }

    /// Whether the file ends in this row, without a line end.
    pub(super) fn is_unended(&self) -> bool {
        self.records.get_ref().ended_in_line()
    }

    /// How many bytes of the text were read so far, up to the end of the last row.
    pub(super) fn bytes_read(&self) -> u64 {
        self.records.get_ref().released()
    }

    fn next_record(&mut self) -> Result<Option<u64>, ReadError> {
        let more = self.records.read_byte_record(&mut self.record);
        let end = self.records.position().byte();
        let tracker = self.records.get_mut();
        if !more.map_err(|error| ReadError::Read { line: tracker.next_line(), error })? {
            return Ok(None);
        }
        let last = tracker.release(end);
        let lines = self.record.as_slice().split(|byte| *byte == b'\n').count() as u64;
        if self.records.get_ref().ended_in_quotes() {
            // A line end at the very end of the file is part of the cell, but begins no line.
            let trailing = u64::from(self.record.as_slice().ends_with(b"\n"));
            return Err(ReadError::OpenQuote((last + 1 + trailing).saturating_sub(lines)));
        }
        Ok(Some(last + 1 - lines))
    }
}

/// Reads as far as the dialect can be seen.
fn begin(bytes: &mut Bytes) -> io::Result<(Vec<u8>, Dialect)> {
    let mut beginning = Vec::new();
    loop {
        let mut chunk = [0; 4 << 10];
        let count = bytes.read(&mut chunk)?;
        beginning.extend_from_slice(&chunk[..count]);
        let is_all = count == 0 || beginning.len() > BEGINNING_BYTES_MAX;
        if let Some(dialect) = dialect::recognise(&beginning, is_all) {
            return Ok((beginning, dialect));
        }
    }
}

/// The first bytes of a file, and all of it.
pub(super) fn peek(mut bytes: Bytes) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let whole = io::Cursor::new(head.clone()).chain(bytes);
    Ok((head, Box::new(whole)))
}

/// A text whose lines end with carriage returns alone, with line feeds in their place.
struct LineFeeds(Bytes);

impl Read for LineFeeds {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        for byte in buffer[..count].iter_mut().filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(count)
    }
}
