//! The index of the practices of one state.
//!
//! *Invariant:* it is made once, in memory, and never changed; each practice is in it once. Scores are BM25 over four
//! fields: the title (which counts twice), the description, the citation, and names (of the areas and measures, and all
//! ids).

use std::sync::Arc;

use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Score, Searcher, TantivyDocument, TantivyError, Term,
    collector::TopDocs,
    indexer::NoMergePolicy,
    query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};
use tenseven_model::{Practice, PracticeDraft};
use tenseven_state::{World, practices::Held};

use super::{
    analysis::{Word, analyser, words},
    query::{SearchQuery, SearchQueryError, Sign},
};

/// The name of the steps that texts go through.
const ANALYSER: &str = "practice";
/// Memory for what is being written, in bytes; what is more is written out in between.
const WRITER_BYTES: usize = 32 * 1024 * 1024;
/// How much more a word in the title counts than one elsewhere.
const TITLE_BOOST: Score = 2.0;
/// The fast field that says which practice a document is.
const PLACE: &str = "place";

/// The index could not be made or asked: a fault of the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the index of practices failed: {0}")]
pub(crate) struct IndexError(String);

impl From<TantivyError> for IndexError {
    fn from(error: TantivyError) -> Self {
        Self(error.to_string())
    }
}

/// Practices, to be found by their words.
pub(crate) struct SearchIndex {
    reader: IndexReader,
    fields: Fields,
    practices: Vec<Arc<Held>>,
}

#[derive(Debug, Clone, Copy)]
struct Fields {
    title: Field,
    description: Field,
    citation: Field,
    names: Field,
    place: Field,
}

/// What a query looks for, as sequences of stems, and how.
pub(super) struct Wanted {
    clauses: Vec<(Sign, Vec<Word>)>,
}

impl Wanted {
    /// What a query looks for. Words too common to be looked for, and signs, are left out.
    pub(super) fn of(query: &SearchQuery) -> Result<Self, SearchQueryError> {
        let mut analyser = analyser();
        let clauses = query.clauses.iter().map(|clause| (clause.sign, words(&mut analyser, &clause.text)));
        let clauses: Vec<_> = clauses.filter(|(_, words)| !words.is_empty()).collect();
        let is_positive = |(sign, _): &(Sign, Vec<Word>)| *sign != Sign::MustNot;
        if clauses.iter().any(is_positive) { Ok(Self { clauses }) } else { Err(SearchQueryError::Nothing) }
    }

    /// What is shown where it occurs.
    pub(super) fn shown(&self) -> impl Iterator<Item = &[Word]> {
        self.clauses.iter().filter(|(sign, _)| *sign != Sign::MustNot).map(|(_, words)| words.as_slice())
    }
}

impl SearchIndex {
    /// The index of these practices.
    pub(crate) fn new<'a>(
        practices: impl Iterator<Item = (&'a Arc<Held>, &'a Practice)>,
        world: &World,
    ) -> Result<Self, IndexError> {
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        index.tokenizers().register(ANALYSER, analyser());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let mut held = Vec::new();
        for (one, practice) in practices {
            writer.add_document(document(fields, held.len() as u64, practice, world))?;
            held.push(Arc::clone(one));
        }
        writer.commit()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, fields, practices: held })
    }

    /// The practices that match, the best first, equals by id; with their scores.
    pub(super) fn find(&self, wanted: &Wanted) -> Result<Vec<(Score, &Arc<Held>)>, IndexError> {
        let searcher = self.reader.searcher();
        // All of them, so that nothing depends on which page is asked for.
        let Some(all) = Some(self.practices.len()).filter(|count| *count > 0) else { return Ok(Vec::new()) };
        let found = searcher.search(&self.query(wanted), &TopDocs::with_limit(all).order_by_score())?;
        let mut ranked = Vec::with_capacity(found.len());
        for (score, document) in found {
            let place = place_of(&searcher, document)?;
            if let Some(held) = self.practices.get(place) {
                ranked.push((score, place, held));
            }
        }
        // Practices came in the order of their ids.
        ranked.sort_by(|(one, place, _), (other, later, _)| other.total_cmp(one).then(place.cmp(later)));
        Ok(ranked.into_iter().map(|(score, _, held)| (score, held)).collect())
    }

    fn query(&self, wanted: &Wanted) -> BooleanQuery {
        let occur = |sign| match sign {
            Sign::May => Occur::Should,
            Sign::Must => Occur::Must,
            Sign::MustNot => Occur::MustNot,
        };
        let Wanted { clauses } = wanted;
        BooleanQuery::new(clauses.iter().map(|(sign, words)| (occur(*sign), self.clause(words))).collect())
    }

    /// A word or phrase in any of the fields.
    fn clause(&self, words: &[Word]) -> Box<dyn Query> {
        let Fields { title, description, citation, names, place: _ } = self.fields;
        let title: Box<dyn Query> = Box::new(BoostQuery::new(in_field(title, words), TITLE_BOOST));
        let others = [description, citation, names].map(|field| in_field(field, words));
        let all = [title].into_iter().chain(others);
        Box::new(BooleanQuery::new(all.map(|query| (Occur::Should, query)).collect()))
    }
}

/// Which practice a document is.
fn place_of(searcher: &Searcher, document: tantivy::DocAddress) -> Result<usize, IndexError> {
    let segment = searcher.segment_reader(document.segment_ord);
    let place = segment.fast_fields().u64(PLACE)?.first(document.doc_id);
    let place = place.and_then(|place| usize::try_from(place).ok());
    place.ok_or_else(|| IndexError("a document has no place".to_owned()))
}

fn in_field(field: Field, words: &[Word]) -> Box<dyn Query> {
    let term = |word: &Word| Term::from_field_text(field, &word.stem);
    match words {
        [word] => Box::new(TermQuery::new(term(word), IndexRecordOption::WithFreqs)),
        words => {
            let first = words.first().map_or(0, |word| word.position);
            let placed = words.iter().map(|word| (word.position - first, term(word)));
            Box::new(PhraseQuery::new_with_offset(placed.collect()))
        }
    }
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(ANALYSER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        title: schema.add_text_field("title", text.clone()),
        description: schema.add_text_field("description", text.clone()),
        citation: schema.add_text_field("citation", text.clone()),
        names: schema.add_text_field("names", text),
        place: schema.add_u64_field(PLACE, FAST),
    };
    (schema.build(), fields)
}

fn document(fields: Fields, place: u64, practice: &Practice, world: &World) -> TantivyDocument {
    let PracticeDraft { id, areas, title, description, citation, domains, indicators, measures } =
        &**practice;
    let mut document = TantivyDocument::default();
    document.add_text(fields.title, title);
    document.add_text(fields.description, description);
    document.add_text(fields.citation, citation);
    // One value each, so that no phrase runs from one name into the next.
    let mut name = |text: &str| document.add_text(fields.names, text);
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
    document.add_u64(fields.place, place);
    document
}
