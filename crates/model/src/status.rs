//! The status of an observation: SDMX code list `CL_OBS_STATUS`, version 2.2.

use std::{fmt, str::FromStr};

use crate::MissingReason;

/// No status has this code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no SDMX observation status; give one of A B D E F G H I J K L M N O P Q S U V W")]
pub struct StatusError(String);

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What is known about the quality of a value (SDMX `OBS_STATUS`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ObservationStatus {
            $($(#[$doc])* $name,)*
        }

        impl ObservationStatus {
            /// Every status, by code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The SDMX code, one capital letter.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

statuses! {
    /// Normal value.
    Normal = "A",
    /// Time series break.
    Break = "B",
    /// The definition differs.
    DefinitionDiffers = "D",
    /// Estimated value.
    Estimated = "E",
    /// Forecast value.
    Forecast = "F",
    /// Experimental value.
    Experimental = "G",
    /// Missing value; holiday or weekend.
    MissingHoliday = "H",
    /// Value imputed by a receiving agency.
    Imputed = "I",
    /// Derogation.
    Derogation = "J",
    /// Data included in another category.
    IncludedElsewhere = "K",
    /// Missing value; data exist but were not collected.
    MissingNotCollected = "L",
    /// Missing value; data cannot exist.
    MissingCannotExist = "M",
    /// Not significant.
    NotSignificant = "N",
    /// Missing value.
    Missing = "O",
    /// Provisional value.
    Provisional = "P",
    /// Missing value; suppressed.
    MissingSuppressed = "Q",
    /// Strike and other special events.
    Strike = "S",
    /// Low reliability.
    LowReliability = "U",
    /// Unvalidated value.
    Unvalidated = "V",
    /// Includes data from another category.
    IncludesOther = "W",
}

impl ObservationStatus {
    /// The SDMX code as a byte of ASCII.
    pub fn letter(self) -> u8 {
        self.code().as_bytes().first().copied().unwrap_or_default()
    }

    /// The status with this letter.
    pub fn from_letter(letter: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.letter() == letter)
    }

    /// Whether the status requires a missing value.
    pub fn is_missing(self) -> bool {
        matches!(
            self,
            Self::MissingHoliday
                | Self::IncludedElsewhere
                | Self::MissingNotCollected
                | Self::MissingCannotExist
                | Self::Missing
                | Self::MissingSuppressed
        )
    }

    /// The status that goes with a missing value when the sender names none.
    pub fn of_missing(reason: MissingReason) -> Self {
        match reason {
            MissingReason::NotApplicable => Self::MissingCannotExist,
            MissingReason::NotCollected => Self::MissingNotCollected,
            MissingReason::Confidential => Self::MissingSuppressed,
            MissingReason::NotAvailable => Self::Missing,
        }
    }
}

impl fmt::Display for ObservationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for ObservationStatus {
    type Err = StatusError;
    fn from_str(code: &str) -> Result<Self, StatusError> {
        Self::ALL
            .iter()
            .copied()
            .find(|status| status.code() == code)
            .ok_or_else(|| StatusError(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_back_from_its_code() {
        for status in ObservationStatus::ALL {
            assert_eq!(status.code().parse(), Ok(*status));
        }
        assert_eq!("a".parse::<ObservationStatus>(), Err(StatusError("a".into())));
    }

    #[test]
    fn the_status_of_each_missing_reason_means_missing() {
        for reason in MissingReason::ALL {
            assert!(ObservationStatus::of_missing(reason).is_missing(), "{reason}");
        }
        assert!(!ObservationStatus::Normal.is_missing());
    }
}
