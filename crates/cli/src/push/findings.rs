//! Findings: everything that was refused, once for each kind for people, and row by row for programs.
//!
//! *Invariant:* what is held does not grow with the file: a count for each kind, and the first findings. All of them go to
//! the file that was asked for, as they are found.

use std::{
    collections::HashMap,
    fmt,
    io::{self, Write},
};

use super::refusal::LineRefusal;
use crate::output::{number::count, stderr};

/// Most lines that are listed of a kind.
const LINES_MAX: usize = 5;
/// Most of what differs that is listed of a kind.
const OTHERS_MAX: usize = 10;
/// Longest text that is listed among what differs, in bytes.
const OTHER_BYTES_MAX: usize = 200;
/// Maximum kinds that are printed.
const KINDS_MAX: usize = 50;
/// Most findings that are held as they are.
const HELD_MAX: usize = 10_000;
/// Maximum bytes of their texts.
const HELD_BYTES_MAX: usize = 16 << 20;

/// What was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    count: u64,
    /// The first ones.
    first: Vec<LineRefusal>,
    first_bytes: usize,
    /// The first kinds, in the order of their first lines.
    kinds: Vec<Kind>,
    /// Which kind has a column and a pattern.
    known: HashMap<(String, String), usize>,
}

/// What was refused for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kind {
    first: LineRefusal,
    lines: Vec<u64>,
    /// What is quoted in the others, where it differs.
    others: Vec<String>,
    count: u64,
}

impl Findings {
    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The first of them: 10,000, or as many as have 16 MiB of text.
    pub(crate) fn first(&self) -> &[LineRefusal] {
        &self.first
    }

    pub(super) fn add(&mut self, refusal: &LineRefusal) {
        // Those that are held are the first, without gaps.
        let is_held = self.first.len() as u64 == self.count
            && self.first.len() < HELD_MAX
            && self.first_bytes + refusal.text_bytes() <= HELD_BYTES_MAX;
        if is_held {
            self.first_bytes += refusal.text_bytes();
            self.first.push(refusal.clone());
        }
        self.count += 1;
        self.add_to_kind(refusal);
    }

    fn add_to_kind(&mut self, refusal: &LineRefusal) {
        let key = (refusal.column.clone(), pattern(&refusal.message));
        let index = match self.known.get(&key) {
            Some(index) => *index,
            None if self.kinds.len() == KINDS_MAX => return,
            None => {
                self.known.insert(key, self.kinds.len());
                self.kinds.push(Kind::of(refusal.clone()));
                self.kinds.len() - 1
            }
        };
        if let Some(kind) = self.kinds.get_mut(index) {
            kind.add(refusal);
        }
    }

    /// Prints what was refused on standard error.
    pub(crate) fn print(&self) -> io::Result<()> {
        let mut out = stderr::lock();
        for kind in &self.kinds {
            writeln!(out, "error: {kind}")?;
        }
        let listed: u64 = self.kinds.iter().map(|kind| kind.count).sum();
        let unlisted = self.count - listed;
        if unlisted > 0 {
            writeln!(
                out,
                "error: and {} more; use --findings FILE.csv to write all of them",
                count(unlisted)
            )?;
        }
        Ok(())
    }
}

impl Kind {
    fn of(first: LineRefusal) -> Self {
        Self { first, lines: Vec::new(), others: Vec::new(), count: 0 }
    }

    fn add(&mut self, refusal: &LineRefusal) {
        self.count += 1;
        if self.lines.len() < LINES_MAX {
            self.lines.push(refusal.line);
        }
        if let Some(quoted) = quoted(&refusal.message)
            && self.others.len() < OTHERS_MAX
            && quoted.len() <= OTHER_BYTES_MAX
            && !self.others.iter().any(|other| other == quoted)
            && self::quoted(&self.first.message) != Some(quoted)
        {
            self.others.push(quoted.to_owned());
        }
    }
}

/// What a message quotes first.
fn quoted(message: &str) -> Option<&str> {
    message.split('"').nth(1)
}

/// A message without what is quoted in it and the lines that it refers to. Codes are without quotation marks in messages, so that
/// each of them is a kind of its own.
fn pattern(message: &str) -> String {
    let mut pattern = String::new();
    for (index, part) in message.split('"').enumerate() {
        pattern.push_str(if index % 2 == 0 { part } else { "\"" });
    }
    let mut words = pattern.split("line ");
    let mut whole = words.next().unwrap_or_default().to_owned();
    for word in words {
        whole.push_str("line ");
        whole.push_str(word.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    whole
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, lines, others, count: findings } = self;
        if *findings == 1 {
            return first.fmt(f);
        }
        if !first.column.is_empty() {
            write!(f, "{}: ", first.column)?;
        }
        let more = if *findings > lines.len() as u64 { ", …" } else { "" };
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        write!(f, "{} ({} times, on lines {}{more}", first.message, count(*findings), lines.join(", "))?;
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|other| format!("{other:?}")).collect();
            write!(f, "; also {}", others.join(", "))?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(line: u64, column: &str, message: String) -> LineRefusal {
        LineRefusal { line, last_line: None, column: column.to_owned(), message }
    }

    #[test]
    fn equal_violations_are_printed_once_with_their_lines() {
        let mut refusals: Vec<_> = (2..1_002)
            .map(|line| refusal(line, "area", "there is no country or area KYZ".to_owned()))
            .collect();
        refusals.push(refusal(1_002, "area", "there is no country or area ROM".to_owned()));
        refusals.extend((3..5).map(|line| refusal(line, "value", format!("\"x{line}\" is not a number"))));
        refusals.extend((6..8).map(|line| refusal(line, "", format!("has the key of line {}", line - 4))));
        let mut findings = Findings::default();
        for refusal in &refusals {
            findings.add(refusal);
        }
        let printed: Vec<String> = findings.kinds.iter().map(ToString::to_string).collect();
        assert_eq!(
            printed,
            [
                "area: there is no country or area KYZ (1,000 times, on lines 2, 3, 4, 5, 6, …)",
                "line 1002: area: there is no country or area ROM",
                "value: \"x3\" is not a number (2 times, on lines 3, 4; also \"x4\")",
                "has the key of line 2 (2 times, on lines 6, 7)",
            ]
        );
    }

    #[test]
    fn what_is_held_does_not_grow_with_the_file() {
        let mut findings = Findings::default();
        for line in 0..30_000 {
            findings.add(&refusal(line, "area", format!("there is no country or area Q{line}")));
        }
        assert_eq!(
            (findings.count(), findings.first().len(), findings.kinds.len()),
            (30_000, HELD_MAX, KINDS_MAX)
        );
        assert_eq!(findings.known.len(), KINDS_MAX);
        let long = refusal(1, "value", format!("{:?} is not a number", "x".repeat(HELD_BYTES_MAX / 2)));
        let mut findings = Findings::default();
        for _ in 0..5 {
            findings.add(&long);
            findings.add(&refusal(2, "area", "short".to_owned()));
        }
        assert_eq!((findings.count(), findings.first().len()), (10, 2));
    }
}
