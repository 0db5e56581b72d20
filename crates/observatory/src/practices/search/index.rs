//! The index of the practices of one state.
//!
//! *Invariant:* it is made once, in memory, and never changed; each practice is in it once. Scores are BM25 over four
//! fields: the title (which counts twice), the description, the citation, and names (of the areas and measures, and all
//! ids).

use std::{collections::HashMap, sync::Arc};

use tenseven_model::{Practice, PracticeDraft};
use tenseven_state::{World, practices::Held};

use super::{
    analysis::{Word, words},
    dictionary::Dictionary,
    passages::{FIELDS, Field, Occurrences, Passages},
    postings::{NO_TERM, Postings, Sequence, saturated},
    query::Sign,
    ranking::Lengths,
    wanted::Wanted,
};

/// Practices, to be found by their words.
pub(crate) struct SearchIndex {
    practices: Vec<Arc<Held>>,
    dictionary: Dictionary,
    postings: Postings,
    passages: Passages,
    lengths: Lengths,
}

/// What is known of a practice while a query is answered.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    score: f64,
    /// How many of the clauses that have to occur do.
    musts: usize,
    is_found: bool,
    is_excluded: bool,
}

impl SearchIndex {
    /// The index of these practices.
    pub(crate) fn new<'a>(
        practices: impl Iterator<Item = (&'a Arc<Held>, &'a Practice)>,
        world: &World,
    ) -> Self {
        let mut texts = Texts::default();
        let mut held = Vec::new();
        for (one, practice) in practices {
            texts.add_practice(held.len(), practice, world);
            held.push(Arc::clone(one));
        }
        let Texts { terms, mut dictionary, mut passages, mut lengths } = texts;
        let postings = Postings::new(&terms, dictionary.len());
        held.shrink_to_fit();
        dictionary.shrink();
        passages.shrink();
        lengths.shrink();
        Self { practices: held, dictionary, postings, passages, lengths }
    }

    /// The practices that match, the best first, equals by id; with their scores.
    pub(super) fn find(&self, wanted: &Wanted) -> Vec<(f64, &Arc<Held>)> {
        // All of them, so that nothing depends on which page is asked for.
        let mut tallies = vec![Tally::default(); self.practices.len()];
        let (mut musts, mut rarities) = (0, HashMap::new());
        for (sign, words) in wanted.clauses() {
            musts += usize::from(sign == Sign::Must);
            let occurrences = self.occurrences(words);
            let rarity = self.rarity(words, &mut rarities);
            for in_one in occurrences.chunk_by(|one, other| one.practice == other.practice) {
                let tally = &mut tallies[in_one[0].practice];
                match sign {
                    Sign::May => tally.is_found = true,
                    Sign::Must => tally.musts += 1,
                    Sign::MustNot => {
                        tally.is_excluded = true;
                        continue;
                    }
                }
                tally.score += in_one.iter().map(|one| self.lengths.score(*one, &rarity)).sum::<f64>();
            }
        }
        let is_match = |tally: &Tally| {
            !tally.is_excluded && if musts == 0 { tally.is_found } else { tally.musts == musts }
        };
        let found = tallies.iter().zip(&self.practices).filter(|(tally, _)| is_match(tally));
        let mut ranked: Vec<_> = found.map(|(tally, held)| (tally.score, held)).collect();
        // Practices came in the order of their ids, in which equals stay.
        ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        ranked
    }

    /// Where a word or phrase occurs.
    fn occurrences(&self, words: &[Word]) -> Vec<Occurrences> {
        let terms: Option<Vec<_>> = words.iter().map(|word| self.dictionary.get(&word.stem)).collect();
        let (Some(terms), Some(first), Some(last)) = (terms, words.first(), words.last()) else {
            return Vec::new();
        };
        let places = terms
            .iter()
            .zip(words)
            .map(|(term, word)| (self.postings.of(*term), saturated(last.position - word.position)));
        self.passages.count(Sequence::new(places), saturated(last.position - first.position))
    }

    /// How rare a word is in each field; of a phrase, all its words together.
    /// `known` holds those of words that were looked up before.
    fn rarity<'a>(&self, words: &'a [Word], known: &mut HashMap<&'a str, [f64; FIELDS]>) -> [f64; FIELDS] {
        let mut sum = [0.0; FIELDS];
        for word in words {
            let count = || self.lengths.rarity(&self.occurrences(std::slice::from_ref(word)));
            let rarity = *known.entry(&word.stem).or_insert_with(count);
            for (sum, rarity) in sum.iter_mut().zip(rarity) {
                *sum += rarity;
            }
        }
        sum
    }
}

/// The texts that an index is made of.
#[derive(Default)]
struct Texts {
    /// The words of all texts, one after the other, as numbers in the dictionary.
    terms: Vec<u32>,
    dictionary: Dictionary,
    passages: Passages,
    lengths: Lengths,
}

impl Texts {
    fn add_practice(&mut self, number: usize, practice: &Practice, world: &World) {
        let PracticeDraft { id, areas, title, description, citation, domains, indicators, measures } =
            &**practice;
        self.lengths.add_practice();
        self.add(number, Field::Title, title);
        self.add(number, Field::Description, description);
        self.add(number, Field::Citation, citation);
        // A passage each, so that no phrase runs from one name into the next.
        let mut name = |text: &str| self.add(number, Field::Names, text);
        name(id.as_str());
        for area in areas {
            name(area.as_str());
            name(world.name(*area));
        }
        for domain in domains {
            name(domain.as_str());
        }
        for indicator in indicators {
            name(indicator.as_str());
        }
        for measure in measures {
            name(measure.as_str());
            name(world.measure(measure).map_or("", |measure| &measure.label));
        }
    }

    fn add(&mut self, practice: usize, field: Field, text: &str) {
        let start = self.terms.len();
        self.passages.begin(start, practice, field);
        for word in words(text) {
            let term = self.dictionary.get_or_add(&word.stem);
            self.terms.resize(start + word.position, NO_TERM);
            self.terms.push(term);
            self.lengths.add_word(field);
        }
    }
}
