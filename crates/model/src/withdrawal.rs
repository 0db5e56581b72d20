//! Withdrawals: what is taken back, and why.

use std::{fmt, str::FromStr};

use crate::{AreaCode, ObservationKey};

/// Longest reason, in characters.
const REASON_LENGTH_MAX: usize = 4_000;

/// Why a text is no reason for a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalReasonError {
    /// The reason is empty.
    #[error("the reason is empty; state why it is withdrawn, the reason is kept in the history")]
    Empty,
    /// It is too long.
    #[error("the reason has {length} characters; at most {REASON_LENGTH_MAX} are allowed")]
    TooLong {
        /// Its characters.
        length: usize,
    },
}

/// Why something is withdrawn: 1 to 4,000 characters, without white space around them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WithdrawalReason(String);

impl WithdrawalReason {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WithdrawalReason {
    type Err = WithdrawalReasonError;

    /// The reason of a text; white space around it is left out.
    fn from_str(text: &str) -> Result<Self, WithdrawalReasonError> {
        let text = text.trim();
        let length = text.chars().count();
        match length {
            0 => Err(WithdrawalReasonError::Empty),
            1..=REASON_LENGTH_MAX => Ok(Self(text.to_owned())),
            _ => Err(WithdrawalReasonError::TooLong { length }),
        }
    }
}

impl fmt::Display for WithdrawalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a key and a reason make no withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalError {
    /// A group of countries was never observed.
    #[error(
        "area {0} is a group; observations are about a country, area or local unit, and only those can be withdrawn"
    )]
    Group(AreaCode),
}

/// The observation of a key is taken back: from then on nothing is observed there, and the reason stays.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Withdrawal {
    key: ObservationKey,
    reason: WithdrawalReason,
}

impl Withdrawal {
    /// A withdrawal.
    pub fn new(key: ObservationKey, reason: WithdrawalReason) -> Result<Self, WithdrawalError> {
        match key.area {
            AreaCode::Group(_) => Err(WithdrawalError::Group(key.area)),
            AreaCode::Country(_) | AreaCode::Local(..) => Ok(Self { key, reason }),
        }
    }

    /// What is withdrawn.
    pub fn key(&self) -> &ObservationKey {
        &self.key
    }

    /// Why.
    pub fn reason(&self) -> &WithdrawalReason {
        &self.reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(area: &str) -> ObservationKey {
        ObservationKey {
            indicator: "migrant-casualties".parse().unwrap(),
            area: area.parse().unwrap(),
            source: "iom".parse().unwrap(),
            period: "2016".parse().unwrap(),
        }
    }

    #[test]
    fn a_reason_loses_the_white_space_around_it_and_nothing_else() {
        let reason: WithdrawalReason = " sent  by mistake\n".parse().unwrap();
        assert_eq!(reason.as_str(), "sent  by mistake");
        assert_eq!(reason.as_str().parse(), Ok(reason));
    }

    #[test]
    fn refuses_an_empty_reason_and_one_that_is_too_long() {
        assert_eq!(" \t\n".parse::<WithdrawalReason>(), Err(WithdrawalReasonError::Empty));
        assert!("é".repeat(4_000).parse::<WithdrawalReason>().is_ok());
        let too_long = "é".repeat(4_001).parse::<WithdrawalReason>();
        assert_eq!(too_long, Err(WithdrawalReasonError::TooLong { length: 4_001 }));
    }

    #[test]
    fn refuses_a_group_which_was_never_observed() {
        let reason: WithdrawalReason = "sent by mistake".parse().unwrap();
        assert!(Withdrawal::new(key("LBY"), reason.clone()).is_ok());
        let group = Withdrawal::new(key("m49:015"), reason);
        assert_eq!(group, Err(WithdrawalError::Group("m49:015".parse().unwrap())));
    }
}
