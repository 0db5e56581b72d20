//! Answers: one page of the practices that were found.

use tenseven_model::{Practice, PracticeSelection};

use super::{SearchQuery, SnippetPart, snippet, wanted::Wanted};
use crate::{
    Cursor, InvalidPageToken, View,
    practices::{RecordedPractice, error::SearchPracticesError, filter::Known, listing::PAGE_BYTES_MAX},
};

/// A practice that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct PracticeHit {
    /// The practice.
    pub recorded: RecordedPractice,
    /// How well it matches: its BM25 score, above 0.
    pub score: f64,
    /// Its title in parts.
    pub title: Vec<SnippetPart>,
    /// The piece of its description, or else of its citation, in which most was found; or the beginning of its description.
    pub snippet: Vec<SnippetPart>,
}

/// One page of practices that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPage {
    /// The practices, the best first, equals by id.
    pub hits: Vec<PracticeHit>,
    /// How many were found on all pages.
    pub found: usize,
    /// Where the listing goes on.
    pub next: Option<Cursor>,
}

impl View {
    /// The practices that match a query and pass the filter, the best first. Takes a while where the index of the
    /// revision has to be made.
    pub fn search_practices(
        &self,
        query: &SearchQuery,
        filter: &PracticeSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<SearchPage, SearchPracticesError> {
        let wanted = Wanted::of(query)?;
        let filter = Known::of(filter, self.world(), self.published())?;
        let index = self.state().practice_index().of(self.state().practices(), self.world());
        let found: Vec<_> = index
            .find(&wanted)
            .into_iter()
            .filter_map(|(score, held)| Some((score, held, held.practice()?)))
            .filter(|(_, _, practice)| filter.takes(practice))
            .collect();
        let from = match after {
            None => 0,
            Some(after) => {
                let last = found.iter().position(|(_, _, practice)| practice.id.as_str() == after.after);
                last.ok_or(InvalidPageToken)? + 1
            }
        };
        let (mut hits, mut bytes) = (Vec::new(), 0);
        for (score, held, practice) in found.iter().skip(from).take(size) {
            if bytes >= PAGE_BYTES_MAX {
                break;
            }
            bytes += practice.text_bytes();
            let recorded = self.recorded_practice(held)?;
            hits.push(hit(recorded, *score, practice, &wanted));
        }
        let last = hits.last().filter(|_| from + hits.len() < found.len());
        let after = last.map(|last| last.recorded.version.id().to_string());
        let next = after.map(|after| self.cursor(after));
        if next.is_some() {
            self.keep();
        }
        Ok(SearchPage { hits, found: found.len(), next })
    }
}

fn hit(recorded: RecordedPractice, score: f64, practice: &Practice, wanted: &Wanted) -> PracticeHit {
    let title = snippet::whole(&practice.title, &snippet::marks(&practice.title, wanted));
    let in_description = snippet::marks(&practice.description, wanted);
    let in_citation = snippet::marks(&practice.citation, wanted);
    let snippet = if in_description.is_empty() && !in_citation.is_empty() {
        snippet::snippet(&practice.citation, &in_citation)
    } else {
        snippet::snippet(&practice.description, &in_description)
    };
    PracticeHit { recorded, score, title, snippet }
}
