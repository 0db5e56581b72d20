//! Cells: what is known of one key.

use tenseven_model::{ObservationStatus, Revision, SourceId, Value, ValueRef};

/// The current observation of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub value: Value,
    /// The quality of the value.
    pub status: ObservationStatus,
    /// The revision that accepted it.
    pub revision: Revision,
    /// Whether a comment, a method or evidence goes with it. The panel keeps no texts.
    pub noted: bool,
}

/// A cell where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellRef<'a> {
    /// What it says.
    pub value: ValueRef<'a>,
    /// The quality of the value.
    pub status: ObservationStatus,
    /// The revision that accepted it.
    pub revision: Revision,
    /// Whether a comment, a method or evidence goes with it.
    pub noted: bool,
}

impl From<CellRef<'_>> for Cell {
    fn from(cell: CellRef<'_>) -> Self {
        let CellRef { value, status, revision, noted } = cell;
        Self { value: value.into(), status, revision, noted }
    }
}

/// A cell and who reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sourced<'a> {
    /// Who reported it.
    pub source: &'a SourceId,
    /// What was reported.
    pub cell: CellRef<'a>,
}
