//! Reading: the rows of an observation file, one after the other.

use std::io::Read;

use super::{
    column::{Column, columns},
    error::ReadError,
    records::Records,
    row::{Row, observation},
};

/// Reads an observation file row by row.
#[derive(Debug)]
pub(crate) struct ObservationReader<R> {
    records: Records<R>,
    columns: Vec<Column>,
    default_source: Option<String>,
}

impl<R: Read> ObservationReader<R> {
    /// A reader of `file`, its header read. Rows that name no source get `default_source`.
    pub(crate) fn new(file: R, default_source: Option<String>) -> Result<Self, ReadError> {
        let mut records = Records::new(file);
        let (line, header) = records.header()?;
        let columns =
            columns(&header, default_source.is_some()).map_err(|error| ReadError::Header { line, error })?;
        Ok(Self { records, columns, default_source })
    }

    /// The next row; none after the last.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        let Some(line) = self.records.next_row()? else { return Ok(None) };
        let observation = observation(self.records.cells(), &self.columns, self.default_source.as_deref());
        Ok(Some(Row { line, observation }))
    }

    /// How many bytes of the file were read so far, up to the end of the last row.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }
}
