//! Why an observation file cannot be read.

use super::column::HeaderError;

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
