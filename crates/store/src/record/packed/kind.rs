//! The stored numbers of the kinds of values, and of statuses. Persisted; must stay stable.

use tenseven_model::{MissingReason, ObservationStatus};

use crate::record::{decode_error::ObservationFault, wire::MissingReasonRecord};

/// A number.
pub(super) const NUMBER: u64 = 0;
/// A flag.
pub(super) const FLAG: u64 = 1;
/// A level.
pub(super) const LEVEL: u64 = 2;
/// A ratio.
pub(super) const RATIO: u64 = 3;
/// No value.
pub(super) const MISSING: u64 = 4;
/// The observation is withdrawn. Higher numbers are for later releases.
pub(super) const WITHDRAWN: u64 = 5;

/// The number of a status: its letter, counted from A.
#[inline]
pub(super) fn status_number(status: ObservationStatus) -> u64 {
    // By far the most common one.
    if status == ObservationStatus::Normal { 0 } else { u64::from(status.letter() - b'A') }
}

/// The status with this number.
pub(super) fn status(number: u64) -> Result<ObservationStatus, ObservationFault> {
    // By far the most common one.
    if number == 0 {
        return Ok(ObservationStatus::Normal);
    }
    let letter = u8::try_from(number).ok().filter(|number| *number < 26).map(|number| b'A' + number);
    Ok(char::from(letter.unwrap_or(b'?')).encode_utf8(&mut [0; 4]).parse()?)
}

/// The number of a reason.
pub(super) fn reason_number(reason: MissingReason) -> u64 {
    match reason {
        MissingReason::NotApplicable => 1,
        MissingReason::NotCollected => 2,
        MissingReason::Confidential => 3,
        MissingReason::NotAvailable => 4,
    }
}

/// The reason with this number.
pub(super) fn reason(number: u64) -> Result<MissingReason, ObservationFault> {
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    match MissingReasonRecord::try_from(number) {
        Ok(MissingReasonRecord::NotApplicable) => Ok(MissingReason::NotApplicable),
        Ok(MissingReasonRecord::NotCollected) => Ok(MissingReason::NotCollected),
        Ok(MissingReasonRecord::Confidential) => Ok(MissingReason::Confidential),
        Ok(MissingReasonRecord::NotAvailable) => Ok(MissingReason::NotAvailable),
        Ok(MissingReasonRecord::Unspecified) | Err(_) => Err(ObservationFault::MissingReason(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_and_reason_is_read_back_from_its_number() {
        for one in ObservationStatus::ALL {
            assert_eq!(status(status_number(*one)).unwrap(), *one);
        }
        assert_eq!(status_number(ObservationStatus::Normal), 0);
        assert_eq!(status_number(ObservationStatus::Missing), 14);
        for one in MissingReason::ALL {
            assert_eq!(reason(reason_number(one)).unwrap(), one);
        }
    }

    #[test]
    fn refuses_numbers_without_a_meaning() {
        for number in [2, 26, u64::from(u32::MAX), u64::MAX] {
            assert!(matches!(status(number), Err(ObservationFault::Status(_))), "{number}");
        }
        for number in [0, 5, u64::MAX] {
            assert!(matches!(reason(number), Err(ObservationFault::MissingReason(_))), "{number}");
        }
    }
}
