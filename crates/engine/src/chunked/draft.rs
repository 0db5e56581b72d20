//! Drafts: columns that are being read, of which nothing is shared yet.

use super::{
    Blank, CHUNK, Chunked, Element,
    chunk::{Chunk, Page},
    parts::PAGE,
};

/// A column that is being put together in any order.
pub(crate) struct Draft<T: 'static> {
    len: usize,
    blank: Blank<T>,
    chunks: Vec<Option<Box<[T]>>>,
}

impl<T: Element> Draft<T> {
    /// One of this many elements, all the same gap until they are put.
    pub(crate) fn new(len: usize, blank: Blank<T>) -> Self {
        Self { len, blank, chunks: vec![None; len.div_ceil(CHUNK)] }
    }

    /// Puts an element.
    pub(crate) fn put(&mut self, index: usize, element: T) {
        let chunk = &mut self.chunks[index / CHUNK];
        if chunk.is_none() && element.is_same(&self.blank[0]) {
            return;
        }
        let len = CHUNK.min(self.len - index / CHUNK * CHUNK);
        chunk.get_or_insert_with(|| self.blank[..len].into())[index % CHUNK] = element;
    }

    /// The column.
    pub(crate) fn finish(self) -> Chunked<T> {
        let chunk = |chunk: &Option<Box<[T]>>| match chunk {
            None => Chunk::Blank(self.blank),
            Some(elements) => Chunk::of(elements),
        };
        let page = |chunks: &[Option<Box<[T]>>]| {
            let is_blank = chunks.iter().all(Option::is_none);
            if is_blank { Page::Blank(self.blank) } else { Page::Each(chunks.iter().map(chunk).collect()) }
        };
        Chunked { len: self.len, pages: self.chunks.chunks(PAGE).map(page).collect() }
    }
}
