//! Periods: SDMX time periods, from a year to a month.
//!
//! *Invariant:* a [`Period`] is a stretch of the calendar that exists, written in one canonical way. Weeks, days and
//! free date ranges are not periods here: no indicator of migration governance is collected by them.

use std::{fmt, str::FromStr};

/// First year that can be named.
const YEAR_MIN: u16 = 1900;
/// Last year that can be named.
const YEAR_MAX: u16 = 2199;

/// How long a period is (SDMX `FREQ`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// A year: `2023`.
    Annual,
    /// Half a year: `2023-S1`.
    HalfYearly,
    /// A quarter: `2023-Q2`.
    Quarterly,
    /// A month: `2023-06`.
    Monthly,
}

impl Frequency {
    /// Periods in a year.
    pub fn periods_per_year(self) -> u16 {
        match self {
            Self::Annual => 1,
            Self::HalfYearly => 2,
            Self::Quarterly => 4,
            Self::Monthly => 12,
        }
    }

    /// How many periods of this length can be named.
    pub fn period_count(self) -> usize {
        usize::from(YEAR_MAX - YEAR_MIN + 1) * usize::from(self.periods_per_year())
    }

    /// The name that frameworks and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annual => "annual",
            Self::HalfYearly => "half-yearly",
            Self::Quarterly => "quarterly",
            Self::Monthly => "monthly",
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Frequency {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        [Self::Annual, Self::HalfYearly, Self::Quarterly, Self::Monthly]
            .into_iter()
            .find(|frequency| frequency.as_str() == text)
            .ok_or_else(|| PeriodError::Frequency(text.to_owned()))
    }
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The text has no shape that is known.
    #[error(
        "period {0:?} is no SDMX time period; give a year (2023), half-year (2023-S1), quarter (2023-Q2) or month (2023-06)"
    )]
    Shape(String),
    /// The year is too far away.
    #[error("period {0:?}: the year must lie between {YEAR_MIN} and {YEAR_MAX}")]
    Year(String),
    /// There is no such part of the year.
    #[error("period {text:?}: a year has {parts} such periods")]
    Part {
        /// The text as given.
        text: String,
        /// How many there are.
        parts: u16,
    },
    /// No frequency has this name.
    #[error("{0:?} is no frequency; give annual, half-yearly, quarterly or monthly")]
    Frequency(String),
}

/// A stretch of time that an observation or a score is about. Ordered by frequency, then time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    frequency: Frequency,
    /// Periods of this frequency since the start of year 0.
    index: u32,
}

impl Period {
    /// The year `year`.
    pub fn year(year: u16) -> Result<Self, PeriodError> {
        Self::part_of_year(&year.to_string(), year, Frequency::Annual, 1)
    }

    /// A number that sorts as the period does: the frequency's place, then the period's. Persisted in checkpoints; must
    /// stay stable.
    pub fn code(self) -> u32 {
        let frequency = match self.frequency {
            Frequency::Annual => 0,
            Frequency::HalfYearly => 1,
            Frequency::Quarterly => 2,
            Frequency::Monthly => 3,
        };
        frequency << 16 | self.index
    }

    /// The period with this number; none if there is no such period.
    pub fn from_code(code: u32) -> Option<Self> {
        let frequency = match code >> 16 {
            0 => Frequency::Annual,
            1 => Frequency::HalfYearly,
            2 => Frequency::Quarterly,
            3 => Frequency::Monthly,
            _ => return None,
        };
        let (index, parts) = (code & 0xffff, u32::from(frequency.periods_per_year()));
        let exists = (u32::from(YEAR_MIN)..=u32::from(YEAR_MAX)).contains(&(index / parts));
        exists.then_some(Self { frequency, index })
    }

    /// How long the period is.
    pub fn frequency(self) -> Frequency {
        self.frequency
    }

    /// Whether it lies between two periods, both included. A bound of another frequency matches nothing.
    pub fn is_within(self, from: Option<Self>, to: Option<Self>) -> bool {
        from.is_none_or(|from| from.frequency == self.frequency && self >= from)
            && to.is_none_or(|to| to.frequency == self.frequency && self <= to)
    }

    /// The period `count` periods of the same frequency later; none after the last year that can be named.
    pub fn later(self, count: u32) -> Option<Self> {
        let end = (u32::from(YEAR_MAX) + 1) * u32::from(self.frequency.periods_per_year());
        let index = self.index.checked_add(count).filter(|index| *index < end)?;
        Some(Self { index, ..self })
    }

    /// The period `count` periods of the same frequency earlier; none before the first year that can be named.
    pub fn earlier(self, count: u32) -> Option<Self> {
        let first = u32::from(YEAR_MIN) * u32::from(self.frequency.periods_per_year());
        let index = self.index.checked_sub(count).filter(|index| *index >= first)?;
        Some(Self { index, ..self })
    }

