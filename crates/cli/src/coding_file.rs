//! Coding files: tables with one coding a row.
//!
//! The header names `indicator`, `area`, `period` and `level` or `missing`, and may name `coder`, `narrative`, `citation`, `url`
//! and `quote`, in any order. A row fills exactly one of `level` and `missing`.

use tenseven_client::v1;

use crate::{
    judgement::judgement,
    table_file::{HeaderError, Input, ReadError, ReadingOptions, Table},
    vocabulary::{Levels, area},
};

/// The columns that a header may name.
const COLUMNS: [&str; 10] =
    ["indicator", "area", "period", "coder", "level", "missing", "narrative", "citation", "url", "quote"];

/// A coding as a row has it, before the server has looked at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The line that it begins on.
    pub(crate) line: u64,
    /// The coder; empty if the file does not name one.
    pub(crate) coder: String,
    /// What was coded, or what is wrong with the row.
    pub(crate) coding: Result<v1::Coding, String>,
}

/// All rows of a file.
pub(crate) fn rows(file: Input, options: &ReadingOptions, levels: &Levels) -> Result<Vec<Row>, ReadError> {
    let mut table = Table::open(file, options)?;
    check(&table).map_err(|error| table.header_error(error))?;
    let mut rows = Vec::new();
    while let Some(line) = table.next_row()? {
        let coding = match table.shape_error() {
            Some(error) => Err(error.message),
            None => coding(&table, levels),
        };
        let coder = cell(&table, "coder").unwrap_or_default().to_owned();
        rows.push(Row { line, coder, coding });
    }
    Ok(rows)
}

fn check(table: &Table) -> Result<(), HeaderError> {
    let names: Vec<&str> = table.columns().map(|(_, name)| name).collect();
    let mut findings = Vec::new();
    for name in &names {
        if !COLUMNS.contains(name) {
            let known = COLUMNS.join(", ");
            findings.push(format!("column {name:?} is not known; there are {known}"));
        } else if names.iter().filter(|other| *other == name).count() > 1 {
            findings.push(format!("column {name} occurs twice"));
        }
    }
    findings.dedup();
    for name in ["indicator", "area", "period"] {
        if !names.contains(&name) {
            findings.push(format!("column {name} is missing; add it"));
        }
    }
    if !names.contains(&"level") && !names.contains(&"missing") {
        findings.push("there is no column for a judgement; add level or missing".to_owned());
    }
    if findings.is_empty() { Ok(()) } else { Err(HeaderError(findings)) }
}

/// The text of a cell, without white space around it; empty if there is no such column.
fn cell<'a>(table: &'a Table, name: &str) -> Result<&'a str, String> {
    let index = table.columns().find(|(_, known)| *known == name).map(|(index, _)| index);
    match index.map(|index| table.cell(index)) {
        None => Ok(""),
        Some(cell) => cell.text().map(str::trim).map_err(|problem| format!("{name}: {problem}")),
    }
}

fn coding(table: &Table, levels: &Levels) -> Result<v1::Coding, String> {
    let text = |name| cell(table, name).map(str::to_owned);
    let (citation, url, quote) = (text("citation")?, text("url")?, text("quote")?);
    let has_evidence = !(citation.is_empty() && url.is_empty() && quote.is_empty());
    let area = area(cell(table, "area")?).map_err(|problem| format!("area: {problem}"))?;
    let unit = v1::CodingUnit { indicator: text("indicator")?, area, period: text("period")? };
    let level = Some(levels.level(&unit.indicator, cell(table, "level")?));
    let missing = Some(text("missing")?);
    let judgement =
        judgement(level.filter(|level| !level.is_empty()), missing.filter(|missing| !missing.is_empty()))?;
    text("coder")?;
    Ok(v1::Coding {
        unit: Some(unit),
        judgement: Some(judgement),
        narrative: text("narrative")?,
        evidence: has_evidence.then_some(v1::Evidence { citation, url, quote }).into_iter().collect(),
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use tenseven_client::v1::coding::Judgement;

    use super::*;

    fn rows(text: &str) -> Result<Vec<Row>, ReadError> {
        super::rows(Input::of_bytes(text), &ReadingOptions::default(), &Levels::default())
    }

    fn read(text: &str) -> Vec<Row> {
        rows(text).unwrap()
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
    fn what_is_wrong_with_a_row_or_a_header_is_reported() {
        let wrong = read(
            "indicator,area,period,level,missing\na,MAR,2020,two,confidential\na,MAR,2020,,\na,MAR,2020,,no\n",
        );
        assert!(wrong.iter().all(|row| row.coding.is_err()), "{wrong:?}");
        let refused = |text: &str| rows(text).err().map(|error| error.to_string());
        for (header, expected) in [
            ("indicator,area,period", "add level or missing"),
            ("indicator,area,level", "column period is missing"),
            ("indicator,area,period,levle", "\"levle\" is not known"),
            ("indicator,area,period,level,level", "occurs twice"),
        ] {
            let message = refused(header).unwrap();
            assert!(message.contains(expected), "{header}: {message}");
        }
    }
}
