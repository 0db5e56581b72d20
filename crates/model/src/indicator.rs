//! Indicators: what is observed, in which kind of value and unit.

use std::{fmt, sync::Arc};

use crate::{
    CriterionId, IndicatorId, InstrumentId, LevelCode, MeasureId, Value, ValueKind, formula::Formula,
};

/// One step of a rubric.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The code that observations use.
    pub code: LevelCode,
    /// A short name for readers.
    pub label: String,
    /// What must be true for a coder to choose it.
    pub description: String,
    /// What it is worth by default; a framework's node may override it.
    pub score: f64,
}

/// The levels that a coder chooses from, lowest first. Never empty; codes are distinct. Cloning is cheap.
#[derive(Debug, Clone, PartialEq)]
pub struct Rubric {
    levels: Arc<[Level]>,
}

/// Why levels are no rubric.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RubricError {
    /// Fewer than two levels.
    #[error("a rubric needs at least two levels, from the lowest to the highest")]
    TooFew,
    /// The same code twice.
    #[error("level {0} occurs twice in the rubric")]
    Twice(LevelCode),
    /// A score is no finite number.
    #[error("level {0} has a score that is not finite")]
    Score(LevelCode),
}

impl Rubric {
    /// A rubric from its levels, lowest first.
    pub fn new(levels: Vec<Level>) -> Result<Self, RubricError> {
        if levels.len() < 2 {
            return Err(RubricError::TooFew);
        }
        for (index, level) in levels.iter().enumerate() {
            if levels[..index].iter().any(|earlier| earlier.code == level.code) {
                return Err(RubricError::Twice(level.code.clone()));
            }
            if !level.score.is_finite() {
                return Err(RubricError::Score(level.code.clone()));
            }
        }
        Ok(Self { levels: levels.into() })
    }

    /// The levels, lowest first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The index of a level; 0 is the lowest.
    pub fn place(&self, code: &LevelCode) -> Option<usize> {
        self.levels.iter().position(|level| level.code == *code)
    }
}

/// The kind of value that an indicator takes.
#[derive(Debug, Clone, PartialEq)]
pub enum IndicatorKind {
    /// A whole number of things, at least 0.
    Count,
    /// A number, within bounds where they are stated.
    Number {
        /// Lowest possible value.
        min: Option<f64>,
        /// Highest possible value.
        max: Option<f64>,
    },
    /// A part of a whole.
    Ratio,
    /// A level of a rubric.
    Rubric(Rubric),
    /// A policy that exists or does not.
    Flag,
}

impl IndicatorKind {
    /// The name that frameworks and messages use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Number { .. } => "number",
            Self::Ratio => "ratio",
            Self::Rubric(_) => "rubric",
            Self::Flag => "flag",
        }
    }

    /// The kind of value that observations of it carry.
    pub fn value_kind(&self) -> ValueKind {
        match self {
            Self::Count | Self::Number { .. } => ValueKind::Number,
            Self::Ratio => ValueKind::Ratio,
            Self::Rubric(_) => ValueKind::Level,
            Self::Flag => ValueKind::Flag,
        }
    }

    /// The rubric, where there is one.
    pub fn rubric(&self) -> Option<&Rubric> {
        match self {
            Self::Rubric(rubric) => Some(rubric),
            Self::Count | Self::Number { .. } | Self::Ratio | Self::Flag => None,
        }
    }
}

/// Why a value cannot be one of the indicator's.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueMismatch {
    /// The indicator is computed from others and takes no value.
    Computed {
        /// How.
        formula: String,
        /// What it is computed from.
        inputs: Vec<IndicatorId>,
    },
    /// Another kind of value.
    Kind {
        /// What the indicator takes.
        expected: ValueKind,
        /// What was given.
        found: ValueKind,
    },
    /// A count below zero.
    NegativeCount(f64),
    /// A count with a fraction.
    FractionalCount(f64),
    /// A count too large to be exact (above 2^53).
    HugeCount(f64),
    /// A number below the lowest possible value.
    BelowMin(f64, f64),
    /// A number above the highest possible value.
    AboveMax(f64, f64),
    /// A level that the rubric does not have, and those that it has.
    UnknownLevel(LevelCode, Vec<LevelCode>),
}

