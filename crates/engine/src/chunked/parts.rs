//! Where chunks and pages begin and end.

use std::ops::Range;

/// How many elements a chunk has.
pub(crate) const CHUNK: usize = 128;
/// How many chunks a page lists.
pub(super) const PAGE: usize = 64;
/// How many elements the chunks of a page have together.
pub(super) const SPAN: usize = CHUNK * PAGE;

/// Where the chunk of an index ends.
pub(crate) fn chunk_end(index: usize) -> usize {
    (index / CHUNK + 1) * CHUNK
}

/// A range in parts, each within a chunk.
pub(crate) fn parts(range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut from = range.start;
    std::iter::from_fn(move || {
        (from < range.end).then(|| {
            let part = from..chunk_end(from).min(range.end);
            from = part.end;
            part
        })
    })
}
