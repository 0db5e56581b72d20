//! What is still to be done while a board is brought up to date.
//!
//! *Invariant:* what is taken out comes in the plan's order, each step once with all the cells noted for it. This module
//! does not know what a step does.

use std::ops::Range;

use crate::spans::Spans;

/// What is to be done: by place in the plan's order, the cells that changed below. It is kept from one change to the
/// next, so that nothing is allocated, and is always left empty.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    spans: Vec<Spans>,
    /// A bit for each place where something is to be done.
    marks: Vec<u64>,
    /// The first of the marks that can have a bit.
    next: usize,
}

impl Clone for Pending {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Pending {
    /// Room for so many places.
    pub(crate) fn reserve(&mut self, places: usize) {
        self.spans.resize(places, Spans::None);
        self.marks.resize(places.div_ceil(64), 0);
    }

    pub(crate) fn add(&mut self, place: usize, range: Range<usize>) {
        self.spans[place].add(range);
        self.mark(place);
    }

    pub(crate) fn add_all(&mut self, place: usize, spans: &Spans) {
        self.spans[place].add_all(spans);
        self.mark(place);
    }

    fn mark(&mut self, place: usize) {
        self.marks[place / 64] |= 1 << (place % 64);
        self.next = self.next.min(place / 64);
    }

    /// The first place where something is to be done, and what.
    pub(crate) fn pop(&mut self) -> Option<(usize, Spans)> {
        while let Some(marks) = self.marks.get_mut(self.next) {
            if *marks == 0 {
                self.next += 1;
                continue;
            }
            let place = self.next * 64 + marks.trailing_zeros() as usize;
            *marks &= *marks - 1;
            return Some((place, std::mem::take(&mut self.spans[place])));
        }
        None
    }
}
