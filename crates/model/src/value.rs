//! The values of observations.
//!
//! *Invariant:* every number is finite, and a missing value is a value with a reason. Which kind of value an
//! indicator takes is the indicator's knowledge ([`crate::Indicator::check`]).

use std::{fmt, str::FromStr};

use crate::LevelCode;

/// Why a number cannot be observed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NumberError {
    /// Not a number.
    #[error("the number is NaN; send a missing value with its reason instead")]
    NotANumber,
    /// Too large to be a number.
    #[error("the number is infinite; send a finite number")]
    Infinite,
}

/// A finite number. Minus zero is zero.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub struct Number(f64);

impl Number {
    /// The number as a float, never NaN or infinite.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The number's 64 bits.
    pub fn bits(self) -> u64 {
        self.0.to_bits()
    }

    /// The number with these bits; zero for bits that [`Self::bits`] never gives.
    pub fn from_bits(bits: u64) -> Self {
        Self::try_from(f64::from_bits(bits)).unwrap_or(Self(0.0))
    }
}

impl Eq for Number {}

impl TryFrom<f64> for Number {
    type Error = NumberError;
    fn try_from(number: f64) -> Result<Self, NumberError> {
        if number.is_nan() {
            Err(NumberError::NotANumber)
        } else if number.is_infinite() {
            Err(NumberError::Infinite)
        } else {
            Ok(Self(number + 0.0))
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Why two numbers are no ratio.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RatioError {
    /// One of the two is no finite number.
    #[error("the {part} is not usable: {error}")]
    Number {
        /// `numerator` or `denominator`.
        part: &'static str,
        /// What is wrong with it.
        #[source]
        error: NumberError,
    },
    /// The numerator is below zero.
    #[error("the numerator {0} is negative; a part of a whole is at least 0")]
    NegativeNumerator(f64),
    /// The denominator is zero or below.
    #[error(
        "the denominator {0} is not above 0; where the whole is empty, send missing with reason not applicable"
    )]
    DenominatorNotPositive(f64),
    /// The part is larger than the whole.
    #[error(
        "the numerator {numerator} is larger than the denominator {denominator}; a ratio is a part of a whole"
    )]
    AboveOne {
        /// The part.
        numerator: f64,
        /// The whole.
        denominator: f64,
    },
}

/// A part of a whole: 0 ≤ numerator ≤ denominator, denominator > 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    numerator: Number,
    denominator: Number,
}

impl Ratio {
    /// The ratio of `numerator` to `denominator`.
    pub fn new(numerator: f64, denominator: f64) -> Result<Self, RatioError> {
        let number =
            |part, value: f64| Number::try_from(value).map_err(|error| RatioError::Number { part, error });
        let (part, whole) = (number("numerator", numerator)?, number("denominator", denominator)?);
        if part.get() < 0.0 {
            return Err(RatioError::NegativeNumerator(numerator));
        }
        if whole.get() <= 0.0 {
            return Err(RatioError::DenominatorNotPositive(denominator));
        }
        if part.get() > whole.get() {
            return Err(RatioError::AboveOne { numerator, denominator });
        }
        Ok(Self { numerator: part, denominator: whole })
    }

    /// The part.
    pub fn numerator(self) -> f64 {
        self.numerator.get()
    }

    /// The whole.
    pub fn denominator(self) -> f64 {
        self.denominator.get()
    }

    /// Part over whole, between 0 and 1.
    pub fn share(self) -> f64 {
        self.numerator.get() / self.denominator.get()
    }
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingReason {
    /// The question does not arise for this area.
    NotApplicable,
    /// Nobody collected it.
    NotCollected,
    /// It exists and is not to be published.
    Confidential,
    /// It was collected and cannot be had.
    NotAvailable,
}

impl MissingReason {
    /// Every reason, in order.
    pub const ALL: [Self; 4] =
        [Self::NotApplicable, Self::NotCollected, Self::Confidential, Self::NotAvailable];

