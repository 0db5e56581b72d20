//! Precision: the decimals with which a number is published, and how it is rounded to them.
//!
//! *Invariant:* a rounded number is the one nearest to a decimal number with the stated decimals, so that numbers that are published alike are
//! the very same. A number that is equal to the middle between two ([`crate::equality`]) is rounded as the middle is.

use std::cmp::Ordering;

use crate::equality::Scale;

/// How far from the middle, as a part of the last decimal, a number is taken for it at most.
const MIDDLE: f64 = 1e-3;
/// From here on numbers have no decimals.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// What becomes of the middle between two decimal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// It goes away from 0.
    #[default]
    HalfUp,
    /// It goes to the one whose last digit is even.
    HalfEven,
}

impl Rounding {
    /// The name that frameworks and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HalfUp => "half-up",
            Self::HalfEven => "half-even",
        }
    }
}

/// The decimals with which a number is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    digits: u8,
    rounding: Rounding,
}

/// There are more decimals than a number can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is more than {max} decimals; write a whole number from 0 to {max}", max = Precision::DIGITS_MAX)]
pub struct PrecisionError(u32);

impl Precision {
    /// The most decimals there can be.
    pub const DIGITS_MAX: u8 = 12;

    /// This number of decimals.
    pub fn new(digits: u32, rounding: Rounding) -> Result<Self, PrecisionError> {
        match u8::try_from(digits) {
            Ok(digits) if digits <= Self::DIGITS_MAX => Ok(Self { digits, rounding }),
            _ => Err(PrecisionError(digits)),
        }
    }

    /// How many decimals.
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// How it is rounded to them.
    pub fn rounding(self) -> Rounding {
        self.rounding
    }

    /// The number as it is published.
    pub fn round(self, number: f64) -> f64 {
        let unit = 10.0_f64.powi(i32::from(self.digits));
        let size = number.abs() * unit;
        if !size.is_finite() || size >= WHOLE {
            return number;
        }
        let below = size.floor();
        let middle = below + 0.5;
        let is_middle = (size - middle).abs() <= MIDDLE && Scale::of([size]).is_same(size, middle);
        let place = if is_middle { Ordering::Equal } else { size.total_cmp(&middle) };
        let is_up = match (place, self.rounding) {
            (Ordering::Greater, _) | (Ordering::Equal, Rounding::HalfUp) => true,
            (Ordering::Less, _) => false,
            (Ordering::Equal, Rounding::HalfEven) => below % 2.0 > 0.0,
        };
        let whole = if is_up { below + 1.0 } else { below };
        (whole / unit).copysign(number) + 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(number: f64, digits: u32, rounding: Rounding) -> f64 {
        Precision::new(digits, rounding).unwrap().round(number)
    }

    #[test]
    fn a_tie_is_rounded_by_the_rule_however_it_was_added_up() {
        let mean = (0.1 + 0.2 + 0.3) / 6.0 * 0.25;
        for (number, digits, up, even) in [
            (2.5, 0, 3.0, 2.0),
            (3.5, 0, 4.0, 4.0),
            (-2.5, 0, -3.0, -2.0),
            (1.005, 2, 1.01, 1.0),
            (0.285, 2, 0.29, 0.28),
            (mean, 2, 0.03, 0.02),
            (0.962_49, 3, 0.962, 0.962),
            (0.962_51, 3, 0.963, 0.963),
            (-0.000_4, 3, 0.0, 0.0),
        ] {
            let found = [Rounding::HalfUp, Rounding::HalfEven].map(|rule| rounded(number, digits, rule));
            assert_eq!(
                found.map(f64::to_bits),
                [up, even].map(f64::to_bits),
                "{number} to {digits}: {found:?}"
            );
        }
    }

    #[test]
    fn numbers_without_decimals_and_large_ones_stay() {
        for number in [0.0, 1e300, -1e17, 9_007_199_254_740_993.0, 123_456_789_012.3] {
            assert_eq!(rounded(number, 3, Rounding::HalfUp).to_bits(), number.to_bits());
        }
        assert_eq!(Precision::new(13, Rounding::HalfUp), Err(PrecisionError(13)));
    }
}