    /// How many periods lie between this one and `later`; none if the frequencies differ or `later` is earlier.
    pub fn periods_until(self, later: Self) -> Option<u32> {
        if self.frequency != later.frequency {
            return None;
        }
        later.index.checked_sub(self.index)
    }

    fn part_of_year(text: &str, year: u16, frequency: Frequency, part: u16) -> Result<Self, PeriodError> {
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(PeriodError::Year(text.to_owned()));
        }
        let parts = frequency.periods_per_year();
        if !(1..=parts).contains(&part) {
            return Err(PeriodError::Part { text: text.to_owned(), parts });
        }
        Ok(Self { frequency, index: u32::from(year) * u32::from(parts) + u32::from(part - 1) })
    }
}

fn digits(text: &str, count: usize) -> Option<u16> {
    let shape = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    shape.then(|| text.parse().ok()).flatten()
}

impl FromStr for Period {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let shape = || PeriodError::Shape(text.to_owned());
        let (year, part) = match text.split_once('-') {
            None => (text, "A1"),
            Some(parts) => parts,
        };
        let year = digits(year, 4).ok_or_else(shape)?;
        let (frequency, part) = match part.split_at_checked(1) {
            Some(("A", part)) => (Frequency::Annual, digits(part, 1)),
            Some(("S", part)) => (Frequency::HalfYearly, digits(part, 1)),
            Some(("Q", part)) => (Frequency::Quarterly, digits(part, 1)),
            Some(("M", part)) => (Frequency::Monthly, digits(part, 2)),
            _ => (Frequency::Monthly, digits(part, 2)),
        };
        Self::part_of_year(text, year, frequency, part.ok_or_else(shape)?)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = u32::from(self.frequency.periods_per_year());
        let (year, part) = (self.index / parts, self.index % parts + 1);
        match self.frequency {
            Frequency::Annual => f.pad(&year.to_string()),
            Frequency::HalfYearly => write!(f, "{year}-S{part}"),
            Frequency::Quarterly => write!(f, "{year}-Q{part}"),
            Frequency::Monthly => write!(f, "{year}-{part:02}"),
        }
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn sdmx_forms_come_back_in_their_canonical_writing() {
        for (given, canonical) in [
            ("2023", "2023"),
            ("2023-A1", "2023"),
            ("2023-S2", "2023-S2"),
            ("2023-Q4", "2023-Q4"),
            ("2023-06", "2023-06"),
            ("2023-M06", "2023-06"),
        ] {
            assert_eq!(period(given).to_string(), canonical);
        }
    }

    #[test]
    fn refuses_what_is_no_period() {
        for bad in [
            "",
            "23",
            "2023-",
            "2023-Q5",
            "2023-Q0",
            "2023-13",
            "2023-00",
            "2023-W01",
            "2023-06-01",
            "1899",
            "2200",
            "2023-6",
            "²023",
            "2023-é",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn counts_periods_across_years() {
        assert_eq!(period("2019-Q4").periods_until(period("2021-Q1")), Some(5));
        assert_eq!(period("2021").periods_until(period("2020")), None);
        assert_eq!(period("2021").periods_until(period("2022-Q1")), None);
        assert_eq!(period("2019-12").later(1), Some(period("2020-01")));
        assert_eq!(period("2199-12").later(1), None);
    }

    proptest! {
        #[test]
        fn numbers_sort_as_their_periods_do_and_no_other_number_is_one(a: u32, b: u32) {
            // Most numbers of 32 bits are far too large to be one.
            for code in [a, a % 0x0004_0000] {
                let found = Period::from_code(code);
                prop_assert!(found.is_none_or(|period| period.code() == code));
                if let (Some(one), Some(other)) = (found, Period::from_code(b % 0x0004_0000)) {
                    prop_assert_eq!(one.cmp(&other), one.code().cmp(&other.code()));
                }
            }
        }

        #[test]
        fn every_period_is_read_back_from_its_writing(year in YEAR_MIN..=YEAR_MAX, part in 0u16..12, which in 0usize..4) {
            let frequency = [Frequency::Annual, Frequency::HalfYearly, Frequency::Quarterly, Frequency::Monthly][which];
            let made = Period::part_of_year("", year, frequency, part % frequency.periods_per_year() + 1).unwrap();
            prop_assert_eq!(made.to_string().parse::<Period>(), Ok(made));
            prop_assert!(made.to_string().starts_with(&year.to_string()));
            prop_assert_eq!(Period::from_code(made.code()), Some(made));
        }
    }
}
