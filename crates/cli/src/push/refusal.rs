//! Refusals: what was wrong, and on which line of the file.

use std::fmt;

use serde_json::{Value as Json, json};
use tenseven_client::{FieldViolation, Refusal};

use crate::{observation_file::column_of, table_file::CellError};

/// Something in a file that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct LineRefusal {
    /// The line that the row begins on, or the first row of the batch where it is about the batch.
    pub(crate) line: u64,
    /// The line that the last row of the batch begins on, where it is about the batch.
    pub(crate) last_line: Option<u64>,
    /// The column; empty where it is about the row or the batch as a whole.
    pub(crate) column: String,
    /// What is wrong and what would be right.
    pub(crate) message: String,
}

impl fmt::Display for LineRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last_line {
            Some(last) => write!(f, "lines {} to {last}: ", self.line)?,
            None => write!(f, "line {}: ", self.line)?,
        }
        if !self.column.is_empty() {
            write!(f, "{}: ", self.column)?;
        }
        f.write_str(&self.message)
    }
}

impl LineRefusal {
    /// A cell that could not be read.
    pub(crate) fn of_cell(line: u64, CellError { column, message }: CellError) -> Self {
        Self { line, last_line: None, column, message }
    }

    /// A batch that was refused for something other than its rows.
    pub(super) fn of_batch((first, last): (u64, u64), message: String) -> Self {
        Self { line: first, last_line: (last > first).then_some(last), column: String::new(), message }
    }

    /// The server's refusal of a batch whose observations are on `lines`.
    pub(crate) fn of_server(refusal: &Refusal, lines: &[u64], span: (u64, u64)) -> Vec<Self> {
        if refusal.violations.is_empty() {
            return vec![Self::of_batch(span, refusal.to_string())];
        }
        refusal.violations.iter().map(|violation| Self::of_violation(violation, lines, span)).collect()
    }

    fn of_violation(violation: &FieldViolation, lines: &[u64], span: (u64, u64)) -> Self {
        let message = with_lines(&violation.description, lines);
        let Some((line, field)) = located(&violation.path, lines) else {
            let message = format!("{}: {message}", violation.path);
            return Self::of_batch(span, message);
        };
        Self { line, last_line: None, column: column_of(field).to_owned(), message }
    }

    /// How many bytes its texts have.
    pub(super) fn text_bytes(&self) -> usize {
        self.column.len() + self.message.len()
    }

    /// The refusal as a document.
    pub(crate) fn json(&self) -> Json {
        let Self { line, last_line, column, message } = self;
        let mut document = json!({ "line": line });
        if let Some(last) = last_line {
            document["last_line"] = json!(last);
        }
        document["column"] = json!(column);
        document["message"] = json!(message);
        document
    }
}

/// What paths begin with.
const PREFIXES: [&str; 2] = ["observations[", "withdrawals["];

/// The line of the observation that a path begins with, and the rest of the path.
fn located<'a>(path: &'a str, lines: &[u64]) -> Option<(u64, &'a str)> {
    let rest = PREFIXES.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    let (index, field) = rest.split_once(']')?;
    let line = *lines.get(index.parse::<usize>().ok()?)?;
    Some((line, field.trim_start_matches('.')))
}

/// The text with `line 17` in the place of `observations[3]`.
fn with_lines(text: &str, lines: &[u64]) -> String {
    PREFIXES.iter().fold(text.to_owned(), |text, prefix| with_lines_of(prefix, &text, lines))
}

fn with_lines_of(prefix: &str, text: &str, lines: &[u64]) -> String {
    let mut parts = text.split(prefix);
    let mut rewritten = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let element = format!("{prefix}{part}");
        let line = located(&element, lines).map(|(line, _)| line);
        match (line, part.split_once(']')) {
            (Some(line), Some((_, rest))) => rewritten.extend(["line ", &line.to_string(), rest]),
            _ => rewritten.push_str(&element),
        }
    }
    rewritten
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation(path: &str, description: &str) -> FieldViolation {
        FieldViolation { path: path.into(), description: description.into(), reason: String::new() }
    }

    #[test]
    fn a_violation_is_reported_with_its_line_and_column() {
        let rewritten =
            |path, text| LineRefusal::of_violation(&violation(path, text), &[2, 5, 17], (2, 17)).to_string();
        assert_eq!(rewritten("observations[2].value.number", "is negative"), "line 17: value: is negative");
        assert_eq!(rewritten("observations[0].area", "MRA is not known"), "line 2: area: MRA is not known");
        assert_eq!(
            rewritten("observations[1]", "has the same key as observations[0]"),
            "line 5: has the same key as line 2"
        );
        assert_eq!(
            rewritten("withdrawals[1]", "withdraws the same observation as withdrawals[0]"),
            "line 5: withdraws the same observation as line 2"
        );
        assert_eq!(rewritten("submission_id", "is nil"), "lines 2 to 17: submission_id: is nil");
        assert_eq!(rewritten("observations[9].area", "odd"), "lines 2 to 17: observations[9].area: odd");
    }
}
