//! The entries of the lists of measures and instruments; practices are the model's.

use tenseven_model::{InstrumentId, MeasureId};

/// Something that a state does about migration and that indicators reflect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Its id: `managing-borders`.
    pub id: MeasureId,
    /// Its name for readers.
    pub label: String,
    /// What belongs to it.
    pub description: String,
    /// Where it is asked for.
    pub citation: String,
}

/// Guidance that an indicator can cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// Its id: `gfmd`.
    pub id: InstrumentId,
    /// Its name for readers.
    pub label: String,
    /// What it is.
    pub description: String,
    /// Where it is found.
    pub citation: String,
}
