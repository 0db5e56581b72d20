//! Exporting: many observations into a file or to standard output, row by row.
//!
//! *Invariant:* memory does not grow with what is written.

mod progress;
mod rows;

pub(crate) use progress::Bar;
pub(crate) use rows::{RowFormat, RowWriter};
