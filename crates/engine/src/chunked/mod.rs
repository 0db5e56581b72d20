//! Columns in chunks: what a board keeps of one node, shared with other boards chunk by chunk.
//!
//! *Invariant:* a change copies the chunks that it touches and the pages that list them, and no others. A chunk of
//! which every element is the same gap takes no memory of its own, however long the column is; it is read from a row
//! that all columns share, so that reading needs no case for it.

mod chunk;
mod column;
mod draft;
mod element;
mod parts;

pub(crate) use column::{Chunked, blank_until};
pub(crate) use draft::Draft;
pub(crate) use element::{Blank, Element, ZEROS};
pub(crate) use parts::{CHUNK, chunk_end, parts};

#[cfg(test)]
mod tests;
