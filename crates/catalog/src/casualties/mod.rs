//! Dead and missing migrants per country and year, from the IOM Missing Migrants Project's list of incidents.
//!
//! [`aggregate`] reads the list, places each row in a country by its exact name, and adds up; [`write_observations`]
//! and [`write_unplaced`] write the two files of the sample. The same list and the same names give the same bytes.
//!
//! *Invariant:* every row read is either placed or listed as [`Unplaced`] with its figure and the [`Reason`], so that
//! placed + unplaced = read, in rows and in people. Nothing is dropped and nothing is guessed: a row is placed by what
//! stands in its country column, never by its coordinates, its location text or a part of a name.
//!
//! How the list's peculiarities are taken:
//!
//! - *Country.* White space around a name does not matter; everything else does. Codes are no names, so that `NA`
//!   (no value) is not Namibia, whose ISO 3166-1 alpha-2 code it is.
//! - *Counts.* The figure is `No. dead/missing`. It must be a whole number of at least 0 and equal `No. dead` +
//!   `No. missing`, where `NA` and an empty cell are 0. `No. missing` may be negative: the list books bodies that were
//!   found later against the missing of the same incident. What cannot be read or does not add up is listed.
//! - *Several rows with one `Main ID`.* They are parts of one event with places and figures of their own (each has its
//!   own `Incident ID`); all count. Only a row that repeats an earlier one in every column is a copy; it is listed.
//! - *Split incidents.* A row whose `Incident ID` lists several incidents has their common figure; it counts once.
//! - *Provisional.* The last year that occurs in the list is provisional: the list may end inside it.
//!
//! Not done here: finding the list, and choosing where the files go (the `sample` command does both).

mod place;
mod reader;
mod tally;
mod write;

pub use place::AreaNames;
pub use reader::AggregateError;
pub use tally::{Cell, Reason, Sums, Tally, Unplaced, aggregate};
pub use write::{INDICATOR, SOURCE, WriteError, write_observations, write_unplaced};

#[cfg(test)]
mod tests;
