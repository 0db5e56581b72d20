//! Output: what is printed, as a table for people, JSON or CSV for programs.
//!
//! *Invariant:* tables round and group digits; JSON and CSV carry every number in full. Standard output is written
//! through [`stdout`] alone.

pub(crate) mod access;
pub(crate) mod area;
pub(crate) mod audit;
pub(crate) mod coding;
pub(crate) mod comparison;
pub(crate) mod cost;
mod coverage_change;
pub(crate) mod difference;
mod document;
pub(crate) mod escape;
pub(crate) mod explanation;
mod explanation_parts;
mod explanation_tree;
pub(crate) mod framework;
pub(crate) mod indicator;
pub(crate) mod number;
pub(crate) mod observation;
pub(crate) mod practice;
pub(crate) mod practice_file;
pub(crate) mod practice_receipt;
mod printing;
pub(crate) mod publication;
pub(crate) mod ranks;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod retirement;
pub(crate) mod score;
pub(crate) mod score_change;
pub(crate) mod score_list;
pub(crate) mod stderr;
pub(crate) mod stdout;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod trend;
pub(crate) mod value;
pub(crate) mod versions;

pub(crate) use document::{Document, Format, Sheet, io_error, print};
pub(crate) use printing::{Digits, Printing};
pub(crate) use table::Table;
