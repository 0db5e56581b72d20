//! Names: what a framework may refer to, and what it calls its own parts.

use std::collections::{HashMap, HashSet};

use tenseven_model::{Alpha3, M49, Rubric};

use super::table::{Table, Word};

/// Most periods for which a value holds, twenty years of months: areas and periods exist as far as it reaches.
const PERIODS_MAX: u32 = 240;

/// What a framework may refer to outside itself.
pub(crate) struct Known<'a> {
    pub(crate) measures: Vec<&'a str>,
    pub(crate) instruments: Vec<&'a str>,
    pub(crate) groups: HashSet<M49>,
    pub(crate) areas: HashSet<Alpha3>,
    /// Whether names beside those are taken as they are.
    pub(crate) anything: bool,
}

impl Known<'_> {
    /// Takes every name as it is.
    pub(super) fn anything() -> Self {
        Self {
            measures: Vec::new(),
            instruments: Vec::new(),
            groups: HashSet::new(),
            areas: HashSet::new(),
            anything: true,
        }
    }

    /// For how many periods a value may hold. What was accepted before keeps its own.
    pub(super) fn periods_max(&self) -> u32 {
        if self.anything { u32::MAX } else { PERIODS_MAX }
    }
}

/// The ids of one kind of part, in the order of the text.
pub(super) struct Ids<'a> {
    what: &'static str,
    ordered: Vec<&'a str>,
    first_at: HashMap<&'a str, usize>,
}

impl<'a> Ids<'a> {
    /// The ids of these parts. One that stands twice is a finding.
    pub(super) fn of<'p>(what: &'static str, parts: impl IntoIterator<Item = &'p Table<'a>>) -> Self
    where
        'a: 'p,
    {
        let mut ids = Self { what, ordered: Vec::new(), first_at: HashMap::new() };
        for part in parts {
            part.require("id", &format!("{:?}", ids.what));
            let Some(id) = part.word("id") else { continue };
            match ids.first_at.get(id.text) {
                None => {
                    ids.first_at.insert(id.text, id.at);
                    ids.ordered.push(id.text);
                }
                Some(first) => {
                    let line = part.findings().line(*first);
                    part.find("id", format!("stands on line {line} already; give each {what} its own"));
                }
            }
        }
        ids
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, id: &str) -> bool {
        self.first_at.contains_key(id)
    }

    /// Whether there is such a part; a finding if not.
    pub(super) fn check(&self, table: &Table<'_>, key: &str, word: Word<'_>) -> bool {
        let known = self.first_at.contains_key(word.text);
        if !known {
            let remedy = table.findings().remedy(word.text, self.ordered.iter().copied());
            table.find_at(
                word.at,
                key,
                format!("{:?} is no {} of the framework{remedy}", word.text, self.what),
            );
        }
        known
    }
}

/// What the framework calls its parts.
pub(super) struct Names<'a> {
    pub(super) groups: Ids<'a>,
    pub(super) bands: Ids<'a>,
    pub(super) criteria: Ids<'a>,
    pub(super) indicators: Ids<'a>,
    /// The nodes, with those that are measured by an indicator.
    pub(super) nodes: Ids<'a>,
    /// The nodes that are measured by an indicator.
    pub(super) leaves: HashSet<&'a str>,
    pub(super) rubrics: Ids<'a>,
    /// None for a rubric that is not right.
    pub(super) rubrics_by_id: HashMap<&'a str, Option<Rubric>>,
}
