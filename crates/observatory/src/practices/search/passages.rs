//! Passages: the texts of the practices, one after the other in the places of an index.
//!
//! *Invariant:* passages are in the order of their places, and those of one field of one practice follow each other.

use super::postings::saturated;

/// Which text of a practice a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Description,
    Citation,
    /// The names of the areas and measures, and all ids; each is a passage.
    Names,
}

/// How many fields there are.
pub(super) const FIELDS: usize = 4;

impl Field {
    pub(super) fn index(self) -> usize {
        match self {
            Self::Title => 0,
            Self::Description => 1,
            Self::Citation => 2,
            Self::Names => 3,
        }
    }
}

/// How often something occurs in a field of a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occurrences {
    pub(super) practice: usize,
    pub(super) field: Field,
    pub(super) count: u32,
}

/// Whose passage each place is in.
#[derive(Debug, Default)]
pub(super) struct Passages {
    /// The first place of each.
    starts: Vec<u32>,
    owners: Vec<(u32, Field)>,
}

impl Passages {
    /// Begins a passage at a place; it ends where the next one begins.
    pub(super) fn begin(&mut self, place: usize, practice: usize, field: Field) {
        self.starts.push(saturated(place));
        self.owners.push((saturated(practice), field));
    }

    pub(super) fn shrink(&mut self) {
        self.starts.shrink_to_fit();
        self.owners.shrink_to_fit();
    }

    /// How often something occurs in each field of each practice, in their order. It is given by its last places, ascending, and
    /// its first one is before its last one by this many positions: what begins in another passage is not counted.
    pub(super) fn count(&self, ends: impl Iterator<Item = u32>, length: u32) -> Vec<Occurrences> {
        let mut counted: Vec<Occurrences> = Vec::new();
        let mut passage = 0;
        for end in ends {
            passage = self.passage_of(end, passage);
            let is_whole = self.starts.get(passage).is_some_and(|start| start + length <= end);
            let Some((practice, field)) = self.owners.get(passage).copied().filter(|_| is_whole) else {
                continue;
            };
            let practice = practice as usize;
            match counted.last_mut() {
                Some(last) if last.practice == practice && last.field == field => last.count += 1,
                _ => counted.push(Occurrences { practice, field, count: 1 }),
            }
        }
        counted
    }

    /// The passage of a place, searched from a passage that does not begin after it. Doubles its steps, as the next place is
    /// usually near.
    fn passage_of(&self, place: u32, from: usize) -> usize {
        let mut step = 1;
        while self.starts.get(from + step).is_some_and(|start| *start <= place) {
            step *= 2;
        }
        let (near, far) = (from + step / 2, self.starts.len().min(from + step));
        near + self.starts[near..far].partition_point(|start| *start <= place).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn occurrences(practice: usize, field: Field, count: u32) -> Occurrences {
        Occurrences { practice, field, count }
    }

    #[test]
    fn what_runs_from_one_passage_into_the_next_is_not_counted() {
        let mut passages = Passages::default();
        for (place, practice, field) in
            [(0, 0, Field::Title), (4, 0, Field::Names), (6, 0, Field::Names), (9, 1, Field::Title)]
        {
            passages.begin(place, practice, field);
        }
        let count = |length| passages.count([1, 4, 5, 6, 8, 9, 30].into_iter(), length);
        let (title, names) = (Field::Title, Field::Names);
        assert_eq!(count(0), [occurrences(0, title, 1), occurrences(0, names, 4), occurrences(1, title, 2)]);
        assert_eq!(count(1), [occurrences(0, title, 1), occurrences(0, names, 2), occurrences(1, title, 1)]);
        assert_eq!(count(2), [occurrences(0, names, 1), occurrences(1, title, 1)]);
    }

    proptest! {
        #[test]
        fn every_place_is_in_the_last_passage_that_begins_up_to_it(
            lengths in proptest::collection::vec(0..5_usize, 1..60),
            places in proptest::collection::btree_set(0..120_u32, 0..60),
        ) {
            let mut passages = Passages::default();
            let mut start = 0;
            for (practice, length) in lengths.iter().enumerate() {
                passages.begin(start, practice, Field::Title);
                start += length;
            }
            let expected: Vec<_> =
                places.iter().map(|place| passages.starts.iter().rposition(|start| start <= place).unwrap()).collect();
            let mut from = 0;
            for (place, expected) in places.into_iter().zip(expected) {
                from = passages.passage_of(place, from);
                prop_assert_eq!(from, expected);
            }
        }
    }
}
