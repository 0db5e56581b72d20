//! Findings: everything that was refused, once for each kind for people, and row by row for programs.

use std::{
    collections::HashMap,
    fmt,
    io::{self, Write},
};

use super::refusal::LineRefusal;
use crate::output::{io_error, number::count, stderr};

/// Most lines that are listed of a kind.
const LINES_MAX: usize = 5;
/// Most of what differs that is listed of a kind.
const OTHERS_MAX: usize = 10;
/// Most kinds that are told.
const KINDS_MAX: usize = 50;

/// What was refused for the same reason.
struct Kind<'a> {
    first: &'a LineRefusal,
    lines: Vec<u64>,
    /// What is quoted in the others, where it differs.
    others: Vec<&'a str>,
    count: u64,
}

/// Tells people what was refused, on standard error.
pub(crate) fn tell_findings(refusals: &[LineRefusal]) -> io::Result<()> {
    let kinds = kinds(refusals);
    let mut out = stderr::lock();
    for kind in kinds.iter().take(KINDS_MAX) {
        writeln!(out, "error: {kind}")?;
    }
    let untold: u64 = kinds.iter().skip(KINDS_MAX).map(|kind| kind.count).sum();
    if untold > 0 {
        writeln!(out, "error: and {} more; have them all written by --findings FILE.csv", count(untold))?;
    }
    Ok(())
}

/// Writes what was refused as CSV, a finding a row.
pub(crate) fn write_findings(out: impl Write, refusals: &[LineRefusal]) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(["line", "last_line", "column", "message"]).map_err(io_error)?;
    for LineRefusal { line, last_line, column, message } in refusals {
        let last_line = last_line.map_or_else(String::new, |last| last.to_string());
        rows.write_record([&line.to_string(), &last_line, column, message]).map_err(io_error)?;
    }
    rows.flush()
}

/// The kinds of findings, in the order of their first lines.
fn kinds(refusals: &[LineRefusal]) -> Vec<Kind<'_>> {
    let mut kinds: Vec<Kind<'_>> = Vec::new();
    let mut known: HashMap<(&str, String), usize> = HashMap::new();
    for refusal in refusals {
        let index = *known.entry((&refusal.column, pattern(&refusal.message))).or_insert(kinds.len());
        if index == kinds.len() {
            kinds.push(Kind { first: refusal, lines: Vec::new(), others: Vec::new(), count: 0 });
        }
        let Some(kind) = kinds.get_mut(index) else { continue };
        kind.count += 1;
        if kind.lines.len() < LINES_MAX {
            kind.lines.push(refusal.line);
        }
        if let Some(quoted) = quoted(&refusal.message)
            && kind.others.len() < OTHERS_MAX
            && !kind.others.contains(&quoted)
            && self::quoted(&kind.first.message) != Some(quoted)
        {
            kind.others.push(quoted);
        }
    }
    kinds
}

/// What a message quotes first.
fn quoted(message: &str) -> Option<&str> {
    message.split('"').nth(1)
}

/// A message without what is quoted in it and the lines that it refers to. Codes stand in messages without quotation marks, so that
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

impl fmt::Display for Kind<'_> {
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
    fn what_is_wrong_in_the_same_way_is_told_once_with_its_lines() {
        let mut refusals: Vec<_> = (2..1_002)
            .map(|line| refusal(line, "area", "there is no country or area KYZ".to_owned()))
            .collect();
        refusals.push(refusal(1_002, "area", "there is no country or area ROM".to_owned()));
        refusals.extend((3..5).map(|line| refusal(line, "value", format!("\"x{line}\" is not a number"))));
        refusals.extend((6..8).map(|line| refusal(line, "", format!("has the key of line {}", line - 4))));
        let told: Vec<String> = kinds(&refusals).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "area: there is no country or area KYZ (1,000 times, on lines 2, 3, 4, 5, 6, …)",
                "line 1002: area: there is no country or area ROM",
                "value: \"x3\" is not a number (2 times, on lines 3, 4; also \"x4\")",
                "has the key of line 2 (2 times, on lines 6, 7)",
            ]
        );
    }

    #[test]
    fn findings_are_written_row_by_row() {
        let mut out = Vec::new();
        write_findings(&mut out, &[refusal(3, "value", "\"x\", no number".to_owned())]).unwrap();
        assert_eq!(out, b"line,last_line,column,message\n3,,value,\"\"\"x\"\", no number\"\n");
    }
}
