//! How scores are printed: in which format, and in tables with how many decimals.

use super::{Format, number};

/// What every command that prints scores takes.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Printing {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Decimals of numbers in tables, from 0 to 12; at least four digits of each number without it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=12))]
    digits: Option<u8>,
}

impl Printing {
    /// How many decimals tables have.
    pub(crate) fn digits(self) -> Digits {
        Digits(self.digits)
    }
}

/// How many decimals numbers in tables have: those asked for, or as many as show four digits of each, and one at least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Digits(pub(crate) Option<u8>);

impl Digits {
    /// A number for people, with grouped digits.
    pub(crate) fn text(self, value: f64) -> String {
        match self.0 {
            Some(digits) => number::fixed(value, digits.into()),
            None => number::significant(value),
        }
    }

    /// A score for people, or the placeholder where there is none.
    pub(crate) fn score(self, score: Option<f64>) -> String {
        score.map_or_else(|| number::NONE.to_owned(), |score| self.text(score))
    }

    /// A difference for people: with its sign, unless it is 0 when rounded.
    pub(crate) fn signed(self, value: f64) -> String {
        let text = self.text(value);
        let is_zero = !text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
        if value > 0.0 && !is_zero { format!("+{text}") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_scores_that_differ_look_different_on_a_scale_to_one() {
        let scores =
            [0.961, 0.952, 66.666, 100.0, 5.0, 0.0, 0.000_123_4].map(|score| Digits(None).text(score));
        assert_eq!(scores, ["0.9610", "0.9520", "66.67", "100.0", "5.000", "0.0", "0.0001234"]);
        assert_eq!(Digits(Some(2)).text(0.961), "0.96");
        assert_eq!(Digits(Some(0)).text(1_234.5), "1,234");
    }

    #[test]
    fn no_zero_has_a_sign() {
        assert_eq!([-0.0, -0.04].map(|zero| Digits(Some(1)).text(zero)), ["0.0", "0.0"]);
        assert_eq!([-0.0, 0.04, -0.04].map(|zero| Digits(Some(1)).signed(zero)), ["0.0", "0.0", "0.0"]);
        assert_eq!([12.34, -1234.5].map(|one| Digits(None).signed(one)), ["+12.34", "-1,234.5"]);
        assert_eq!((number::plain(-0.0), number::figure(-0.0)), ("0".to_owned(), "0".to_owned()));
    }
}
