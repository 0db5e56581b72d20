//! Tables: a header, and the rows under it.
//!
//! *Invariant:* nothing that is written in a row is passed over, but for comments: rows whose first cell begins with `#`,
//! even if they contain anything else, and so are columns whose name begins with `#`. The rule is the same for texts and workbooks, with
//! and without quotation marks.

use super::{
    cell::{Cell, CellError},
    container::{self, Container},
    dialect::column_name,
    error::{HeaderError, ReadError},
    input::Input,
    options::{Decimal, ReadingOptions},
    text_rows::{TextRows, peek},
    workbook::SheetRows,
};

enum Rows {
    Text(Box<TextRows>),
    Sheet(SheetRows),
}

/// A file with its header read.
pub(crate) struct Table {
    rows: Rows,
    decimal: Option<Decimal>,
    /// The line that the header begins on.
    line: u64,
    /// The names of the columns in lower case; empty where there is none.
    names: Vec<String>,
}

impl Table {
    /// Finds out what a file is, and reads its header.
    pub(crate) fn open(input: Input, options: &ReadingOptions) -> Result<Self, ReadError> {
        let bytes = input.into_reader().map_err(ReadError::Begin)?;
        let (head, bytes) = peek(bytes).map_err(ReadError::Begin)?;
        let container = container::recognise(&head)?;
        let rows = match container {
            Container::Workbook => Rows::Sheet(SheetRows::open(bytes, options.sheet.as_deref())?),
            Container::Utf8 | Container::Utf16(_) => {
                if let Some(sheet) = &options.sheet {
                    let message =
                        format!("the file is no workbook and has no sheet {sheet:?}; leave --sheet out");
                    return Err(ReadError::Sheet(message));
                }
                Rows::Text(Box::new(TextRows::open(bytes, container)?))
            }
        };
        let mut table = Self { rows, decimal: options.decimal, line: 0, names: Vec::new() };
        table.line = table.next_row()?.ok_or(ReadError::Empty)?;
        for index in 0..table.cell_count() {
            let name = table.cell(index).text().map(column_name);
            table.names.push(name.map_err(|_| ReadError::HeaderText(table.line))?);
        }
        Ok(table)
    }

    /// The columns that have a name and are no comments: their index and name, in lower case, with `_` for spaces.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (usize, &str)> {
        let names = self.names.iter().map(String::as_str).enumerate();
        names.filter(|(_, name)| !name.is_empty() && !name.starts_with('#'))
    }

    /// The error that the header is wrong.
    pub(crate) fn header_error(&self, error: HeaderError) -> ReadError {
        ReadError::Header { line: self.line, error }
    }

    /// Reads the next row that is neither blank nor a comment; returns the line that it begins on, none after the last.
    pub(crate) fn next_row(&mut self) -> Result<Option<u64>, ReadError> {
        loop {
            let next = match &mut self.rows {
                Rows::Text(rows) => rows.next_row()?,
                Rows::Sheet(rows) => rows.next_row(),
            };
            let Some(line) = next else { return Ok(None) };
            let is_blank = (0..self.cell_count()).all(|index| self.cell(index).is_blank());
            if !is_blank && !self.cell(0).begins_comment() {
                return Ok(Some(line));
            }
        }
    }

    /// A cell of the row that was read last; empty where the row is shorter.
    pub(crate) fn cell(&self, index: usize) -> Cell<'_> {
        match &self.rows {
            Rows::Text(rows) => rows.cell(index),
            Rows::Sheet(rows) => rows.cell(index),
        }
    }

    /// What is wrong with the shape of the row that was read last.
    pub(crate) fn shape_error(&self) -> Option<CellError> {
        let (cells, columns) = (self.cell_count(), self.names.len());
        if let Rows::Text(rows) = &self.rows
            && cells < columns
            && rows.is_unended()
        {
            return Some(CellError::of_row(format!(
                "the file ends in this row, after {cells} of {columns} cells; complete what was cut short, or end the row with a line end"
            )));
        }
        let has_name = |index: usize| self.names.get(index).is_some_and(|name| !name.is_empty());
        let outside = (0..cells).find(|index| !has_name(*index) && !self.cell(*index).is_blank())?;
        let remedy = match &self.rows {
            Rows::Text(rows) => format!("; quote cells that contain {}", rows.dialect().delimiter_name()),
            Rows::Sheet(_) => String::new(),
        };
        Some(CellError::of_row(if outside < columns {
            format!(
                "cell {} is filled, and its column has no name; name the column, or clear the cell",
                outside + 1
            )
        } else {
            format!("the row has {cells} cells, the header {columns}{remedy}")
        }))
    }

    /// What the fractions of numbers begin with that are written as text; none if the file leaves it open.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        let is_point = match &self.rows {
            Rows::Text(rows) => rows.dialect().delimiter == b',',
            Rows::Sheet(_) => true,
        };
        self.decimal.or(is_point.then_some(Decimal::Point))
    }

    /// How many bytes of the file were read so far, about; 0 of a workbook.
    pub(crate) fn bytes_read(&self) -> u64 {
        match &self.rows {
            Rows::Text(rows) => rows.bytes_read(),
            Rows::Sheet(_) => 0,
        }
    }

    fn cell_count(&self) -> usize {
        match &self.rows {
            Rows::Text(rows) => rows.cell_count(),
            Rows::Sheet(rows) => rows.cell_count(),
        }
    }
}
