//! What single operations cost, in units of about a nanosecond.
//!
//! Measured with `cargo bench -p tenseven-engine -- cost` and rounded; only proportions matter.

/// A slot of a column is filled, or copied to another column.
pub(super) const SLOT: f64 = 0.6;
/// A chunk of a column is listed once more, and once less.
pub(super) const LISTED: f64 = 10.0;
/// A range of cells is noted, made again and compared with what was there before.
pub(super) const RANGE: f64 = 60.0;
/// The observation that counts is found for an area and period, and read.
pub(super) const OBSERVATION: f64 = 75.0;
/// The observations of an indicator in an area are found.
pub(super) const SERIES: f64 = 60.0;
/// How many local units an area is counted with where their observations are added up. The observations themselves bound how
/// many there are.
pub(super) const LOCAL_UNITS: f64 = 30.0;
/// Room is made for what a formula reads at a cell.
pub(super) const FORMULA: f64 = 60.0;
/// A value is looked up by its id.
pub(super) const LOOK_UP: f64 = 30.0;
/// Numbers of a formula are gathered and added up.
pub(super) const GATHERED: f64 = 30.0;
/// An id is compared with another.
pub(super) const ID: f64 = 4.0;
/// A sum, a difference, a product, a comparison.
pub(super) const SIMPLE: f64 = 2.0;
/// A logarithm, an exponential function.
pub(super) const LOGARITHM: f64 = 12.0;
/// A power.
pub(super) const POWER: f64 = 35.0;
/// A number is compared or changed in a loop that has no branches.
pub(super) const LANE: f64 = 0.5;
/// A part in which two areas are compared with each other.
pub(super) const PAIR: f64 = 8.0;
/// A number is taken out of a column.
pub(super) const NUMBER: f64 = 2.0;
/// A number is put in order, for each doubling of how many there are.
pub(super) const SORTED: f64 = 3.0;
/// A number is looked for among sorted ones, for each doubling of how many there are.
pub(super) const SEARCHED: f64 = 3.0;

/// How often a number doubles from 1.
pub(super) fn doublings(count: usize) -> f64 {
    (count.max(2) as f64).log2()
}
