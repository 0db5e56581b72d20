//! Codings: how coders rate units on rubrics, and the rules by which a curator makes one observation of them.

use std::fmt;

use crate::{
    AreaCode, CoderId, CuratorId, Evidence, IndicatorId, LevelCode, MissingReason, Period, Value,
    observation::{EVIDENCE_COUNT_MAX, TEXT_LENGTH_MAX},
};

/// What is rated: an indicator of an area for a period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    indicator: IndicatorId,
    area: AreaCode,
    period: Period,
}

/// Why parts are no unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// A group of countries cannot be rated.
    #[error("area {0} is a group; codings are about a country, area or local unit")]
    Group(AreaCode),
}

impl Unit {
    /// A unit; its area is a country, an area or a local unit.
    pub fn new(indicator: IndicatorId, area: AreaCode, period: Period) -> Result<Self, UnitError> {
        if matches!(area, AreaCode::Group(_)) {
            return Err(UnitError::Group(area));
        }
        Ok(Self { indicator, area, period })
    }

    /// What is rated.
    pub fn indicator(&self) -> &IndicatorId {
        &self.indicator
    }

    /// Where.
    pub fn area(&self) -> &AreaCode {
        &self.area
    }

    /// When.
    pub fn period(&self) -> Period {
        self.period
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { indicator, area, period } = self;
        write!(f, "{indicator} of {area} for {period}")
    }
}

/// The judgement of a coder on a unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Judgement {
    /// A level of the indicator's rubric.
    Level(LevelCode),
    /// That there is none, and why.
    Missing(MissingReason),
}

impl Judgement {
    /// The level, if it is one.
    pub fn level(&self) -> Option<&LevelCode> {
        match self {
            Self::Level(level) => Some(level),
            Self::Missing(_) => None,
        }
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(level) => f.write_str(level.as_str()),
            Self::Missing(reason) => write!(f, "missing ({reason})"),
        }
    }
}

impl From<Judgement> for Value {
    fn from(judgement: Judgement) -> Self {
        match judgement {
            Judgement::Level(level) => Self::Level(level),
            Judgement::Missing(reason) => Self::Missing(reason),
        }
    }
}

/// Why parts are no coding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodingError {
    /// The narrative is too long.
    #[error("the narrative has {0} characters; at most {TEXT_LENGTH_MAX} are allowed")]
    NarrativeTooLong(usize),
    /// Too much evidence.
    #[error("{0} pieces of evidence are given; at most {EVIDENCE_COUNT_MAX} are allowed")]
    TooMuchEvidence(usize),
}

/// One coder's rating of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    unit: Unit,
    coder: CoderId,
    judgement: Judgement,
    narrative: String,
    evidence: Vec<Evidence>,
}

impl Coding {
    /// A coding. The narrative gives the reasons, and may be empty.
    pub fn new(
        unit: Unit,
        coder: CoderId,
        judgement: Judgement,
        narrative: String,
        evidence: Vec<Evidence>,
    ) -> Result<Self, CodingError> {
        let length = narrative.chars().count();
        if length > TEXT_LENGTH_MAX {
            return Err(CodingError::NarrativeTooLong(length));
        }
        if evidence.len() > EVIDENCE_COUNT_MAX {
            return Err(CodingError::TooMuchEvidence(evidence.len()));
        }
        Ok(Self { unit, coder, judgement, narrative, evidence })
    }

    /// What is rated.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Who rates it.
    pub fn coder(&self) -> &CoderId {
        &self.coder
    }

    /// The judgement.
    pub fn judgement(&self) -> &Judgement {
        &self.judgement
    }

    /// Why; may be empty.
    pub fn narrative(&self) -> &str {
        &self.narrative
    }

    /// What it rests on.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// The bytes of all texts together.
    pub fn text_bytes(&self) -> usize {
        self.narrative.len() + self.evidence.iter().map(Evidence::text_bytes).sum::<usize>()
    }
}

/// Who calls, where that decides what is shown or allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Somebody who rates.
    Coder(CoderId),
    /// Somebody who decides between ratings.
    Curator(CuratorId),
}

/// Longest rationale of a decision, in characters.
pub const RATIONALE_LENGTH_MAX: usize = 1_000;

/// Why a text is no rationale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RationaleError {
    /// There is none.
    #[error("the rationale is empty; state why the curator decided so")]
    Empty,
    /// It is too long.
    #[error("the rationale has {0} characters; at most {RATIONALE_LENGTH_MAX} are allowed")]
    TooLong(usize),
}

/// Why a curator decided so: 1 to 1,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rationale(String);

impl Rationale {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Rationale {
    type Error = RationaleError;
    fn try_from(text: String) -> Result<Self, RationaleError> {
        match text.chars().count() {
            _ if text.trim().is_empty() => Err(RationaleError::Empty),
            length if length > RATIONALE_LENGTH_MAX => Err(RationaleError::TooLong(length)),
            _ => Ok(Self(text)),
        }
    }
}

/// By which rule codings became one observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdjudicationRule {
    /// The level in the middle, in the rubric's order.
    Median,
    /// The level that more than half of the codings with a level give.
    Majority,
    /// What the curator decided, and why.
    Decision {
        /// Why.
        rationale: Rationale,
    },
}

/// How a curator wants codings to become one observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// By [`AdjudicationRule::Median`].
    Median,
    /// By [`AdjudicationRule::Majority`].
    Majority,
    /// By [`AdjudicationRule::Decision`].
    Decision {
        /// The judgement for the observation.
        judgement: Judgement,
        /// Why.
        rationale: Rationale,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(area: &str) -> Result<Unit, UnitError> {
        Unit::new("access".parse().unwrap(), area.parse().unwrap(), "2020".parse().unwrap())
    }

    fn coding(narrative: String, evidence: usize) -> Result<Coding, CodingError> {
        let one = Evidence::new("Law 1".into(), String::new(), String::new()).unwrap();
        let judgement = Judgement::Level("basic".parse().unwrap());
        Coding::new(unit("MAR").unwrap(), "a".parse().unwrap(), judgement, narrative, vec![one; evidence])
    }

    #[test]
    fn a_group_is_no_unit() {
        assert!(unit("MAR/rabat").is_ok());
        assert!(matches!(unit("m49:015"), Err(UnitError::Group(_))));
    }

    #[test]
    fn a_decision_has_a_reason() {
        assert_eq!(Rationale::try_from(" ".to_owned()), Err(RationaleError::Empty));
        assert_eq!(Rationale::try_from("x".repeat(1_001)), Err(RationaleError::TooLong(1_001)));
        assert!(Rationale::try_from("x".repeat(1_000)).is_ok());
    }

    #[test]
    fn a_coding_has_bounds() {
        assert!(coding("x".repeat(4_000), 16).is_ok());
        assert_eq!(coding("x".repeat(4_001), 0), Err(CodingError::NarrativeTooLong(4_001)));
        assert_eq!(coding(String::new(), 17), Err(CodingError::TooMuchEvidence(17)));
    }
}
