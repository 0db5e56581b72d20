//! Withdrawal files: CSV with the columns indicator, area, period, source and reason, in any order.
//!
//! *Invariant:* what a file withdraws is read whole, or nothing of it.

use std::io::Read;

use tenseven_client::v1;

use crate::{
    observation_file::{HeaderError, ReadError, Records},
    push::LineRefusal,
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

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct WithdrawalFile {
    pub(crate) withdrawals: Vec<v1::Withdrawal>,
    /// The lines that they begin on.
    pub(crate) lines: Vec<u64>,
    /// What is wrong with rows that are none.
    pub(crate) refusals: Vec<LineRefusal>,
}

/// Reads a file.
pub(crate) fn read(file: impl Read) -> Result<WithdrawalFile, WithdrawalFileError> {
    let mut records = Records::new(file);
    let (line, header) = records.header()?;
    let header: Vec<&str> = header.iter().map(str::trim).collect();
    let columns = columns(&header).map_err(|error| ReadError::Header { line, error })?;
    let mut read = WithdrawalFile::default();
    while let Some(line) = records.next_row()? {
        if read.lines.len() + read.refusals.len() >= ROWS_MAX {
            return Err(WithdrawalFileError::TooMany(line));
        }
        let cells: Vec<_> = records.cells().iter().map(std::str::from_utf8).collect();
        if cells.len() != header.len() {
            let (found, wanted) = (cells.len(), header.len());
            let message =
                format!("the row has {found} cells, the header {wanted}; quote cells that contain commas");
            read.refusals.push(LineRefusal { line, last_line: None, column: String::new(), message });
            continue;
        }
        let Ok(cells) = cells.into_iter().collect::<Result<Vec<_>, _>>() else {
            let message = "the text is not UTF-8; save the file as UTF-8".to_owned();
            read.refusals.push(LineRefusal { line, last_line: None, column: String::new(), message });
            continue;
        };
        let [indicator, area, period, source, reason] =
            columns.map(|place| cells.get(place).map_or("", |cell| cell.trim()).to_owned());
        read.withdrawals.push(v1::Withdrawal { indicator, area, period, source, reason });
        read.lines.push(line);
    }
    Ok(read)
}

/// Where each column stands.
fn columns(header: &[&str]) -> Result<[usize; 5], HeaderError> {
    let mut findings = Vec::new();
    for name in header {
        if !COLUMNS.contains(name) {
            findings.push(format!("column {name:?} is not known; remove it"));
        } else if header.iter().filter(|other| *other == name).count() > 1 {
            findings.push(format!("column {name} stands there twice; keep the one that counts"));
        }
    }
    findings.dedup();
    let places = COLUMNS.map(|column| header.iter().position(|name| *name == column));
    for (column, place) in COLUMNS.iter().zip(places) {
        if place.is_none() {
            findings.push(format!("column {column} is missing; add it"));
        }
    }
    if findings.is_empty() { Ok(places.map(Option::unwrap_or_default)) } else { Err(HeaderError(findings)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_with_their_lines_whatever_the_order_of_columns() {
        let text = "# note\nreason,source,period,area,indicator\n\"sent\n by mistake\",iom,2020,MAR,x\n\n why ,a,2021,LBY,y\na,b\n";
        let read = read(text.as_bytes()).unwrap();
        assert_eq!(read.lines, [3, 6]);
        assert_eq!(read.withdrawals[0].reason, "sent\n by mistake");
        let v1::Withdrawal { indicator, area, period, source, reason } = &read.withdrawals[1];
        assert_eq!([indicator, area, period, source, reason], ["y", "LBY", "2021", "a", "why"]);
        assert_eq!(read.refusals.len(), 1);
        assert!(read.refusals[0].to_string().starts_with("line 7: the row has 2 cells"));
    }

    #[test]
    fn a_header_is_refused_with_everything_that_is_wrong() {
        let error = read("indicator,area,area,value\n".as_bytes()).unwrap_err().to_string();
        for told in ["area stands there twice", "\"value\" is not known", "reason is missing"] {
            assert!(error.contains(told), "{error}");
        }
    }
}
