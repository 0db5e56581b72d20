//! Cells: what is known of one key.

use tenseven_model::{NotesFingerprint, ObservationStatus, Revision, SourceId, Value, ValueRef};

/// The current observation of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub value: Value,
    /// The quality of the value.
    pub status: ObservationStatus,
    /// The revision that accepted it.
    pub revision: Revision,
    /// The fingerprint of its comment, method and evidence; none without any of them. The panel keeps no texts.
    pub notes: Option<NotesFingerprint>,
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
    /// The fingerprint of its comment, method and evidence; none without any of them.
    pub notes: Option<NotesFingerprint>,
}

impl From<CellRef<'_>> for Cell {
    fn from(cell: CellRef<'_>) -> Self {
        let CellRef { value, status, revision, notes } = cell;
        Self { value: value.into(), status, revision, notes }
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