impl fmt::Display for ValueMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Computed { formula, inputs } => {
                write!(f, "the indicator is computed as {formula} and takes no value; push ")?;
                match inputs.split_last() {
                    None => write!(f, "what the scores that it reads are made from"),
                    Some((last, [])) => write!(f, "{last}"),
                    Some((last, others)) => {
                        let others: Vec<_> = others.iter().map(IndicatorId::as_str).collect();
                        write!(f, "{} and {last}", others.join(", "))
                    }
                }
            }
            Self::Kind { expected, found } => {
                write!(f, "the indicator takes a {expected}, but a {found} is given")
            }
            Self::NegativeCount(value) => write!(f, "the count {value} is negative; a count is at least 0"),
            Self::FractionalCount(value) => write!(f, "the count {value} is no whole number"),
            Self::HugeCount(value) => write!(f, "the count {value} is above 2^53 and cannot be exact"),
            Self::BelowMin(value, min) => write!(f, "{value} is below {min}, the lowest possible value"),
            Self::AboveMax(value, max) => write!(f, "{value} is above {max}, the highest possible value"),
            Self::UnknownLevel(level, known) => {
                let known: Vec<_> = known.iter().map(LevelCode::as_str).collect();
                write!(
                    f,
                    "{:?} is no level of the indicator's rubric; give one of {}",
                    level.as_str(),
                    known.join(", ")
                )
            }
        }
    }
}

impl std::error::Error for ValueMismatch {}

/// How the values of local units make a country's value where the country sends none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollUp {
    /// They are added up.
    Sum,
}

/// Something that is observed. Its position in a score is defined by a framework's node, not here.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its id, the same in every framework.
    pub id: IndicatorId,
    /// Its name for readers.
    pub name: String,
    /// What is counted or judged, and what is not.
    pub description: String,
    /// What its numbers count, as `persons`; empty for rubrics and flags.
    pub unit: String,
    /// The kind of value that it takes.
    pub kind: IndicatorKind,
    /// How it is computed from others; an indicator that is computed is never observed, and its kind is a number.
    pub formula: Option<Formula>,
    /// The indicator that this one is a part of, as deaths at sea are of all deaths.
    pub breakdown_of: Option<IndicatorId>,
    /// Whether the values of local units can be added up for their country.
    pub roll_up: Option<RollUp>,
    /// The criteria that it bears on.
    pub criteria: Vec<CriterionId>,
    /// The measures of the catalogue that it reflects.
    pub measures: Vec<MeasureId>,
    /// The guidance that it rests on.
    pub instruments: Vec<InstrumentId>,
}

/// Largest count that a float holds exactly, 2^53.
const COUNT_MAX: f64 = 9_007_199_254_740_992.0;

