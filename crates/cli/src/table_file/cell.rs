//! Cells of a row.

use std::fmt;

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    /// What is written in it, white space included; may be empty.
    Text(&'a str),
    /// A number that a workbook holds as one, and its text for columns that are no numbers. The text is never read as a number.
    Number(f64, &'a str),
    /// Something that cannot be read as a text, and why.
    Refused(&'a str),
}

impl<'a> Cell<'a> {
    /// Whether nothing is written in it.
    pub(crate) fn is_blank(self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// Whether it makes the row that it is the first cell of a comment.
    pub(super) fn begins_comment(self) -> bool {
        self.text().is_ok_and(|text| text.trim_start().starts_with('#'))
    }

    /// What is written in it, white space included, or why it cannot be read.
    pub(crate) fn text(self) -> Result<&'a str, &'a str> {
        match self {
            Self::Text(text) | Self::Number(_, text) => Ok(text),
            Self::Refused(problem) => Err(problem),
        }
    }
}

/// What is wrong with one cell, or with a row as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellError {
    /// The column; empty for the row as a whole.
    pub(crate) column: String,
    /// What is wrong and what would be right.
    pub(crate) message: String,
}

impl CellError {
    /// Something wrong with a row as a whole.
    pub(crate) fn of_row(message: impl Into<String>) -> Self {
        Self { column: String::new(), message: message.into() }
    }
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.column.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.column, self.message)
        }
    }
}
