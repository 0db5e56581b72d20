//! Selections: what a reader asks for.
//!
//! *Invariant:* they hold names and periods that have their shape. Whether these exist is checked where the request is answered.

use crate::{
    AreaCode, AreaKind, AreaSelection, AsOf, CoderId, FrameworkRef, HistoryId, IndicatorId, MeasureId,
    NodeId, ObservationStatus, Period, Revision, SourceId,
};

/// How fresh a read must be, and the moment that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadAt {
    /// Wait until this revision is applied.
    pub min_revision: Revision,
    /// The moment.
    pub as_of: AsOf,
    /// The history that the revisions above belong to. Without it, a revision that may be of more than one is refused.
    pub history: Option<HistoryId>,
}

impl ReadAt {
    /// A read of this moment.
    pub fn moment(as_of: AsOf) -> Self {
        Self { as_of, ..Self::default() }
    }

    /// The newest revision that it names; zero if it names none.
    pub fn newest_named(&self) -> Revision {
        match self.as_of {
            AsOf::Revision(revision) => revision.max(self.min_revision),
            AsOf::Now | AsOf::Time(_) => self.min_revision,
        }
    }
}

/// Which observations. An empty selection takes all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObservationSelection {
    /// Only this indicator.
    pub indicator: Option<IndicatorId>,
    /// Only this area, or the countries of this group.
    pub area: Option<AreaSelection>,
    /// Only this source.
    pub source: Option<SourceId>,
    /// Only this period and later ones, of the same frequency.
    pub from: Option<Period>,
    /// Only this period and earlier ones, of the same frequency.
    pub to: Option<Period>,
    /// Only this status.
    pub status: Option<ObservationStatus>,
}

/// The scores of one area for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeSelection {
    /// By which framework.
    pub framework: FrameworkRef,
    /// Of which area.
    pub area: AreaCode,
    /// For which period.
    pub period: Period,
    /// Only these nodes; none means all.
    pub nodes: Vec<NodeId>,
}

/// Which scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreSelection {
    /// By which framework.
    pub framework: FrameworkRef,
    /// Of which areas; none means all that have data.
    pub areas: Vec<AreaSelection>,
    /// Only this period and later ones.
    pub from: Option<Period>,
    /// Only this period and earlier ones.
    pub to: Option<Period>,
    /// Only these nodes; none means all.
    pub nodes: Vec<NodeId>,
}

/// The scores of one area over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendSelection {
    /// By which framework.
    pub framework: FrameworkRef,
    /// Of which area.
    pub area: AreaCode,
    /// Of which nodes; none means the roots.
    pub nodes: Vec<NodeId>,
    /// The first period; none means the first with data.
    pub from: Option<Period>,
    /// The last period; none means the last with data.
    pub to: Option<Period>,
}

/// Which scores are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparisonSelection {
    /// By which framework.
    pub framework: FrameworkRef,
    /// Of which areas.
    pub areas: Vec<AreaSelection>,
    /// For which periods.
    pub periods: Vec<Period>,
    /// Of which nodes; none means all.
    pub nodes: Vec<NodeId>,
}

/// Which areas are ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankSelection {
    /// By the scores of which framework.
    pub framework: FrameworkRef,
    /// By which node; none means the first root.
    pub node: Option<NodeId>,
    /// For which period.
    pub period: Period,
    /// Among which areas.
    pub areas: Vec<AreaSelection>,
}

/// One score, to be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplanationSelection {
    /// By which framework.
    pub framework: FrameworkRef,
    /// Of which area.
    pub area: AreaCode,
    /// For which period.
    pub period: Period,
    /// Of which node; none means the roots.
    pub node: Option<NodeId>,
}

/// Which target report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSelection {
    /// By which framework.
    pub framework: FrameworkRef,
    /// For which period.
    pub period: Period,
    /// Over which areas.
    pub areas: Vec<AreaSelection>,
}

/// Which units of coding. An empty selection takes all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitSelection {
    /// Only of this indicator.
    pub indicator: Option<IndicatorId>,
    /// Only of this area, or of the countries of this group.
    pub area: Option<AreaSelection>,
    /// Only of this period and later ones, of the same frequency.
    pub from: Option<Period>,
    /// Only of this period and earlier ones, of the same frequency.
    pub to: Option<Period>,
}

/// Which codings. An empty selection takes all but those that were revised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodingSelection {
    /// Of which units.
    pub units: UnitSelection,
    /// Only of this coder.
    pub coder: Option<CoderId>,
    /// Only of rounds that were adjudicated, or only of those that were not.
    pub adjudicated: Option<bool>,
    /// Also those that their coders revised.
    pub superseded: bool,
}

/// Whose agreement on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementSelection {
    /// On this indicator.
    pub indicator: IndicatorId,
    /// Only of this area, or of the countries of this group.
    pub area: Option<AreaSelection>,
    /// Only of this period and later ones.
    pub from: Option<Period>,
    /// Only of this period and earlier ones.
    pub to: Option<Period>,
    /// Only of these coders, each once; none means all.
    pub coders: Vec<CoderId>,
}

/// Which practices. An empty selection takes all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PracticeSelection {
    /// Of this country or area, or of one of this group.
    pub area: Option<AreaSelection>,
    /// That bear on this domain.
    pub domain: Option<NodeId>,
    /// That bear on this indicator.
    pub indicator: Option<IndicatorId>,
    /// That bear on this measure.
    pub measure: Option<MeasureId>,
}

/// Which areas are listed. An empty selection takes all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AreaListSelection {
    /// That a code, a number or words of a name find.
    pub search: Option<String>,
    /// Of this kind.
    pub kind: Option<AreaKind>,
    /// That are members of this group.
    pub group: Option<AreaSelection>,
}

/// A framework to be compared with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComparedFramework {
    /// A published one.
    Published(FrameworkRef),
    /// A definition, in TOML.
    Definition(String),
}
