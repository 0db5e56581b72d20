//! Coding files: CSV, one coding a row.
//!
//! The header names `indicator`, `area`, `period` and `level` or `missing`, and may name `coder`, `narrative`, `citation`, `url`
//! and `quote`, in any order. A row fills exactly one of `level` and `missing`. Lines that begin with `#` are comments.

use std::io::{self, Read};

use csv::StringRecord;
use tenseven_client::v1;

use crate::judgement::judgement;

/// Longest file, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// The columns that a header may name.
const COLUMNS: [&str; 10] =
    ["indicator", "area", "period", "coder", "level", "missing", "narrative", "citation", "url", "quote"];

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The header names what is not known, or lacks what is needed.
    #[error("the header cannot be used: {0}")]
    Header(String),
    /// The file cannot be read on.
    #[error("the file cannot be read: {0}")]
    Read(#[from] csv::Error),
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The file is too long.
    #[error("the file is longer than {FILE_BYTES_MAX} bytes; split it")]
    TooLong,
}

/// A coding as a row has it, before the server has looked at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The line that it begins on.
    pub(crate) line: u64,
    /// Who coded; empty where the file does not say.
    pub(crate) coder: String,
    /// What was coded, or what is wrong with the row.
    pub(crate) coding: Result<v1::Coding, String>,
}

/// All rows of a file.
pub(crate) fn rows(file: impl Read) -> Result<Vec<Row>, ReadError> {
    let mut text = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(ReadError::TooLong);
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::Headers)
        .from_reader(text.as_slice());
    let header = reader.headers()?.clone();
    check(&header)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(Row { line: line(&text, &record), ..row(&header, &record) });
        }
    }
    Ok(rows)
}

/// The line that a record begins on: behind the comments and empty lines that the reader counts with it.
fn line(text: &[u8], record: &StringRecord) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let lines = text.get(start..).unwrap_or_default().split(|byte| *byte == b'\n');
    let is_passed = |line: &&[u8]| line.first().is_none_or(|first| matches!(first, b'#' | b'\r'));
    position.line() + lines.take_while(is_passed).count() as u64
}

fn check(header: &StringRecord) -> Result<(), ReadError> {
    let has = |name: &str| header.iter().any(|known| known == name);
    for name in header {
        if !COLUMNS.contains(&name) {
            let known = COLUMNS.join(", ");
            return Err(ReadError::Header(format!("column {name:?} is not known; there are {known}")));
        }
        if header.iter().filter(|other| *other == name).count() > 1 {
            return Err(ReadError::Header(format!("column {name} stands there twice")));
        }
    }
    for name in ["indicator", "area", "period"] {
        if !has(name) {
            return Err(ReadError::Header(format!("column {name} is missing; add it")));
        }
    }
    if !has("level") && !has("missing") {
        return Err(ReadError::Header("there is no column for a judgement; add level or missing".to_owned()));
    }
    Ok(())
}

fn row(header: &StringRecord, record: &StringRecord) -> Row {
    let cell = |name: &str| {
        let place = header.iter().position(|known| known == name);
        place.and_then(|place| record.get(place)).unwrap_or_default().trim().to_owned()
    };
    let coding = if record.len() > header.len() {
        Err(format!(
            "the row has {} cells, the header {}; quote cells that hold commas",
            record.len(),
            header.len()
        ))
    } else {
        coding(&cell)
    };
    Row { line: 0, coder: cell("coder"), coding }
}

fn coding(cell: &impl Fn(&str) -> String) -> Result<v1::Coding, String> {
    let [citation, url, quote] = ["citation", "url", "quote"].map(cell);
    let has_evidence = !(citation.is_empty() && url.is_empty() && quote.is_empty());
    let unit = v1::CodingUnit { indicator: cell("indicator"), area: cell("area"), period: cell("period") };
    let (level, missing) = (cell("level"), cell("missing"));
    let judgement =
        judgement((!level.is_empty()).then_some(level), (!missing.is_empty()).then_some(missing))?;
    Ok(v1::Coding {
        unit: Some(unit),
        judgement: Some(judgement),
        narrative: cell("narrative"),
        evidence: has_evidence.then_some(v1::Evidence { citation, url, quote }).into_iter().collect(),
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use tenseven_client::v1::coding::Judgement;

    use super::*;

    fn read(text: &str) -> Vec<Row> {
        rows(text.as_bytes()).unwrap()
    }

    #[test]
    fn rows_are_read_with_their_lines() {
        let text = "period,area,indicator,level,missing,narrative,citation\n# a remark\n2020,MAR,judged,two,,\"a\nb\",Law 1\n,,,,,,\n2020,LBY,judged,,confidential,,\n";
        let found = read(text);
        assert_eq!(found.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 6]);
        let first = found[0].coding.clone().unwrap();
        assert_eq!(first.judgement, Some(Judgement::Level("two".into())));
        assert_eq!((first.narrative.as_str(), first.evidence[0].citation.as_str()), ("a\nb", "Law 1"));
        let second = found[1].coding.clone().unwrap();
        assert_eq!(second.judgement, Some(Judgement::Missing(v1::MissingReason::Confidential.into())));
    }

    #[test]
    fn what_is_wrong_with_a_row_or_a_header_is_told() {
        let wrong = read(
            "indicator,area,period,level,missing\na,MAR,2020,two,confidential\na,MAR,2020,,\na,MAR,2020,,no\n",
        );
        assert!(wrong.iter().all(|row| row.coding.is_err()), "{wrong:?}");
        let refused = |text: &str| rows(text.as_bytes()).err().map(|error| error.to_string());
        for (header, said) in [
            ("indicator,area,period", "add level or missing"),
            ("indicator,area,level", "column period is missing"),
            ("indicator,area,period,levle", "\"levle\" is not known"),
            ("indicator,area,period,level,level", "stands there twice"),
        ] {
            let message = refused(header).unwrap();
            assert!(message.contains(said), "{header}: {message}");
        }
    }
}
