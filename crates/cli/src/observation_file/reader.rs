//! Reading: the rows of an observation file, one after the other.

use std::io::Read;

use super::{
    column::{Column, HeaderError, columns},
    records::Records,
    row::{Row, observation},
};

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// There is no header.
    #[error("the file is empty; its first line names the columns, as indicator,area,period,source")]
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
