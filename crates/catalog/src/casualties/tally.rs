//! Adding up: which rows count, where, and what becomes of the others.
//!
//! *Invariant:* each row read adds to exactly one cell or to the unplaced list. Cells are in order of country and
//! year, unplaced rows in the order of the list.

use std::{
    collections::{BTreeMap, HashMap},
    fmt, io,
};

use tenseven_model::{Alpha3, Period};

use super::{
    place::AreaNames,
    reader::{AggregateError, Row, rows},
};

/// Dead and missing in one country and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The country of incident.
    pub country: Alpha3,
    /// The year of incident.
    pub year: Period,
    /// People found dead or reported missing.
    pub dead_and_missing: u64,
    /// Rows of the list that the figure is the sum of.
    pub incidents: u64,
}

/// Why a row is in no cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Every column is as in the earlier row on this line.
    Repeats(u64),
    /// The year is no year.
    Year,
    /// The figure, or a part of it, is no whole number; or the figure is negative. The column and what stands there.
    Count(&'static str, String),
    /// The figure is not the sum of its parts.
    DoesNotAddUp {
        /// Found dead.
        dead: i64,
        /// Reported missing.
        missing: i64,
    },
    /// The country column names no country that is known by exactly this name.
    Country,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeats(line) => write!(f, "repeats line {line} in every column"),
            Self::Year => f.write_str("the year is no calendar year"),
            Self::Count(column, text) => write!(f, "{column} is {text:?} and not a whole number of people"),
            Self::DoesNotAddUp { dead, missing } => {
                write!(f, "the figure is not the sum of {dead} dead and {missing} missing")
            }
            Self::Country => f.write_str("no country has exactly this name"),
        }
    }
}

/// A row that is in no cell, with what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The line of the list that the row starts on, the header's being 1.
    pub line: u64,
    /// Its `Main ID`; parts of one event share it.
    pub main_id: String,
    /// Its country of incident, as written.
    pub country_as_written: String,
    /// Its year, as written.
    pub year_as_written: String,
    /// Its figure; none if that cannot be read.
    pub dead_and_missing: Option<u64>,
    /// Why it is in no cell.
    pub reason: Reason,
}

/// How much a set of rows comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Rows.
    pub rows: u64,
    /// People found dead or reported missing, over the rows whose figure can be read.
    pub dead_and_missing: u64,
}

impl Sums {
    fn add(&mut self, people: u64) {
        self.rows += 1;
        self.dead_and_missing += people;
    }
}

/// What the list comes to: [`Self::placed`] + [`Self::left`] = [`Self::read`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    cells: Vec<Cell>,
    unplaced: Vec<Unplaced>,
    read: Sums,
    last_year: Option<Period>,
}

impl Tally {
    /// The figures, by country, then year. No cell means that the list has no incident there, not that none happened.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The rows that are in no cell, in the order of the list.
    pub fn unplaced(&self) -> &[Unplaced] {
        &self.unplaced
    }

    /// What was read, counted row by row before anything was placed.
    pub fn read(&self) -> Sums {
        self.read
    }

    /// What is in the cells.
    pub fn placed(&self) -> Sums {
        self.cells.iter().fold(Sums::default(), |sums, cell| Sums {
            rows: sums.rows + cell.incidents,
            dead_and_missing: sums.dead_and_missing + cell.dead_and_missing,
        })
    }

    /// What is in no cell.
    pub fn left(&self) -> Sums {
        let mut sums = Sums::default();
        for row in &self.unplaced {
            sums.add(row.dead_and_missing.unwrap_or(0));
        }
        sums
    }

    /// Whether figures of `year` are provisional: it is the last year that occurs in the list.
    pub fn is_provisional(&self, year: Period) -> bool {
        self.last_year == Some(year)
    }
}

/// Adds up the incident list `raw`, a CSV in UTF-8 with a header, by country of incident and year.
///
/// Memory grows with the list, which is kept until the end to recognise repeated rows; do not feed it from a network.
///
/// # Errors
/// If the header lacks a column or names it twice, or the text cannot be read as CSV. A row that cannot be placed is
/// no error; see [`Tally::unplaced`].
pub fn aggregate<R: io::Read>(mut raw: R, areas: &impl AreaNames) -> Result<Tally, AggregateError> {
    let mut text = Vec::new();
    raw.read_to_end(&mut text).map_err(csv::Error::from)?;
    let mut tally = Tally::default();
    let mut cells: BTreeMap<(Alpha3, Period), Sums> = BTreeMap::new();
    let mut seen: HashMap<Vec<String>, u64> = HashMap::new();
    for row in rows(&text)? {
        let row = row?;
        let people = people(row.dead_and_missing());
        let year = year(row.year());
        tally.read.add(people.unwrap_or(0));
        tally.last_year = tally.last_year.max(year);
        let first = *seen.entry(row.cells()).or_insert(row.line);
        let placed = if first == row.line { place(&row, year, areas) } else { Err(Reason::Repeats(first)) };
        match placed {
            Ok((key, people)) => cells.entry(key).or_default().add(people),
            Err(reason) => tally.unplaced.push(Unplaced {
                line: row.line,
                main_id: row.main_id().to_owned(),
                country_as_written: row.country().to_owned(),
                year_as_written: row.year().to_owned(),
                dead_and_missing: people,
                reason,
            }),
        }
    }
    tally.cells = cells
        .into_iter()
        .map(|((country, year), sums)| Cell {
            country,
            year,
            dead_and_missing: sums.dead_and_missing,
            incidents: sums.rows,
        })
        .collect();
    Ok(tally)
}

type Placed = ((Alpha3, Period), u64);

/// The cell that a row belongs to and the people that it adds.
fn place(row: &Row, year: Option<Period>, areas: &impl AreaNames) -> Result<Placed, Reason> {
    let year = year.ok_or(Reason::Year)?;
    let total = row.dead_and_missing();
    let people = people(total).ok_or_else(|| Reason::Count("No. dead/missing", total.to_owned()))?;
    let part = |column, text: &str| part(text).ok_or_else(|| Reason::Count(column, text.to_owned()));
    let (dead, missing) = (part("No. dead", row.dead())?, part("No. missing", row.missing())?);
    if dead.checked_add(missing).and_then(|sum| u64::try_from(sum).ok()) != Some(people) {
        return Err(Reason::DoesNotAddUp { dead, missing });
    }
    let country = areas.country_named(row.country().trim()).ok_or(Reason::Country)?;
    Ok(((country, year), people))
}

/// A calendar year. A `Period` of another frequency is none.
fn year(text: &str) -> Option<Period> {
    text.trim().parse::<u16>().ok().and_then(|year| Period::year(year).ok())
}

/// A number of people as the list writes it; small enough that sums of many rows stay exact.
fn people(text: &str) -> Option<u64> {
    text.trim().parse::<u32>().ok().map(u64::from)
}

/// A part of the figure: the list leaves it empty or writes `NA` where it knows of nobody.
fn part(text: &str) -> Option<i64> {
    match text.trim() {
        "" | "NA" => Some(0),
        text => text.parse::<i32>().ok().map(i64::from),
    }
}
