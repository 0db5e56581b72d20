//! Columns: what the header of an observation file may name.

use std::fmt;

use crate::table_file::{HeaderError, Table};

/// Most pieces of evidence on one observation.
pub(super) const EVIDENCE_COUNT_MAX: usize = 16;

/// A column of an observation file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Indicator,
    Area,
    Period,
    Source,
    Value,
    Numerator,
    Denominator,
    Level,
    Flag,
    Missing,
    Status,
    Comment,
    Method,
    /// Of the piece of evidence at this place, from 0.
    Citation(usize),
    /// Of the piece of evidence at this place, from 0.
    Url(usize),
    /// Of the piece of evidence at this place, from 0.
    Quote(usize),
}

/// The columns other than evidence, in the order that files are written in.
pub(super) const PLAIN: [(Column, &str); 13] = [
    (Column::Indicator, "indicator"),
    (Column::Area, "area"),
    (Column::Period, "period"),
    (Column::Source, "source"),
    (Column::Value, "value"),
    (Column::Numerator, "numerator"),
    (Column::Denominator, "denominator"),
    (Column::Level, "level"),
    (Column::Flag, "flag"),
    (Column::Missing, "missing"),
    (Column::Status, "status"),
    (Column::Comment, "comment"),
    (Column::Method, "method"),
];

/// The names of the columns in the order that files are written in, with columns for this many pieces of evidence.
pub(crate) fn column_names(evidence_count: usize) -> impl Iterator<Item = String> {
    let evidence = (0..evidence_count)
        .flat_map(|place| [Column::Citation(place), Column::Url(place), Column::Quote(place)]);
    PLAIN.iter().map(|(column, _)| *column).chain(evidence).map(|column| column.to_string())
}

/// The columns that an export adds; they are the registry's to give.
pub(super) const RECORDED: [&str; 4] = ["revision", "accept_time", "submission_id", "partner"];

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, place) = match self {
            Self::Citation(place) => ("citation", *place),
            Self::Url(place) => ("url", *place),
            Self::Quote(place) => ("quote", *place),
            plain => (PLAIN.iter().find(|(column, _)| column == plain).map_or("", |(_, name)| name), 0),
        };
        f.write_str(name)?;
        if place > 0 { write!(f, "_{}", place + 1) } else { Ok(()) }
    }
}

impl Column {
    /// Whether it is part of the key, rather than of the value.
    pub(super) fn is_key(self) -> bool {
        matches!(self, Self::Indicator | Self::Area | Self::Period | Self::Source)
    }

    fn named(name: &str) -> Option<Self> {
        if let Some((column, _)) = PLAIN.iter().find(|(_, plain)| *plain == name) {
            return Some(*column);
        }
        let (name, place) = match name.split_once('_') {
            None => (name, 1),
            Some((name, number)) => (name, number.parse().ok()?),
        };
        if !(1..=EVIDENCE_COUNT_MAX).contains(&place) {
            return None;
        }
        match name {
            "citation" => Some(Self::Citation(place - 1)),
            "url" => Some(Self::Url(place - 1)),
            "quote" => Some(Self::Quote(place - 1)),
            _ => None,
        }
    }
}

/// The column that a violation's path within an observation speaks of, as `numerator` for `value.ratio.numerator`;
/// the path itself where no column fits.
pub(crate) fn column_of(path: &str) -> &str {
    match path {
        "value.number" => "value",
        "value.level" => "level",
        "value.flag" => "flag",
        "value.missing" => "missing",
        "value.ratio.numerator" => "numerator",
        "value.ratio.denominator" => "denominator",
        "evidence[0]" | "evidence[0].citation" => "citation",
        "evidence[0].url" => "url",
        "evidence[0].quote" => "quote",
        other => other,
    }
}

/// The columns that the header of `table` names, each with its index. A source column is needed unless rows have a default
/// source.
pub(super) fn columns(table: &Table, default_source: bool) -> Result<Vec<(usize, Column)>, HeaderError> {
    let (mut found, mut columns, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    for (index, name) in table.columns() {
        match Column::named(name) {
            Some(column) if columns.contains(&column) => {
                findings.push(format!("column {name} occurs twice; keep one of them"));
            }
            Some(column) => {
                columns.push(column);
                found.push((index, column));
            }
            None => findings.push(unknown(name)),
        }
    }
    let needed = [Column::Indicator, Column::Area, Column::Period];
    let source = (!default_source).then_some(Column::Source);
    for column in needed.into_iter().chain(source).filter(|column| !columns.contains(column)) {
        let remedy = if column == Column::Source { ", or give --source" } else { "" };
        findings.push(format!("column {column} is missing; add it{remedy}"));
    }
    let has = |column| columns.contains(&column);
    if has(Column::Numerator) != has(Column::Denominator) {
        findings.push("numerator and denominator go together; add the one that is missing".to_owned());
    }
    let ways = [Column::Value, Column::Numerator, Column::Level, Column::Flag, Column::Missing];
    if !ways.into_iter().any(has) {
        findings.push(
            "there is no column for a value; add value, numerator and denominator, level, flag or missing"
                .into(),
        );
    }
    if findings.is_empty() { Ok(found) } else { Err(HeaderError(findings)) }
}

fn unknown(name: &str) -> String {
    if RECORDED.contains(&name) {
        return format!(
            "column {name} is the registry's to give; export without --recorded, or leave it out"
        );
    }
    let names = PLAIN.iter().map(|(_, plain)| *plain).chain(["citation", "url", "quote"]);
    let nearest = names
        .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), known), known))
        .min()
        .filter(|(distance, known)| *distance <= known.len() / 3);
    match nearest {
        Some((_, known)) => format!("column {name:?} is not known; did you mean {known}?"),
        None => format!("column {name:?} is not known; remove it, or name it comment or method"),
    }
}
