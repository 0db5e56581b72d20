//! Postings: where each term of an index occurs.
//!
//! *Invariant:* the places of a term are ascending. They are stored as differences of variable length, so that postings take
//! less memory than the indexed texts.

use std::iter::Peekable;

use integer_encoding::VarInt as _;

/// The entry of a sequence of terms for a word that is not indexed.
pub(super) const NO_TERM: u32 = u32::MAX;

/// A number as an index stores it. 10,000 practices have some hundred million words at most, so [`u32::MAX`] is never
/// reached.
pub(super) fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Where each term occurs.
pub(super) struct Postings {
    bytes: Vec<u8>,
    /// Where the postings of each term end.
    ends: Vec<usize>,
}

impl Postings {
    /// The postings of a sequence of terms; a place is an index of it. Terms are numbers below `count`, or [`NO_TERM`].
    pub(super) fn new(terms: &[u32], count: usize) -> Self {
        let mut lengths = vec![0; count];
        each_step(terms, count, |term, step| lengths[term] += step.required_space());
        let mut ends = lengths;
        let mut end = 0;
        for length in &mut ends {
            // The start for now: writing advances it to the end.
            let start = end;
            end += *length;
            *length = start;
        }
        let mut bytes = vec![0; end];
        each_step(terms, count, |term, step| ends[term] += step.encode_var(&mut bytes[ends[term]..]));
        Self { bytes, ends }
    }

    /// The places of a term.
    pub(super) fn of(&self, term: u32) -> Places<'_> {
        let term = term as usize;
        let start = term.checked_sub(1).map_or(0, |before| self.ends[before]);
        Places { bytes: &self.bytes[start..self.ends[term]], last: 0 }
    }
}

/// Calls a function with each term and its distance from the previous occurrence of the same term.
fn each_step(terms: &[u32], count: usize, mut f: impl FnMut(usize, u32)) {
    let mut last = vec![0; count];
    for (place, term) in terms.iter().enumerate().filter(|(_, term)| **term != NO_TERM) {
        let (place, term) = (saturated(place), *term as usize);
        f(term, place - last[term]);
        last[term] = place;
    }
}

/// The places of a term, ascending.
#[derive(Debug, Clone)]
pub(super) struct Places<'a> {
    bytes: &'a [u8],
    last: u32,
}

impl Iterator for Places<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (step, length) = u32::decode_var(self.bytes)?;
        self.bytes = &self.bytes[length..];
        self.last += step;
        Some(self.last)
    }
}

/// The positions where a sequence ends, ascending: each term is given with its distance to the last one.
pub(super) struct Sequence<'a> {
    terms: Vec<(Peekable<Places<'a>>, u32)>,
}

impl<'a> Sequence<'a> {
    pub(super) fn new(terms: impl Iterator<Item = (Places<'a>, u32)>) -> Self {
        Self { terms: terms.map(|(places, before_last)| (places.peekable(), before_last)).collect() }
    }
}

impl Iterator for Sequence<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (first, others) = self.terms.split_first_mut()?;
        'places: loop {
            let end = first.0.next()? + first.1;
            for (places, before_last) in &mut *others {
                while places.next_if(|place| place + *before_last < end).is_some() {}
                if places.peek()? + *before_last > end {
                    continue 'places;
                }
            }
            return Some(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn terms_and_sequences_are_found_where_they_stand(
            terms in proptest::collection::vec(prop_oneof![9 => 0..4_u32, 1 => Just(NO_TERM)], 0..400),
            sought in proptest::collection::vec((0..4_u32, 1..3_usize), 1..4),
        ) {
            let postings = Postings::new(&terms, 4);
            for term in 0..4 {
                let places: Vec<_> = postings.of(term).collect();
                let expected: Vec<_> = (0_u32..).zip(&terms).filter(|(_, one)| **one == term).map(|(place, _)| place).collect();
                prop_assert_eq!(places, expected);
            }
            let length: usize = sought.iter().skip(1).map(|(_, step)| step).sum();
            let mut before_last = length;
            let mut sequence = Vec::new();
            for (number, (term, step)) in sought.iter().enumerate() {
                before_last -= if number == 0 { 0 } else { *step };
                sequence.push((*term, before_last));
            }
            let found: Vec<_> = Sequence::new(
                sequence.iter().map(|(term, before_last)| (postings.of(*term), saturated(*before_last)))
            ).collect();
            let ends = (length..terms.len())
                .filter(|end| sequence.iter().all(|(term, before_last)| terms[end - before_last] == *term));
            prop_assert_eq!(found, ends.map(saturated).collect::<Vec<_>>());
        }
    }

    #[test]
    fn far_places_are_kept() {
        let mut terms = vec![NO_TERM; 3_000_000];
        for place in [0, 127, 128, 20_000, 2_999_999] {
            terms[place] = 0;
        }
        assert_eq!(Postings::new(&terms, 1).of(0).collect::<Vec<_>>(), [0, 127, 128, 20_000, 2_999_999]);
    }
}