    /// The name that files and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::NotCollected => "not_collected",
            Self::Confidential => "confidential",
            Self::NotAvailable => "not_available",
        }
    }
}

impl fmt::Display for MissingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// No reason has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no reason for a missing value; give not_applicable, not_collected, confidential or not_available"
)]
pub struct MissingReasonError(String);

impl FromStr for MissingReason {
    type Err = MissingReasonError;
    fn from_str(text: &str) -> Result<Self, MissingReasonError> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or_else(|| MissingReasonError(text.to_owned()))
    }
}

/// The value of an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number in the indicator's unit.
    Number(Number),
    /// Whether a policy exists.
    Flag(bool),
    /// A level of the indicator's rubric.
    Level(LevelCode),
    /// A part of a whole.
    Ratio(Ratio),
    /// No value, and why.
    Missing(MissingReason),
}

/// A value that is kept elsewhere, as cheap to copy as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueRef<'a> {
    /// See [`Value::Number`].
    Number(Number),
    /// See [`Value::Flag`].
    Flag(bool),
    /// See [`Value::Level`].
    Level(&'a LevelCode),
    /// See [`Value::Ratio`].
    Ratio(Ratio),
    /// See [`Value::Missing`].
    Missing(MissingReason),
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Number(number) => Self::Number(*number),
            Value::Flag(flag) => Self::Flag(*flag),
            Value::Level(level) => Self::Level(level),
            Value::Ratio(ratio) => Self::Ratio(*ratio),
            Value::Missing(reason) => Self::Missing(*reason),
        }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Number(number) => Self::Number(number),
            ValueRef::Flag(flag) => Self::Flag(flag),
            ValueRef::Level(level) => Self::Level(level.clone()),
            ValueRef::Ratio(ratio) => Self::Ratio(ratio),
            ValueRef::Missing(reason) => Self::Missing(reason),
        }
    }
}

impl Value {
    /// Which of the five kinds of value this is.
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Number(_) => ValueKind::Number,
            Self::Flag(_) => ValueKind::Flag,
            Self::Level(_) => ValueKind::Level,
            Self::Ratio(_) => ValueKind::Ratio,
            Self::Missing(_) => ValueKind::Missing,
        }
    }
}

/// The five kinds of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// [`Value::Number`]
    Number,
    /// [`Value::Flag`]
    Flag,
    /// [`Value::Level`]
    Level,
    /// [`Value::Ratio`]
    Ratio,
    /// [`Value::Missing`]
    Missing,
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Level => "level",
            Self::Ratio => "ratio",
            Self::Missing => "missing",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_finite() {
        assert_eq!(Number::try_from(f64::NAN), Err(NumberError::NotANumber));
        assert_eq!(Number::try_from(f64::NEG_INFINITY), Err(NumberError::Infinite));
        assert_eq!(Number::try_from(-0.0).map(|zero| zero.get().is_sign_negative()), Ok(false));
    }

    #[test]
    fn a_ratio_is_a_part_of_a_whole() {
        assert_eq!(Ratio::new(1.0, 4.0).map(Ratio::share), Ok(0.25));
        assert_eq!(Ratio::new(0.0, 4.0).map(Ratio::share), Ok(0.0));
        assert_eq!(Ratio::new(5.0, 4.0), Err(RatioError::AboveOne { numerator: 5.0, denominator: 4.0 }));
        assert_eq!(Ratio::new(-1.0, 4.0), Err(RatioError::NegativeNumerator(-1.0)));
        assert_eq!(Ratio::new(0.0, 0.0), Err(RatioError::DenominatorNotPositive(0.0)));
        assert!(matches!(Ratio::new(1.0, f64::NAN), Err(RatioError::Number { part: "denominator", .. })));
    }

    #[test]
    fn every_missing_reason_is_read_back_from_its_name() {
        for reason in MissingReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
        }
        assert!("unknown".parse::<MissingReason>().is_err());
    }
}
