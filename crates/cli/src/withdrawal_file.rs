//! Withdrawal files: tables with the columns indicator, area, period, source and reason, in any order.
//!
//! *Invariant:* what a file withdraws is read whole, or nothing of it.

use tenseven_client::v1;

use crate::{
    push::LineRefusal,
    table_file::{CellError, HeaderError, Input, ReadError, ReadingOptions, Table},
    vocabulary::area,
};

/// The columns, all of which are needed.
const COLUMNS: [&str; 5] = ["indicator", "area", "period", "source", "reason"];
/// Most rows of a file: a file is one submission.
const ROWS_MAX: usize = 10_000;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WithdrawalFileError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It has too many rows.
    #[error("line {0}: the file has more than {ROWS_MAX} rows; cut it into several, each is withdrawn whole")]
    TooMany(u64),
}

/// The content of a file.
#[derive(Debug, Default)]
pub(crate) struct WithdrawalFile {
    pub(crate) withdrawals: Vec<v1::Withdrawal>,
    /// The lines that they begin on.
    pub(crate) lines: Vec<u64>,
    /// What is wrong with rows that are none.
    pub(crate) refusals: Vec<LineRefusal>,
    /// How many rows those are.
    pub(crate) unreadable: usize,
}

/// Reads a file.
pub(crate) fn read(file: Input, options: &ReadingOptions) -> Result<WithdrawalFile, WithdrawalFileError> {
    let mut table = Table::open(file, options)?;
    let columns = columns(&table).map_err(|error| table.header_error(error))?;
    let mut read = WithdrawalFile::default();
    while let Some(line) = table.next_row()? {
        if read.lines.len() + read.unreadable >= ROWS_MAX {
            return Err(WithdrawalFileError::TooMany(line));
        }
        match withdrawal(&table, columns) {
            Ok(withdrawal) => {
                read.withdrawals.push(withdrawal);
                read.lines.push(line);
            }
            Err(errors) => {
                read.unreadable += 1;
                read.refusals.extend(errors.into_iter().map(|error| LineRefusal::of_cell(line, error)));
            }
        }
    }
    Ok(read)
}

fn withdrawal(table: &Table, columns: [usize; 5]) -> Result<v1::Withdrawal, Vec<CellError>> {
    if let Some(error) = table.shape_error() {
        return Err(vec![error]);
    }
    let mut errors = Vec::new();
    let mut refuse = |column: &str, message: String| {
        errors.push(CellError { column: column.to_owned(), message });
        String::new()
    };
    let mut cells = COLUMNS.into_iter().zip(columns).map(|(column, index)| match table.cell(index).text() {
        Err(problem) => refuse(column, problem.to_owned()),
        Ok(text) if column == "area" => area(text).unwrap_or_else(|problem| refuse(column, problem)),
        Ok(text) => text.trim().to_owned(),
    });
    let mut next = || cells.next().unwrap_or_default();
    let withdrawal =
        v1::Withdrawal { indicator: next(), area: next(), period: next(), source: next(), reason: next() };
    if errors.is_empty() { Ok(withdrawal) } else { Err(errors) }
}

/// The index of each column.
fn columns(table: &Table) -> Result<[usize; 5], HeaderError> {
    let mut findings = Vec::new();
    let names: Vec<&str> = table.columns().map(|(_, name)| name).collect();
    for name in &names {
        if !COLUMNS.contains(name) {
            findings.push(format!("column {name:?} is not known; remove it"));
        } else if names.iter().filter(|other| *other == name).count() > 1 {
            findings.push(format!("column {name} occurs twice; keep one of them"));
        }
    }
    findings.dedup();
    let places = COLUMNS.map(|column| table.columns().find(|(_, name)| *name == column));
    for (column, place) in COLUMNS.iter().zip(places) {
        if place.is_none() {
            findings.push(format!("column {column} is missing; add it"));
        }
    }
    let indices = places.map(|place| place.map(|(index, _)| index).unwrap_or_default());
    if findings.is_empty() { Ok(indices) } else { Err(HeaderError(findings)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<WithdrawalFile, WithdrawalFileError> {
        super::read(Input::of_bytes(text), &ReadingOptions::default())
    }

    #[test]
    fn rows_are_read_with_their_lines_in_any_order_of_columns() {
        let text = "# note\nreason,source,period,area,indicator\n\"sent\n by mistake\",iom,2020,MAR,x\n\n why ,a,2021,LBY,y\na,b,c,d,e,f\n";
        let read = read(text).unwrap();
        assert_eq!(read.lines, [3, 6]);
        assert_eq!(read.withdrawals[0].reason, "sent\n by mistake");
        let v1::Withdrawal { indicator, area, period, source, reason } = &read.withdrawals[1];
        assert_eq!([indicator, area, period, source, reason], ["y", "LBY", "2021", "a", "why"]);
        assert_eq!(read.refusals.len(), 1);
        assert!(read.refusals[0].to_string().starts_with("line 7: the row has 6 cells"));
    }

    #[test]
    fn a_header_is_refused_with_everything_that_is_wrong() {
        let error = read("indicator,area,area,value\n").unwrap_err().to_string();
        for expected in ["area occurs twice", "\"value\" is not known", "reason is missing"] {
            assert!(error.contains(expected), "{error}");
        }
    }
}
