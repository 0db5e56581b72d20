//! Errors for ids that do not exist.

use std::fmt;

use tenseven_model::{
    AreaCode, FrameworkRef, IndicatorId, InstrumentId, MeasureId, NodeId, PracticeId, Revision,
};

/// No such framework or version is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFramework {
    /// The requested id.
    pub framework: FrameworkRef,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// No published framework has such an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownIndicator {
    /// The requested id.
    pub indicator: IndicatorId,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// No such country, area or group exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownArea {
    /// The requested id.
    pub area: AreaCode,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// Observations of a local unit would be scored nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{area} is a local unit, and no framework adds up what is observed of {indicator} in local units (roll_up); send one observation of the whole area"
)]
pub struct NotAddedUp {
    /// The local unit.
    pub area: AreaCode,
    /// The indicator.
    pub indicator: IndicatorId,
}

/// The framework has no such node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownNode {
    /// The requested id.
    pub node: NodeId,
    /// The framework that lacks it.
    pub framework: FrameworkRef,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

fn suggest(f: &mut fmt::Formatter<'_>, suggestion: Option<&String>) -> fmt::Result {
    suggestion.map_or(Ok(()), |suggestion| write!(f, "; did you mean {suggestion}?"))
}

impl fmt::Display for UnknownFramework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "framework {} is not published", self.framework)?;
        suggest(f, self.suggestion.as_ref())
    }
}

impl fmt::Display for UnknownIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no published framework has the indicator {}", self.indicator)?;
        suggest(f, self.suggestion.as_ref())
    }
}

impl fmt::Display for UnknownArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.area {
            AreaCode::Group(_) => write!(f, "the UN's standard M49 has no group {}", self.area)?,
            AreaCode::Country(_) | AreaCode::Local(..) => {
                write!(f, "there is no country or area {}", self.area)?;
            }
        }
        suggest(f, self.suggestion.as_ref())
    }
}

impl fmt::Display for UnknownNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no node of {}", self.node, self.framework)?;
        suggest(f, self.suggestion.as_ref())
    }
}

impl std::error::Error for UnknownNode {}
impl std::error::Error for UnknownFramework {}
impl std::error::Error for UnknownIndicator {}
impl std::error::Error for UnknownArea {}

/// No published framework has such a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownDomain {
    /// The requested id.
    pub domain: NodeId,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// The catalogue has no such measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMeasure {
    /// The requested id.
    pub measure: MeasureId,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// The catalogue has no such instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownInstrument {
    /// The requested id.
    pub instrument: InstrumentId,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// There is no such practice, or not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPractice {
    /// The requested id.
    pub practice: PracticeId,
    /// When it was withdrawn, and why; none if it never was there.
    pub withdrawn: Option<(Revision, String)>,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for UnknownDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no published framework has the domain {}", self.domain)?;
        suggest(f, self.suggestion.as_ref())
    }
}

impl fmt::Display for UnknownMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the catalogue has no measure {}", self.measure)?;
        suggest(f, self.suggestion.as_ref())
    }
}

impl fmt::Display for UnknownInstrument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the catalogue has no instrument {}", self.instrument)?;
        suggest(f, self.suggestion.as_ref())
    }
}

impl fmt::Display for UnknownPractice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((revision, reason)) = &self.withdrawn {
            return write!(f, "practice {} was withdrawn at revision {revision}: {reason}", self.practice);
        }
        write!(f, "there is no practice {}", self.practice)?;
        suggest(f, self.suggestion.as_ref())
    }
}

impl std::error::Error for UnknownDomain {}
impl std::error::Error for UnknownMeasure {}
impl std::error::Error for UnknownInstrument {}
impl std::error::Error for UnknownPractice {}
