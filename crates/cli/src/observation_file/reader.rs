//! Reading: the rows of an observation file, one after the other.

use std::io::Read;

use csv::{ByteRecord, StringRecord};

use super::{
    column::{Column, HeaderError, columns},
    lines::LineTracker,
    row::{Row, observation},
};

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// There is no header.
    #[error("the file is empty; its first line names the columns, as indicator,area,period,source,value")]
    Empty,
    /// The header is not UTF-8.
    #[error("line {0}: the header is not UTF-8; save the file as UTF-8")]
    HeaderText(u64),
    /// The header names what is not known, or lacks what is needed.
    #[error("line {line}: {error}")]
    Header {
        /// The line that the header stands on.
        line: u64,
        /// What is wrong with it.
        #[source]
        error: HeaderError,
    },
    /// A quotation mark is never closed, so that everything after it would be one cell.
    #[error(
        "line {0}: a quotation mark opens a cell of this row and is never closed; close it, or write two for one"
    )]
    OpenQuote(u64),
    /// The file cannot be read on.
    #[error("the file cannot be read from line {line} on")]
    Read {
        /// The line after the last that was read.
        line: u64,
        /// What went wrong.
        #[source]
        error: csv::Error,
    },
}

/// Reads an observation file row by row.
#[derive(Debug)]
pub(crate) struct ObservationReader<R> {
    records: csv::Reader<LineTracker<R>>,
    record: ByteRecord,
    columns: Vec<Column>,
    default_source: Option<String>,
}

impl<R: Read> ObservationReader<R> {
    /// A reader of `file`, its header read. Rows that name no source get `default_source`.
    pub(crate) fn new(file: R, default_source: Option<String>) -> Result<Self, ReadError> {
        let records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(LineTracker::new(file));
        let mut reader = Self { records, record: ByteRecord::new(), columns: Vec::new(), default_source };
        let Some(line) = reader.next_record()? else { return Err(ReadError::Empty) };
        let header =
            StringRecord::from_byte_record(reader.record.clone()).map_err(|_| ReadError::HeaderText(line))?;
        reader.columns = columns(&header, reader.default_source.is_some())
            .map_err(|error| ReadError::Header { line, error })?;
        Ok(reader)
    }

    /// The next row; none after the last. Rows without any filled cell, as spreadsheets leave them, are no rows.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        while let Some(line) = self.next_record()? {
            if self.record.as_slice().iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let observation = observation(&self.record, &self.columns, self.default_source.as_deref());
            return Ok(Some(Row { line, observation }));
        }
        Ok(None)
    }

    /// How many bytes of the file were read so far, up to the end of the last row.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.records.get_ref().released()
    }

    /// Reads the next record; returns the line that it begins on.
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
            // A line end at the very end of the file stands in the cell, but begins no line.
            let trailing = u64::from(self.record.as_slice().ends_with(b"\n"));
            return Err(ReadError::OpenQuote((last + 1 + trailing).saturating_sub(lines)));
        }
        Ok(Some(last + 1 - lines))
    }
}
