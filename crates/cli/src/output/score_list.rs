//! Many score trees: one line each for people, whole for programs.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Digits, Document, Sheet, Table, number,
    score::{NONE, area_text, sheet_header, sheet_rows, tree_json},
    value::coverage_text,
};

/// The depth of the nodes that have a column unless nodes are chosen: the overall score and the domains.
const DEPTH_MAX: u32 = 1;
/// Longest line of a column's title, in characters, unless a word is longer.
const TITLE_WIDTH_MAX: usize = 16;

/// Score trees, as answered.
#[derive(Debug)]
pub(crate) struct ScoreListView {
    /// The trees, ordered by area, then period.
    pub(crate) scores: Vec<v1::ScoreTree>,
    /// Whether the nodes were chosen, so that all of them are shown.
    pub(crate) chosen: bool,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
    /// How many decimals its table has.
    pub(crate) digits: Digits,
}

impl Document for ScoreListView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = self.scores.first() else {
            return writeln!(
                out,
                "No scores: no such area has data for these periods (revision {}).",
                self.revision
            );
        };
        writeln!(out, "Scores by {} (revision {})\n", first.framework, number::count(self.revision))?;
        let nodes: Vec<&v1::NodeScore> =
            first.nodes.iter().filter(|node| self.chosen || node.depth <= DEPTH_MAX).collect();
        let mut titles = vec!["area".to_owned(), "period".to_owned()];
        titles.extend(nodes.iter().map(|node| format!(">{}", narrow(&node.name))));
        let roots: Vec<&v1::NodeScore> = nodes.iter().copied().filter(|node| node.depth == 0).collect();
        titles.extend(roots.iter().map(|root| with_data(root, roots.len())));
        let mut table = Table::new(&titles);
        for tree in &self.scores {
            let mut cells = vec![area_text(tree), tree.period.clone()];
            cells.extend(nodes.iter().map(|node| {
                let score = tree.nodes.iter().find(|other| other.node == node.node);
                score.map_or_else(|| NONE.to_owned(), |score| self.digits.score(score.score))
            }));
            cells.extend(roots.iter().map(|root| {
                let found = tree.nodes.iter().find(|node| node.node == root.node);
                coverage_text(found.and_then(|found| found.coverage.as_ref()))
            }));
            table.row(cells);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        json!({
            "scores": self.scores.iter().map(tree_json).collect::<Vec<_>>(),
            "revision": self.revision,
            "history_id": self.history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: sheet_header(), rows: self.scores.iter().flat_map(sheet_rows).collect() }
    }
}

/// The title of the column with the coverage of a root; of several, each is named.
fn with_data(root: &v1::NodeScore, roots: usize) -> String {
    let title = "indicators with data";
    if roots == 1 { title.to_owned() } else { narrow(&format!("{title}, {}", root.name)) }
}

/// The title with line breaks between words, so that its column is not much wider than a score.
fn narrow(title: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in title.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < TITLE_WIDTH_MAX => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::score::tests::tree;

    #[test]
    fn titles_break_between_words() {
        assert_eq!(
            narrow("Human rights and migrants' protection"),
            "Human rights and\nmigrants'\nprotection"
        );
    }

    #[test]
    fn a_list_has_one_line_a_tree_and_the_overall_coverage() {
        let mut later = tree();
        later.period = "2018".into();
        later.nodes.truncate(1);
        let view = ScoreListView {
            scores: vec![tree(), later],
            chosen: false,
            revision: 9,
            history_id: String::new(),
            digits: Digits::default(),
        };
        let mut text = Vec::new();
        view.table(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let last = text.lines().last().unwrap();
        assert!(last.contains("2018") && last.contains("66.67") && last.contains("2 of 11 (18 %)"), "{text}");
        assert_eq!(last.matches('–').count(), 2, "{text}");
        assert_eq!(view.sheet().rows.len(), 6);
    }
}
