//! What differs between two frameworks.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{Document, Sheet, Table, number::counted};

/// Longest text of a cell for people, in characters.
const TEXT_LENGTH_MAX: usize = 60;

/// What differs, as answered.
#[derive(Debug)]
pub(crate) struct DifferenceView {
    /// The answer.
    pub(crate) response: v1::DiffFrameworksResponse,
}

fn kind(change: &v1::FrameworkChange) -> &'static str {
    match change.kind() {
        v1::ChangeKind::Unspecified => "",
        v1::ChangeKind::Added => "added",
        v1::ChangeKind::Removed => "removed",
        v1::ChangeKind::Changed => "changed",
        v1::ChangeKind::Reordered => "reordered",
    }
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(TEXT_LENGTH_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

impl Document for DifferenceView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::DiffFrameworksResponse { before, after, changes, revision: _, history_id: _ } =
            &self.response;
        let count = changes.len() as u64;
        let differences = match count {
            0 => "no difference".to_owned(),
            count => counted(count, "difference", "differences"),
        };
        writeln!(out, "{before} to {after}: {differences}")?;
        if count == 0 {
            return Ok(());
        }
        writeln!(out)?;
        let mut table = Table::new(&["what", "where", "before", "after"]);
        for change in changes {
            let v1::FrameworkChange { kind: _, path, before, after } = change;
            table.row([kind(change).to_owned(), path.clone(), shortened(before), shortened(after)]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let v1::DiffFrameworksResponse { before, after, changes, revision, history_id } = &self.response;
        let change = |change: &v1::FrameworkChange| {
            let v1::FrameworkChange { kind: _, path, before, after } = change;
            json!({ "kind": kind(change), "path": path, "before": before, "after": after })
        };
        json!({
            "before": before,
            "after": after,
            "changes": changes.iter().map(change).collect::<Vec<_>>(),
            "revision": revision,
            "history_id": history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let row = |change: &v1::FrameworkChange| {
            let v1::FrameworkChange { kind: _, path, before, after } = change;
            vec![kind(change).to_owned(), path.clone(), before.clone(), after.clone()]
        };
        let rows = self.response.changes.iter().map(row).collect();
        Sheet { header: vec!["kind", "path", "before", "after"], rows }
    }
}
