//! Rows: from the cells of one row to an observation.
//!
//! *Invariant:* a row is an observation or the list of everything that is wrong with it. Texts are taken as they are
//! written; codes, numbers and words as `vocabulary` reads them; an empty cell means no value.

use tenseven_client::{check_observation, v1};

use super::column::{Column, EVIDENCE_COUNT_MAX, column_of};
use crate::{
    table_file::{Cell, CellError, Decimal, Table},
    vocabulary::{self, Levels},
};

/// One row of an observation file.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line that the row begins on, from 1.
    pub(crate) line: u64,
    /// The observation, or what is wrong with the row.
    pub(crate) observation: Result<v1::Observation, Vec<CellError>>,
}

/// What rows are read with.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The columns, each with its index.
    pub(super) columns: Vec<(usize, Column)>,
    /// The source of rows that name none.
    pub(super) default_source: Option<String>,
    pub(super) levels: Levels,
}

/// The observation in the row that was read last; none if the row has a key without a value,
/// like the empty rows of a template.
pub(super) fn observation(
    table: &Table,
    reading: &Reading,
) -> Option<Result<v1::Observation, Vec<CellError>>> {
    if let Some(error) = table.shape_error() {
        return Some(Err(vec![error]));
    }
    let mut cells = Cells::read(table, reading);
    if cells.errors.is_empty() && cells.filled.iter().all(|(column, _)| column.is_key()) {
        return None;
    }
    let value = cells.value();
    let mut observation = v1::Observation {
        indicator: cells.code(Column::Indicator),
        area: cells.area(),
        period: cells.code(Column::Period),
        source: cells.code(Column::Source),
        value,
        status: vocabulary::status(&cells.code(Column::Status)),
        evidence: cells.evidence(),
        comment: cells.text(Column::Comment),
        method: cells.text(Column::Method),
    };
    if observation.source.is_empty() {
        reading.default_source.as_deref().unwrap_or_default().clone_into(&mut observation.source);
    }
    let mut errors = cells.errors;
    if let Err(violations) = check_observation(observation.clone()) {
        let reported: Vec<String> = errors.iter().map(|error| error.column.clone()).collect();
        let value_reported = observation.value.is_none();
        errors.extend(
            violations
                .into_iter()
                .filter(|violation| !(value_reported && violation.path.starts_with("value")))
                .map(|violation| CellError {
                    column: column_of(&violation.path).to_owned(),
                    message: violation.description,
                })
                .filter(|error| !reported.contains(&error.column)),
        );
    }
    Some(if errors.is_empty() { Ok(observation) } else { Err(errors) })
}

/// The cells of a row that are filled, and what is wrong with them so far.
struct Cells<'a> {
    filled: Vec<(Column, Cell<'a>)>,
    errors: Vec<CellError>,
    decimal: Option<Decimal>,
    levels: &'a Levels,
}

impl<'a> Cells<'a> {
    fn read(table: &'a Table, reading: &'a Reading) -> Self {
        let mut cells = Self {
            filled: Vec::new(),
            errors: Vec::new(),
            decimal: table.decimal(),
            levels: &reading.levels,
        };
        for (index, column) in &reading.columns {
            match table.cell(*index) {
                cell if cell.is_blank() => {}
                Cell::Refused(problem) => cells.refuse(*column, problem),
                cell @ (Cell::Text(_) | Cell::Number(..)) => cells.filled.push((*column, cell)),
            }
        }
        cells
    }

    fn refuse(&mut self, column: Column, message: impl Into<String>) {
        self.errors.push(CellError { column: column.to_string(), message: message.into() });
    }

    fn get(&self, column: Column) -> Option<Cell<'a>> {
        self.filled.iter().find(|(filled, _)| *filled == column).map(|(_, cell)| *cell)
    }

    fn written(&self, column: Column) -> &'a str {
        self.get(column).and_then(|cell| cell.text().ok()).unwrap_or_default()
    }

    fn code(&self, column: Column) -> String {
        self.written(column).trim().to_owned()
    }

    fn area(&mut self) -> String {
        vocabulary::area(&self.code(Column::Area)).unwrap_or_else(|problem| {
            self.refuse(Column::Area, problem);
            String::new()
        })
    }

    fn level(&self) -> String {
        self.levels.level(&self.code(Column::Indicator), &self.code(Column::Level))
    }

    fn text(&self, column: Column) -> String {
        self.written(column).to_owned()
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
            [Column::Level] => Some(v1::value::Kind::Level(self.level())),
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
        let Some(cell) = self.get(column) else {
            self.refuse(column, "is empty; a ratio needs both its numerator and its denominator");
            return None;
        };
        let number = match cell {
            Cell::Number(number, _) => Ok(number),
            Cell::Text(text) => vocabulary::number(text, self.decimal),
            Cell::Refused(problem) => Err(problem.to_owned()),
        };
        number.map_err(|problem| self.refuse(column, problem)).ok()
    }

    fn ratio(&mut self) -> Option<v1::value::Kind> {
        let (numerator, denominator) = (self.number(Column::Numerator), self.number(Column::Denominator));
        Some(v1::value::Kind::Ratio(v1::Ratio { numerator: numerator?, denominator: denominator? }))
    }

    fn flag(&mut self) -> Option<v1::value::Kind> {
        let flag = vocabulary::flag(&self.code(Column::Flag));
        flag.map_err(|problem| self.refuse(Column::Flag, problem)).ok().map(v1::value::Kind::Flag)
    }

    fn missing(&mut self) -> Option<v1::value::Kind> {
        let reason = vocabulary::missing_reason(&self.code(Column::Missing));
        let reason = reason.map_err(|problem| self.refuse(Column::Missing, problem)).ok();
        reason.map(|reason| v1::value::Kind::Missing(reason.into()))
    }
}
