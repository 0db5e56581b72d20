//! Words: flags, reasons and statuses, in any case.

use tenseven_client::v1;

/// The reasons why a value is missing, for messages.
const REASONS: &str = "not_applicable, not_collected, confidential or not_available";

/// A flag; `true`, `yes`, `false` or `no` in any case.
pub(crate) fn flag(written: &str) -> Result<bool, String> {
    match written.trim().to_lowercase().as_str() {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(format!("{written:?} is neither true nor false; write true or false")),
    }
}

/// Why a value is missing; in any case, with spaces or hyphens for `_`.
pub(crate) fn missing_reason(written: &str) -> Result<v1::MissingReason, String> {
    let name = written.trim().to_uppercase().replace([' ', '-'], "_");
    v1::MissingReason::from_str_name(&format!("MISSING_REASON_{name}"))
        .filter(|reason| *reason != v1::MissingReason::Unspecified)
        .ok_or_else(|| format!("{written:?} is no reason; give {REASONS}"))
}

/// A status of SDMX in any case; whether it is one is left to the server.
pub(crate) fn status(written: &str) -> String {
    written.trim().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter() {
        for (written, meant) in [("TRUE", true), ("Yes", true), ("False", false), ("NO", false)] {
            assert_eq!(flag(written), Ok(meant));
        }
        for written in ["not_collected", "Not_collected", "NOT COLLECTED", "not-collected"] {
            assert_eq!(missing_reason(written), Ok(v1::MissingReason::NotCollected), "{written}");
        }
        assert_eq!(status(" p "), "P");
    }

    #[test]
    fn what_may_mean_something_else_is_refused() {
        for written in ["1", "T", "WAHR", "oui", "x", ""] {
            assert!(flag(written).is_err(), "{written}");
        }
        for written in ["N/A", "c", "unknown", "unspecified", ""] {
            assert!(missing_reason(written).is_err(), "{written}");
        }
    }
}
