//! The entries of the three lists.

use tenseven_model::{Alpha3, IndicatorId, InstrumentId, MeasureId, NodeId, PracticeId};

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

/// What one or more countries do well, and what it can help others with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Its id: `mar-comprehensive-policy`.
    pub id: PracticeId,
    /// The countries, in the order of the list.
    pub areas: Vec<Alpha3>,
    /// What it is, in a few words.
    pub title: String,
    /// What is done there.
    pub description: String,
    /// Where that is written down.
    pub citation: String,
    /// The domains of `target-10-7` that it bears on.
    pub domains: Vec<NodeId>,
    /// The indicators of `target-10-7` that it bears on.
    pub indicators: Vec<IndicatorId>,
    /// The measures that it bears on.
    pub measures: Vec<MeasureId>,
}