impl Indicator {
    /// Whether `value` can be a value of this indicator. A missing value always can, but of one that is computed, which
    /// takes no value at all.
    pub fn check(&self, value: &Value) -> Result<(), ValueMismatch> {
        if let Some(formula) = &self.formula {
            let mut inputs: Vec<_> = formula.expression.reads().0.into_iter().cloned().collect();
            inputs.sort_unstable();
            inputs.dedup();
            return Err(ValueMismatch::Computed { formula: formula.text.clone(), inputs });
        }
        match (&self.kind, value) {
            (_, Value::Missing(_))
            | (IndicatorKind::Ratio, Value::Ratio(_))
            | (IndicatorKind::Flag, Value::Flag(_)) => Ok(()),
            (IndicatorKind::Count, Value::Number(number)) => match number.get() {
                count if count < 0.0 => Err(ValueMismatch::NegativeCount(count)),
                count if count > COUNT_MAX => Err(ValueMismatch::HugeCount(count)),
                count if count.fract() != 0.0 => Err(ValueMismatch::FractionalCount(count)),
                _ => Ok(()),
            },
            (IndicatorKind::Number { min, max }, Value::Number(number)) => {
                let value = number.get();
                match (min, max) {
                    (Some(min), _) if value < *min => Err(ValueMismatch::BelowMin(value, *min)),
                    (_, Some(max)) if value > *max => Err(ValueMismatch::AboveMax(value, *max)),
                    _ => Ok(()),
                }
            }
            (IndicatorKind::Rubric(rubric), Value::Level(level)) => match rubric.place(level) {
                Some(_) => Ok(()),
                None => Err(ValueMismatch::UnknownLevel(
                    level.clone(),
                    rubric.levels().iter().map(|known| known.code.clone()).collect(),
                )),
            },
            (kind, value) => Err(ValueMismatch::Kind { expected: kind.value_kind(), found: value.kind() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MissingReason, Number, Ratio};

    fn indicator(kind: IndicatorKind) -> Indicator {
        Indicator {
            id: "x".parse().unwrap(),
            name: String::new(),
            description: String::new(),
            unit: String::new(),
            kind,
            formula: None,
            breakdown_of: None,
            roll_up: None,
            criteria: Vec::new(),
            measures: Vec::new(),
            instruments: Vec::new(),
        }
    }

    fn number(value: f64) -> Value {
        Value::Number(Number::try_from(value).unwrap())
    }

    fn level(code: &str, score: f64) -> Level {
        Level { code: code.parse().unwrap(), label: String::new(), description: String::new(), score }
    }

    #[test]
    fn a_count_is_a_whole_number_that_a_float_holds_exactly() {
        let count = indicator(IndicatorKind::Count);
        assert_eq!(count.check(&number(0.0)), Ok(()));
        assert_eq!(count.check(&number(COUNT_MAX)), Ok(()));
        assert_eq!(count.check(&number(-1.0)), Err(ValueMismatch::NegativeCount(-1.0)));
        assert_eq!(count.check(&number(1.5)), Err(ValueMismatch::FractionalCount(1.5)));
        assert_eq!(count.check(&number(1e300)), Err(ValueMismatch::HugeCount(1e300)));
    }

    #[test]
    fn a_number_stays_within_its_bounds_which_are_allowed_themselves() {
        let bounded = indicator(IndicatorKind::Number { min: Some(-1.0), max: Some(1.0) });
        assert_eq!(bounded.check(&number(-1.0)), Ok(()));
        assert_eq!(bounded.check(&number(1.0)), Ok(()));
        assert_eq!(bounded.check(&number(-1.5)), Err(ValueMismatch::BelowMin(-1.5, -1.0)));
        assert_eq!(bounded.check(&number(1.5)), Err(ValueMismatch::AboveMax(1.5, 1.0)));
    }

    #[test]
    fn each_kind_takes_its_own_values_and_missing_ones() {
        let rubric = Rubric::new(vec![level("no", 0.0), level("yes", 1.0)]).unwrap();
        let values = [
            number(1.0),
            Value::Flag(true),
            Value::Level("yes".parse().unwrap()),
            Value::Ratio(Ratio::new(1.0, 2.0).unwrap()),
        ];
        for (kind, taken) in [
            (IndicatorKind::Count, 0),
            (IndicatorKind::Number { min: None, max: None }, 0),
            (IndicatorKind::Flag, 1),
            (IndicatorKind::Rubric(rubric), 2),
            (IndicatorKind::Ratio, 3),
        ] {
            let indicator = indicator(kind);
            for (index, value) in values.iter().enumerate() {
                assert_eq!(
                    indicator.check(value).is_ok(),
                    index == taken,
                    "{:?} of {:?}",
                    value,
                    indicator.kind
                );
            }
            assert_eq!(indicator.check(&Value::Missing(MissingReason::NotCollected)), Ok(()));
        }
    }

    #[test]
    fn what_is_computed_takes_no_value_and_names_its_inputs() {
        let mut computed = indicator(IndicatorKind::Number { min: None, max: None });
        computed.formula = Some("[b] / [a] + [b]".parse().unwrap());
        for value in [number(1.0), Value::Missing(MissingReason::NotCollected)] {
            let message = computed.check(&value).unwrap_err().to_string();
            assert_eq!(
                message,
                "the indicator is computed as [b] / [a] + [b] and takes no value; push a and b"
            );
        }
    }

    #[test]
    fn an_unknown_level_is_refused_with_those_that_there_are() {
        let rubric = Rubric::new(vec![level("no", 0.0), level("yes", 1.0)]).unwrap();
        let refused = indicator(IndicatorKind::Rubric(rubric)).check(&Value::Level("maybe".parse().unwrap()));
        let message = refused.unwrap_err().to_string();
        assert_eq!(message, "\"maybe\" is no level of the indicator's rubric; give one of no, yes");
    }

    #[test]
    fn a_rubric_has_at_least_two_distinct_levels_with_finite_scores() {
        assert_eq!(Rubric::new(vec![level("no", 0.0)]), Err(RubricError::TooFew));
        let twice = Rubric::new(vec![level("no", 0.0), level("no", 1.0)]);
        assert_eq!(twice, Err(RubricError::Twice("no".parse().unwrap())));
        let infinite = Rubric::new(vec![level("no", 0.0), level("yes", f64::INFINITY)]);
        assert_eq!(infinite, Err(RubricError::Score("yes".parse().unwrap())));
    }
}
