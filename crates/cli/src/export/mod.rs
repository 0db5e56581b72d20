//! Exporting: many observations into a file or to standard output, row by row.
//!
//! *Invariant:* a file has its name only once it is whole; memory does not grow with it.

mod progress;
mod rows;
mod unfinished;

pub(crate) use progress::Bar;
pub(crate) use rows::{RowFormat, RowWriter};
pub(crate) use unfinished::Unfinished;
