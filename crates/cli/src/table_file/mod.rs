//! Table files: what people bring, as rows of cells under a header, whichever program wrote the file.
//!
//! Reading has layers, each of which knows the one below it only:
//!
//! 1. [`input`]: where the bytes come from.
//! 2. [`container`]: the kind of the file by its first bytes, text in an encoding or a workbook.
//! 3. [`dialect`]: of a text, what separates its cells and ends its lines, from its header.
//! 4. [`text_rows`] and [`workbook`]: cells with the line that their row begins on.
//! 5. [`table`]: the header, and rows without comments, blank rows and nameless columns.
//!
//! Observation, withdrawal and coding files are read from a [`Table`]; what their cells mean is in `vocabulary`.
//!
//! *Invariant:* nothing is guessed. What can be read in two ways is refused with both. Of a text at most
//! [`lines::ROW_BYTES_MAX`] bytes are held; a workbook is held whole, up to limits that are checked
//! before it is unpacked and while it is read ([`archive`], [`workbook`]).

mod archive;
mod cell;
mod container;
mod dialect;
mod error;
mod input;
mod lines;
mod options;
mod quotes;
mod table;
mod text_rows;
mod utf16;
mod workbook;

#[cfg(test)]
mod tests;

pub(crate) use cell::{Cell, CellError};
pub(crate) use error::{HeaderError, ReadError};
pub(crate) use input::Input;
#[cfg(test)]
pub(crate) use lines::ROW_BYTES_MAX;
pub(crate) use options::{Decimal, ReadingOptions};
pub(crate) use table::Table;
