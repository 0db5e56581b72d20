//! Writing: the tally as observations, and the rows that it could not place.
//!
//! *Invariant:* the bytes depend on the tally alone. Lines end in a line feed; comments stand at the top, one `#` each.

use std::io;

use super::tally::{Sums, Tally};

/// The indicator that the observations are of.
pub const INDICATOR: &str = "migrant-casualties";
/// The source that they name.
pub const SOURCE: &str = "iom-missing-migrants";

const CITATION: &str = "IOM Missing Migrants Project";
const LIMITS: &str = "Routes to Europe only; injured people and victims of crime are not in the source";

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A comment could not be written.
    #[error("the comment at the top of the file cannot be written")]
    Comment(#[from] io::Error),
    /// A row could not be written.
    #[error("a row of the file cannot be written")]
    Row(#[from] csv::Error),
}

fn amount(sums: Sums) -> String {
    format!("rows {}, dead and missing {}", sums.rows, sums.dead_and_missing)
}

fn comments(mut out: impl io::Write, lines: &[String]) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "# {line}"))
}

const ORIGIN: [&str; 3] = [
    "Source: International Organization for Migration (IOM), Missing Migrants Project, https://missingmigrants.iom.int;",
    "  an extract of its incident list: routes to Europe (Mediterranean, Atlantic to the Canary Islands, Sahara, Balkans, ...)",
    "Licence: Creative Commons Attribution 4.0 International (CC BY 4.0)",
];

const READING: [&str; 10] = [
    "What it is not: figures for the world. Other routes are not in the extract, so that the sum of the rows is not IOM's",
    "  world figure, and a country's figure leaves out what happened there on other routes. All figures are minimum",
    "  estimates. No row means that the extract has no incident there, not that none happened.",
    "The indicator also asks for injured people and victims of crime; the source does not count them.",
    "How made: `tenseven sample dead-and-missing RAW.csv` adds up the column \"No. dead/missing\" by country of incident and",
    "  year. A row counts only if its country column is, as a whole, a country's name; the others stand in",
    "  dead-and-missing.unplaced.csv with their figures. The method of a row says how many incidents it is the sum of.",
    "  The country of incident is as the extract gives it; an incident at sea has the country of a coast.",
    "Rows with one Main ID have figures of their own and all count; a row repeated in every column would count once.",
    "The last year is provisional (status P): the list ends inside it. IOM revises earlier years as well.",
];

/// Writes the cells as observations, in the CSV that `tenseven push` reads.
pub fn write_observations(tally: &Tally, mut out: impl io::Write) -> Result<(), WriteError> {
    let mut lines = vec!["Dead and missing migrants by country of incident and year".to_owned()];
    lines.extend(ORIGIN.iter().chain(&READING).map(|&line| line.to_owned()));
    lines.push(format!("Read: {}", amount(tally.read())));
    lines.push(format!("Placed: {}", amount(tally.placed())));
    lines.push(format!("Not placed: {}", amount(tally.left())));
    comments(&mut out, &lines)?;
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record([
        "indicator",
        "area",
        "period",
        "source",
        "value",
        "status",
        "comment",
        "method",
        "citation",
    ])?;
    for cell in tally.cells() {
        let incidents = if cell.incidents == 1 { "incident" } else { "incidents" };
        let status = if tally.is_provisional(cell.year) { "P" } else { "" };
        rows.write_record([
            INDICATOR,
            cell.country.as_str(),
            &cell.year.to_string(),
            SOURCE,
            &cell.dead_and_missing.to_string(),
            status,
            LIMITS,
            &format!("dead + missing, {} {incidents}", cell.incidents),
            CITATION,
        ])?;
    }
    rows.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// Writes the rows that are in no cell, each with its line in the list, its figure and the reason.
pub fn write_unplaced(tally: &Tally, mut out: impl io::Write) -> Result<(), WriteError> {
    let mut lines = vec!["Rows of the incident list that dead-and-missing.csv does not count".to_owned()];
    lines.extend(ORIGIN.iter().map(|&line| line.to_owned()));
    lines.push(
        "How made: by the command that makes dead-and-missing.csv. line: of the list, its header being 1."
            .into(),
    );
    lines.push(format!("Not placed: {}", amount(tally.left())));
    comments(&mut out, &lines)?;
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record([
        "line",
        "main_id",
        "country_as_written",
        "year_as_written",
        "dead_and_missing",
        "reason",
    ])?;
    for row in tally.unplaced() {
        rows.write_record([
            &row.line.to_string(),
            &row.main_id,
            &row.country_as_written,
            &row.year_as_written,
            &row.dead_and_missing.map_or_else(String::new, |people| people.to_string()),
            &row.reason.to_string(),
        ])?;
    }
    rows.flush().map_err(csv::Error::from)?;
    Ok(())
}
