//! Records: the cells of a CSV file, each record with the line that it begins on.

use std::io::Read;

use csv::{ByteRecord, StringRecord};

use super::{error::ReadError, lines::LineTracker};

/// Reads the records of a CSV file, in which lines that begin with `#` are comments.
#[derive(Debug)]
pub(crate) struct Records<R> {
    records: csv::Reader<LineTracker<R>>,
    record: ByteRecord,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(file: R) -> Self {
        let records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(LineTracker::new(file));
        Self { records, record: ByteRecord::new() }
    }

    /// The header, and the line that it begins on.
    pub(crate) fn header(&mut self) -> Result<(u64, StringRecord), ReadError> {
        let Some(line) = self.next()? else { return Err(ReadError::Empty) };
        let header = StringRecord::from_byte_record(self.record.clone());
        Ok((line, header.map_err(|_| ReadError::HeaderText(line))?))
    }

    /// Reads the next row; returns the line that it begins on, none after the last. Rows without any filled cell, as
    /// spreadsheets leave them, are no rows.
    pub(crate) fn next_row(&mut self) -> Result<Option<u64>, ReadError> {
        while let Some(line) = self.next()? {
            if !self.record.as_slice().iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// The record that was read last.
    pub(crate) fn cells(&self) -> &ByteRecord {
        &self.record
    }

    /// How many bytes of the file were read so far, up to the end of the last record.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.records.get_ref().released()
    }

    fn next(&mut self) -> Result<Option<u64>, ReadError> {
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
