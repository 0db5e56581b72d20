//! Locating: from what the model finds wrong with a draft to the line that says it.
//!
//! *Invariant:* a finding about a part that the text already has a finding about is left out: the draft has something in
//! its place that nobody wrote.

use std::collections::{HashMap, HashSet};

use tenseven_model::framework::{Finding, FrameworkDraft, FrameworkError, Place};

use super::table::Table;

/// The parts of the text by what they are called in findings, and the ids of those that are known to be wrong.
pub(super) struct Located<'p, 'a> {
    root: &'p Table<'a>,
    parts: HashMap<String, &'p Table<'a>>,
    wrong: HashSet<&'a str>,
}

impl<'p, 'a> Located<'p, 'a> {
    /// The parts of a text that has been read. A leaf is found where its indicator stands.
    pub(super) fn new(root: &'p Table<'a>, parts: impl Iterator<Item = &'p Table<'a>>) -> Self {
        let mut located = Self { root, parts: HashMap::new(), wrong: HashSet::new() };
        for part in parts {
            let id = part.text_unchecked("id").unwrap_or_default();
            if part.findings().tainted(part.place()) {
                located.wrong.insert(id);
            }
            located.parts.entry(part.place().to_owned()).or_insert(part);
            if part.has("parent") {
                located.parts.entry(format!("node {id}")).or_insert(part);
            }
        }
        located
    }

    /// Adds what the model finds wrong, unless it follows from what the text has wrong.
    pub(super) fn add(&self, error: &FrameworkError, draft: &FrameworkDraft) {
        for finding in error.findings.iter().filter(|finding| !self.follows(finding, draft)) {
            let part = self.parts.get(&finding.place.to_string()).copied().unwrap_or(self.root);
            // The model knows no tables within a node.
            let within = if finding.key == "min_coverage" { part.open_table("aggregate") } else { None };
            within.as_ref().unwrap_or(part).find(finding.key, finding.problem.clone());
        }
    }

    fn follows(&self, Finding { place, key, .. }: &Finding, draft: &FrameworkDraft) -> bool {
        let is_wrong = |id: &str| self.wrong.contains(id);
        // With a part missing, the tree need not hang together.
        let a_part_is_wrong = !self.wrong.is_empty();
        match place {
            // The head has said what is wrong with the title.
            Place::Framework => *key == "title" || a_part_is_wrong && *key == "nodes",
            Place::Band(id) => is_wrong(id.as_str()),
            Place::Criterion(id) => is_wrong(id.as_str()),
            Place::Indicator(id) => is_wrong(id.as_str()),
            Place::Node(id) => is_wrong(id.as_str()) || a_part_is_wrong && matches!(*key, "id" | "parent"),
            Place::Clause(id) => {
                let clause = draft.report.iter().find(|clause| clause.id == *id);
                let indicator = clause.and_then(|clause| clause.figure.indicator());
                let rests_on_wrong = indicator.is_some_and(|indicator| is_wrong(indicator.as_str()));
                is_wrong(id.as_str()) || rests_on_wrong || a_part_is_wrong && *key == "node"
            }
        }
    }
}
