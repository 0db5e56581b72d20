//! A column in chunks.

use std::{borrow::Cow, ops::Range, sync::Arc};

use super::{
    Blank, CHUNK, Element,
    chunk::{Chunk, Page},
    chunk_end,
    element::blank_of,
    parts,
    parts::{PAGE, SPAN},
};

/// A column in chunks. Cloning is cheap, and shares all chunks.
#[derive(Debug, Clone)]
pub(crate) struct Chunked<T: 'static> {
    pub(super) len: usize,
    pub(super) pages: Arc<[Page<T>]>,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { len: 0, pages: Arc::default() }
    }
}

impl<T: Element> Chunked<T> {
    /// A column of this many elements that are all the same gap.
    pub(crate) fn blank(len: usize, blank: Blank<T>) -> Self {
        Self { len, pages: vec![Page::Blank(blank); len.div_ceil(SPAN)].into() }
    }

    /// How many elements it has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The element at an index.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> &T {
        &self.pages[index / SPAN].elements(index / CHUNK % PAGE)[index % CHUNK]
    }

    /// The elements of a range that does not leave its chunk ([`parts`]).
    #[inline]
    pub(crate) fn part(&self, range: Range<usize>) -> &[T] {
        let elements = self.pages[range.start / SPAN].elements(range.start / CHUNK % PAGE);
        let first = range.start % CHUNK;
        &elements[first..first + range.len()]
    }

    /// The elements of a range, copied where they are not in one chunk.
    pub(crate) fn read(&self, range: Range<usize>) -> Cow<'_, [T]> {
        if range.is_empty() {
            return Cow::Borrowed(&[]);
        }
        if range.start / CHUNK == (range.end - 1) / CHUNK {
            return Cow::Borrowed(self.part(range));
        }
        let mut elements = Vec::with_capacity(range.len());
        for part in parts(range) {
            elements.extend_from_slice(self.part(part));
        }
        Cow::Owned(elements)
    }

    /// Where the blank chunks end that follow each other from an index on; none if its chunk is not blank. A page is
    /// looked at as a whole, and no further than its end.
    pub(crate) fn blank_until(&self, index: usize) -> Option<usize> {
        match &self.pages[index / SPAN] {
            Page::Blank(_) => Some((index / SPAN + 1) * SPAN),
            Page::Each(chunks) => match chunks[index / CHUNK % PAGE] {
                Chunk::Blank(_) => Some((index / CHUNK + 1) * CHUNK),
                Chunk::Each(_) => None,
            },
        }
    }

    /// The parts of a range, each within a chunk, but for blank chunks whose element `is_passed_over`.
    pub(crate) fn told(
        &self,
        range: Range<usize>,
        is_passed_over: impl Fn(&T) -> bool,
    ) -> impl Iterator<Item = Range<usize>> {
        let mut from = range.start;
        std::iter::from_fn(move || {
            while from < range.end {
                match self.blank_until(from) {
                    Some(end) if is_passed_over(self.at(from)) => from = end,
                    Some(_) | None => {
                        let part = from..chunk_end(from).min(range.end);
                        from = part.end;
                        return Some(part);
                    }
                }
            }
            None
        })
    }

    /// Replaces an element; returns whether it was another before.
    pub(crate) fn set(&mut self, index: usize, element: T) -> bool {
        self.set_part(index, &[element])
    }

    /// Has the elements of a range that does not leave its chunk written, whatever they were before.
    pub(crate) fn write(&mut self, range: Range<usize>, write: impl FnOnce(&mut [T])) {
        let index = range.start / CHUNK;
        let begin = index * CHUNK;
        let len = CHUNK.min(self.len - begin);
        let elements = self.chunk(index).elements_mut(len);
        write(&mut elements[range.start - begin..range.end - begin]);
        self.put_if_blank(index, len);
    }

    /// Replaces the elements from an index on, none beyond its chunk; returns whether any was another before.
    pub(crate) fn set_part(&mut self, first: usize, elements: &[T]) -> bool {
        let range = first..first + elements.len();
        let before = self.part(range.clone());
        if before.iter().zip(elements).all(|(before, element)| before.is_same(element)) {
            return false;
        }
        self.write(range, |slots| slots.clone_from_slice(elements));
        true
    }

    /// Replaces every element of a range by the same; returns whether any was another before.
    pub(crate) fn fill(&mut self, range: Range<usize>, element: &T) -> bool {
        let page = range.start / SPAN;
        let spans = range.start.is_multiple_of(SPAN) && (range.len() == SPAN || range.end == self.len);
        if let (Some(blank), true) = (element.blank(), spans && range.len() <= SPAN) {
            let made = Page::Blank(blank);
            let is_other = !self.pages[page].is_shared_with(&made);
            if is_other {
                Arc::make_mut(&mut self.pages)[page] = made;
            }
            return is_other;
        }
        let row = match element.blank() {
            Some(blank) => Cow::Borrowed(&blank[..]),
            None => Cow::Owned(vec![element.clone(); CHUNK]),
        };
        let mut is_other = false;
        for part in parts(range) {
            is_other |= self.set_part(part.start, &row[..part.len()]);
        }
        is_other
    }

    /// Lets go of the elements of a chunk that is blank now, and of a page of nothing but blank ones.
    fn put_if_blank(&mut self, index: usize, len: usize) {
        let Some(blank) = blank_of(self.part(index * CHUNK..index * CHUNK + len)) else { return };
        *self.chunk(index) = Chunk::Blank(blank);
        let page = &mut Arc::make_mut(&mut self.pages)[index / PAGE];
        if matches!(page, Page::Each(chunks) if chunks.iter().all(|chunk| chunk.is_blank_of(blank))) {
            *page = Page::Blank(blank);
        }
    }

    /// The chunk at an index among chunks, to be changed.
    fn chunk(&mut self, index: usize) -> &mut Chunk<T> {
        let count = PAGE.min(self.len.div_ceil(CHUNK) - index / PAGE * PAGE);
        &mut Arc::make_mut(&mut self.pages)[index / PAGE].chunks(count)[index % PAGE]
    }

    /// Calls `compare` with each chunk that the other column does not share: its first index, its elements, and those of
    /// the other column, which is as long.
    pub(crate) fn apart(&self, other: &Self, mut compare: impl FnMut(usize, &[T], &[T])) {
        if Arc::ptr_eq(&self.pages, &other.pages) {
            return;
        }
        for (index, (one, two)) in self.pages.iter().zip(other.pages.iter()).enumerate() {
            if one.is_shared_with(two) {
                continue;
            }
            for part in parts(index * SPAN..((index + 1) * SPAN).min(self.len)) {
                let chunk = part.start / CHUNK % PAGE;
                let (one, two) = (&one.elements(chunk)[..part.len()], &two.elements(chunk)[..part.len()]);
                if !std::ptr::eq(one, two) {
                    compare(part.start, one, two);
                }
            }
        }
    }

    /// How many elements its chunks have in memory, those shared with other columns included.
    pub(crate) fn held(&self) -> usize {
        self.chunks().map(|elements| elements.len()).sum()
    }

    /// The chunks that are in memory.
    fn chunks(&self) -> impl Iterator<Item = &Arc<[T]>> {
        let pages = self.pages.iter().filter_map(|page| match page {
            Page::Blank(_) => None,
            Page::Each(chunks) => Some(chunks),
        });
        pages.flat_map(|chunks| chunks.iter()).filter_map(|chunk| match chunk {
            Chunk::Blank(_) => None,
            Chunk::Each(elements) => Some(elements),
        })
    }

    /// Bytes that a column of this many elements takes at most.
    pub(crate) fn bytes_at_most(len: usize) -> usize {
        // What an Arc counts with.
        let counts = 2 * size_of::<usize>();
        let chunks = len.div_ceil(CHUNK).saturating_mul(counts + size_of::<Chunk<T>>());
        let pages = len.div_ceil(SPAN).saturating_mul(counts + size_of::<Page<T>>());
        let elements = len.saturating_mul(size_of::<T>());
        elements.saturating_add(chunks).saturating_add(pages).saturating_add(counts)
    }

    /// How many chunks the first page of a column of this many elements lists, and how many pages it has.
    pub(crate) fn chunks_and_pages(len: usize) -> (usize, usize) {
        (PAGE.min(len.div_ceil(CHUNK)), len.div_ceil(SPAN))
    }

    /// How many pages of a column of this many elements a number of ranges of the same length can touch at most.
    pub(crate) fn page_count(len: usize, ranges: usize, range: usize) -> usize {
        ranges.saturating_mul(range.div_ceil(SPAN).saturating_add(1)).min(len.div_ceil(SPAN))
    }
}

/// Where the blank chunks end that follow each other from an index on in all of these columns; none if one of them has a
/// chunk there that is not blank, or there are none.
pub(crate) fn blank_until<'a, T: Element>(
    columns: impl IntoIterator<Item = &'a Chunked<T>>,
    index: usize,
) -> Option<usize> {
    let mut end = None;
    for column in columns {
        let here = column.blank_until(index)?;
        end = Some(end.map_or(here, |end: usize| end.min(here)));
    }
    end
}
