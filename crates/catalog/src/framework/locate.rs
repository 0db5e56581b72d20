//! Locating: from what the model finds wrong with a draft to the line that says it.
//!
//! *Invariant:* a finding that follows from what the text has wrong is left out: where something is wrong, the draft has
//! in its place what nobody wrote, or nothing.

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
            let is_branch = !part.has("kind") && !part.has("formula");
            let is_within = finding.key == "min_coverage" || finding.key == "impute" && is_branch;
            let within = if is_within { part.open_table("aggregate") } else { None };
            let is_renamed = finding.key == "not_applicable" && !part.has(finding.key);
            let key = if is_renamed { "not_applicable_for" } else { finding.key };
            within.as_ref().unwrap_or(part).find(key, finding.problem.clone());
        }
    }

    fn follows(&self, Finding { place, key, .. }: &Finding, draft: &FrameworkDraft) -> bool {
        let is_wrong = |id: &str| self.wrong.contains(id);
        // With a part missing, the tree need not hang together.
        let a_part_is_wrong = !self.wrong.is_empty();
        // What a wrong entry of the list was meant for is not listed.
        let has_wrong_roots = self.root.list_length("roots") != draft.roots.len();
        match place {
            Place::Framework if *key == "roots" && has_wrong_roots => true,
            // The head has said what is wrong with the title.
            Place::Framework => *key == "title" || a_part_is_wrong && matches!(*key, "nodes" | "roots"),
            Place::Group(id) => *key == "id" || is_wrong(id.as_str()),
            Place::Band(id) => is_wrong(id.as_str()),
            // An id that stands twice was found in the text.
            Place::Criterion(_) | Place::Indicator(_) => *key == "id",
            Place::Node(id) => {
                let node = draft.nodes.iter().find(|node| node.id == *id);
                let parent = node.and_then(|node| node.parent.as_ref());
                a_part_is_wrong && *key == "id"
                    || *key == "parent" && parent.is_none() && has_wrong_roots
                    || *key == "parent" && parent.is_some_and(|parent| is_wrong(parent.as_str()))
            }
            Place::Clause(id) => {
                let figure = draft.report.iter().find(|clause| clause.id == *id).map(|clause| &clause.figure);
                let rests_on_wrong = figure.is_some_and(|figure| {
                    figure.node().is_some_and(|node| is_wrong(node.as_str()))
                        || figure.indicators().any(|indicator| is_wrong(indicator.as_str()))
                });
                *key == "id" || rests_on_wrong
            }
        }
    }
}
