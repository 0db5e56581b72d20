//! Collecting findings while a text is read.
//!
//! *Invariant:* the work and the answer are bounded, however bad the text: only so many findings are kept, and only the
//! first of them come with a suggestion. How many more there are is said.

use std::{cell::RefCell, collections::HashSet};

use super::{FrameworkTextError, TextFinding, position::Lines};
use crate::suggest;

/// Most findings that are kept.
pub(super) const FINDINGS_MAX: usize = 1_000;
/// Most findings that come with a suggestion.
const SUGGESTIONS_MAX: usize = 50;
/// Longest name of a part or a key that is repeated in a finding, in characters.
const NAME_LENGTH_MAX: usize = 120;
/// Longest problem, in characters.
const PROBLEM_LENGTH_MAX: usize = 1_000;

/// Something is said and it is wrong. What is wrong is among the findings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wrong;

fn shortened(mut text: String, length_max: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(length_max) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The findings so far. Shared by all who read a part of the text.
pub(super) struct Findings<'t> {
    lines: Lines<'t>,
    list: RefCell<List>,
}

#[derive(Default)]
struct List {
    kept: Vec<TextFinding>,
    known: HashSet<TextFinding>,
    count: usize,
    places: HashSet<String>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { lines: Lines::new(text), list: RefCell::default() }
    }

    /// Adds a finding at a byte of the text, unless it is there already.
    pub(super) fn add(&self, at: usize, place: &str, key: String, problem: String) {
        self.taint(place);
        if self.list.borrow().kept.len() == FINDINGS_MAX {
            // Not held against those that are kept: a bad text can have millions.
            self.list.borrow_mut().count += 1;
            return;
        }
        let (line, column) = self.lines.position(at);
        let place = shortened(place.to_owned(), NAME_LENGTH_MAX);
        let key = shortened(key, NAME_LENGTH_MAX);
        let problem = shortened(problem, PROBLEM_LENGTH_MAX);
        let finding = TextFinding { line, column, place, key, problem };
        let mut list = self.list.borrow_mut();
        if list.known.insert(finding.clone()) {
            list.count += 1;
            list.kept.push(finding);
        }
    }

    /// Remembers that a part is not as it was written, because something that it rests on is wrong.
    pub(super) fn taint(&self, place: &str) {
        let mut list = self.list.borrow_mut();
        if !list.places.contains(place) {
            list.places.insert(place.to_owned());
        }
    }

    /// Whether a part has a finding or rests on something that has.
    pub(super) fn tainted(&self, place: &str) -> bool {
        self.list.borrow().places.contains(place)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.list.borrow().count
    }

    /// What to write instead of `word`, to be put behind the problem.
    pub(super) fn remedy<'a>(&self, word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
        if self.count() < SUGGESTIONS_MAX { suggest::remedy(word, known) } else { String::new() }
    }

    /// Where what a string says begins, given where the string does; none where it is not written as it reads.
    pub(super) fn within(&self, string_at: usize, says: &str) -> Option<usize> {
        let rest = self.lines.text().get(string_at..)?;
        let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| rest.starts_with(quotes))?;
        let written = rest.get(quotes.len()..)?;
        // A line that ends right after three quotes is no part of what the string says.
        let breaks = ["\r\n", "\n"].into_iter().find(|end| quotes.len() == 3 && written.starts_with(end));
        let start = breaks.map_or(0, str::len);
        written.get(start..)?.starts_with(says).then_some(string_at + quotes.len() + start)
    }

    /// The line of a byte of the text, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.position(at).0
    }

    /// The findings as an error, in the order of the text; none if there are none.
    pub(super) fn into_error(self) -> Option<FrameworkTextError> {
        let List { kept: mut findings, count, .. } = self.list.into_inner();
        findings.sort_by_key(|finding| (finding.line, finding.column));
        let beyond = count - findings.len();
        if beyond > 0 {
            let (line, column) = self.lines.position(usize::MAX);
            findings.push(TextFinding {
                line,
                column,
                place: "framework".to_owned(),
                key: String::new(),
                problem: format!("{beyond} more findings are not listed; put these right first"),
            });
        }
        (!findings.is_empty()).then_some(FrameworkTextError { findings })
    }
}
