//! Rows: from the cells of one row to an observation.
//!
//! *Invariant:* a row is an observation or the list of everything that is wrong with it. Cells are taken as they are
//! written, apart from white space around codes and numbers; an empty cell says nothing.

use std::{fmt, str};

use csv::ByteRecord;
use tenseven_client::{check_observation, v1};

use super::column::{Column, EVIDENCE_COUNT_MAX, column_of};

/// One row of an observation file.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line that the row begins on, from 1.
    pub(crate) line: u64,
    /// The observation, or what is wrong with the row.
    pub(crate) observation: Result<v1::Observation, Vec<CellError>>,
}

/// What is wrong with one cell, or with a row as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellError {
    /// The column; empty for the row as a whole.
    pub(crate) column: String,
    /// What is wrong and what would be right.
    pub(crate) message: String,
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.column.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.column, self.message)
        }
    }
}

/// The observation that the cells of a row say.
pub(super) fn observation(
    record: &ByteRecord,
    columns: &[Column],
    default_source: Option<&str>,
) -> Result<v1::Observation, Vec<CellError>> {
    if record.len() != columns.len() {
        let message = format!(
            "the row has {} cells, the header {}; quote cells that contain commas",
            record.len(),
            columns.len()
        );
        return Err(vec![CellError { column: String::new(), message }]);
    }
    let mut cells = Cells::read(record, columns);
    let value = cells.value();
    let mut observation = v1::Observation {
        indicator: cells.code(Column::Indicator),
        area: cells.code(Column::Area),
        period: cells.code(Column::Period),
        source: cells.code(Column::Source),
        value,
        status: cells.code(Column::Status),
        evidence: cells.evidence(),
        comment: cells.text(Column::Comment),
        method: cells.text(Column::Method),
    };
    if observation.source.is_empty() {
        default_source.unwrap_or_default().clone_into(&mut observation.source);
    }
    let mut errors = cells.errors;
    if let Err(violations) = check_observation(observation.clone()) {
        let told: Vec<String> = errors.iter().map(|error| error.column.clone()).collect();
        let value_told = observation.value.is_none();
        errors.extend(
            violations
                .into_iter()
                .filter(|violation| !(value_told && violation.path.starts_with("value")))
                .map(|violation| CellError {
                    column: column_of(&violation.path).to_owned(),
                    message: violation.description,
                })
                .filter(|error| !told.contains(&error.column)),
        );
    }
    if errors.is_empty() { Ok(observation) } else { Err(errors) }
}

/// The cells of a row that are filled, and what is wrong with them so far.
struct Cells<'a> {
    filled: Vec<(Column, &'a str)>,
    errors: Vec<CellError>,
}

impl<'a> Cells<'a> {
    fn read(record: &'a ByteRecord, columns: &[Column]) -> Self {
        let mut cells = Self { filled: Vec::new(), errors: Vec::new() };
        for (bytes, column) in record.iter().zip(columns) {
            match str::from_utf8(bytes) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => cells.filled.push((*column, text)),
                Err(_) => cells.refuse(*column, "the text is not UTF-8; save the file as UTF-8"),
            }
        }
        cells
    }

    fn refuse(&mut self, column: Column, message: impl Into<String>) {
        self.errors.push(CellError { column: column.to_string(), message: message.into() });
    }

    fn get(&self, column: Column) -> Option<&'a str> {
        self.filled.iter().find(|(filled, _)| *filled == column).map(|(_, text)| *text)
    }

    fn code(&self, column: Column) -> String {
        self.get(column).map(str::trim).unwrap_or_default().to_owned()
    }

    fn text(&self, column: Column) -> String {
        self.get(column).unwrap_or_default().to_owned()
    }

    fn evidence(&self) -> Vec<v1::Evidence> {
        (0..EVIDENCE_COUNT_MAX)
            .map(|place| v1::Evidence {
                citation: self.text(Column::Citation(place)),
                url: self.code(Column::Url(place)),
                quote: self.text(Column::Quote(place)),
            })
            .filter(|evidence| *evidence != v1::Evidence::default())
            .collect()
    }

    /// The value; none, and an error, unless exactly one way to give it is used.
    fn value(&mut self) -> Option<v1::Value> {
        let ways = [Column::Value, Column::Numerator, Column::Level, Column::Flag, Column::Missing];
        let filled: Vec<Column> = ways
            .into_iter()
            .filter(|way| {
                self.get(*way).is_some()
                    || (*way == Column::Numerator && self.get(Column::Denominator).is_some())
            })
            .collect();
        let kind = match filled.as_slice() {
            [Column::Value] => self.number(Column::Value).map(v1::value::Kind::Number),
            [Column::Numerator] => self.ratio(),
            [Column::Level] => Some(v1::value::Kind::Level(self.code(Column::Level))),
            [Column::Flag] => self.flag(),
            [Column::Missing] => self.missing(),
            [] => {
                let undecoded =
                    self.errors.iter().any(|error| ways.iter().any(|way| way.to_string() == error.column));
                if !undecoded {
                    let message = "the row gives no value; fill value, numerator and denominator, level, flag, or missing with the reason";
                    self.errors.push(CellError { column: String::new(), message: message.to_owned() });
                }
                None
            }
            several => {
                let names: Vec<String> = several.iter().map(ToString::to_string).collect();
                let message = format!("the row gives several values ({}); give one", names.join(", "));
                self.errors.push(CellError { column: String::new(), message });
                None
            }
        };
        kind.map(|kind| v1::Value { kind: Some(kind) })
    }

    fn number(&mut self, column: Column) -> Option<f64> {
        let text = self.code(column);
        match text.parse() {
            Ok(number) => Some(number),
            Err(_) if text.is_empty() => {
                self.refuse(column, "is empty; a ratio needs both its numerator and its denominator");
                None
            }
            Err(_) => {
                self.refuse(
                    column,
                    format!("{text:?} is not a number; write it as 1234.5, without thousands separators"),
                );
                None
            }
        }
    }

    fn ratio(&mut self) -> Option<v1::value::Kind> {
        let (numerator, denominator) = (self.number(Column::Numerator), self.number(Column::Denominator));
        Some(v1::value::Kind::Ratio(v1::Ratio { numerator: numerator?, denominator: denominator? }))
    }

    fn flag(&mut self) -> Option<v1::value::Kind> {
        match self.code(Column::Flag).as_str() {
            "true" | "yes" => Some(v1::value::Kind::Flag(true)),
            "false" | "no" => Some(v1::value::Kind::Flag(false)),
            other => {
                self.refuse(Column::Flag, format!("{other:?} is neither true nor false"));
                None
            }
        }
    }

    fn missing(&mut self) -> Option<v1::value::Kind> {
        let text = self.code(Column::Missing);
        let reason = v1::MissingReason::from_str_name(&format!("MISSING_REASON_{}", text.to_uppercase()))
            .filter(|reason| *reason != v1::MissingReason::Unspecified && text == text.to_lowercase());
        if reason.is_none() {
            self.refuse(
                Column::Missing,
                format!(
                    "{text:?} is no reason; give not_applicable, not_collected, confidential or not_available"
                ),
            );
        }
        reason.map(|reason| v1::value::Kind::Missing(reason.into()))
    }
}
