//! Why a table file cannot be read.

use std::io;

/// Why a header cannot be used: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the header cannot be used:\n  {}", .0.join("\n  "))]
pub(crate) struct HeaderError(pub(crate) Vec<String>);

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// There is no header.
    #[error("the file is empty; its first line names the columns, as indicator,area,period,source")]
    Empty,
    /// It is no table.
    #[error("the file is {0}; save it as CSV in UTF-8, or as a workbook (.xlsx)")]
    Foreign(&'static str),
    /// The beginning cannot be read.
    #[error("the file cannot be read")]
    Begin(#[source] io::Error),
    /// The header is not UTF-8.
    #[error("line {0}: the header is not UTF-8; save the file as UTF-8")]
    HeaderText(u64),
    /// The header names what is not known, or lacks what is needed.
    #[error("line {line}: {error}")]
    Header {
        /// The line of the header.
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
    /// The workbook cannot be read.
    #[error("the workbook cannot be read; open it in a spreadsheet program and save it as .xlsx or CSV")]
    Workbook(#[source] calamine::XlsxError),
    /// The workbook is too large to be held.
    #[error("the workbook is larger than {0}; save the sheet as CSV")]
    TooLarge(&'static str),
    /// A part of the workbook cannot hold as many shared texts as it states.
    #[error(
        "the workbook is damaged: it states {stated} shared texts in {bytes} bytes; open it in a spreadsheet program and save it as .xlsx or CSV"
    )]
    SharedTexts {
        /// How many it states.
        stated: u64,
        /// How many bytes they take.
        bytes: u64,
    },
    /// The workbook has no such sheet, or none was named where several have the columns.
    #[error("{0}")]
    Sheet(String),
}
