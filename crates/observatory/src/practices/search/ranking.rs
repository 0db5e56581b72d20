//! Ranking: BM25 over the fields of the practices of an index.
//!
//! *Invariant:* every score is above 0, and practices with the same counts and lengths have the same score, bit for bit. A score is the
//! sum over the fields, each with lengths and frequencies of its own; a phrase is as rare as its words together.

use super::passages::{FIELDS, Field, Occurrences};

/// How soon a further occurrence of a word counts little.
const K1: f64 = 1.2;
/// How much the length of a text counts: 0 not at all, 1 in full.
const B: f64 = 0.75;
/// How much more a word in the title counts than one elsewhere.
const TITLE_BOOST: f64 = 2.0;

/// How many practices there are, and how long their fields are.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    practices: Vec<[u32; FIELDS]>,
    sums: [u64; FIELDS],
}

impl Lengths {
    /// Adds the next practice, of which no word is counted yet.
    pub(super) fn add_practice(&mut self) {
        self.practices.push([0; FIELDS]);
    }

    /// Counts a word of the last practice.
    pub(super) fn add_word(&mut self, field: Field) {
        if let Some(last) = self.practices.last_mut() {
            last[field.index()] += 1;
            self.sums[field.index()] += 1;
        }
    }

    pub(super) fn shrink(&mut self) {
        self.practices.shrink_to_fit();
    }

    /// How rare a word is in each field, from where it occurs.
    pub(super) fn rarity(&self, occurrences: &[Occurrences]) -> [f64; FIELDS] {
        let mut found = [0_u32; FIELDS];
        for one in occurrences {
            found[one.field.index()] += 1;
        }
        let all = self.practices.len() as f64;
        found.map(f64::from).map(|found| (1.0 + (all - found + 0.5) / (found + 0.5)).ln())
    }

    /// What occurrences of something this rare add to the score of their practice.
    pub(super) fn score(&self, occurrences: Occurrences, rarity: &[f64; FIELDS]) -> f64 {
        let Occurrences { practice, field, count } = occurrences;
        let boost = match field {
            Field::Title => TITLE_BOOST,
            Field::Description | Field::Citation | Field::Names => 1.0,
        };
        let field = field.index();
        let average = self.sums[field] as f64 / self.practices.len() as f64;
        let length = f64::from(self.practices[practice][field]) / average;
        let count = f64::from(count);
        boost * rarity[field] * (K1 + 1.0) * count / (count + K1 * (1.0 - B + B * length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths of titles and descriptions.
    fn lengths(practices: &[(usize, usize)]) -> Lengths {
        let mut lengths = Lengths::default();
        for (title, description) in practices {
            lengths.add_practice();
            (0..*title).for_each(|_| lengths.add_word(Field::Title));
            (0..*description).for_each(|_| lengths.add_word(Field::Description));
        }
        lengths
    }

    #[test]
    fn scores_are_those_of_the_formula() {
        let lengths = lengths(&[(2, 10), (4, 30), (3, 20)]);
        let one = Occurrences { practice: 1, field: Field::Description, count: 3 };
        let rarity = lengths.rarity(&[one]);
        // ln(1 + (3 - 1 + 0.5) / (1 + 0.5)), and a text half as long again as the average.
        assert!((rarity[1] - 0.980_829_253).abs() < 1e-9, "{rarity:?}");
        let expected = 0.980_829_253 * 2.2 * 3.0 / (3.0 + 1.2 * (0.25 + 0.75 * 1.5));
        assert!((lengths.score(one, &rarity) - expected).abs() < 1e-8);
    }

    #[test]
    fn rarer_oftener_shorter_and_in_the_title_count_more() {
        let lengths = lengths(&[(3, 10), (3, 30), (3, 10)]);
        let at = |practice, field, count| Occurrences { practice, field, count };
        let rare = [at(0, Field::Description, 1)];
        let frequent = [rare[0], at(1, Field::Description, 1)];
        let score =
            |one: Occurrences, occurrences: &[Occurrences]| lengths.score(one, &lengths.rarity(occurrences));
        assert!(score(rare[0], &rare) > score(rare[0], &frequent));
        assert!(score(at(0, Field::Description, 2), &frequent) > score(frequent[0], &frequent));
        assert!(score(frequent[0], &frequent) > score(frequent[1], &frequent));
        let title = at(0, Field::Title, 1);
        assert!(score(title, &[title]) > score(rare[0], &rare));
        let everywhere: Vec<_> = (0..3).map(|practice| at(practice, Field::Title, 1)).collect();
        assert!(score(everywhere[0], &everywhere) > 0.0);
    }
}
