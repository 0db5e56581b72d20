//! Instants: `google.protobuf.Timestamp` to and from the model.

use prost_types::Timestamp as Message;
use tenseven_model::Timestamp;

const MICROS_PER_SECOND: i64 = 1_000_000;
const NANOS_PER_MICRO: i32 = 1_000;
/// The start of the year 1.
const SECONDS_MIN: i64 = -62_135_596_800;
/// The end of the year 9999.
const SECONDS_MAX: i64 = 253_402_300_799;

/// The instant as a message.
pub fn timestamp_message(time: Timestamp) -> Message {
    let micros = time.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(MICROS_PER_SECOND)).unwrap_or_default() * NANOS_PER_MICRO;
    Message { seconds: micros.div_euclid(MICROS_PER_SECOND), nanos }
}

/// The instant of a message, cut to microseconds; none where the message is no instant.
pub fn timestamp(message: &Message) -> Option<Timestamp> {
    let Message { seconds, nanos } = message;
    if !(0..1_000_000_000).contains(nanos) || !(SECONDS_MIN..=SECONDS_MAX).contains(seconds) {
        return None;
    }
    let micros = seconds.checked_mul(MICROS_PER_SECOND)?.checked_add(i64::from(nanos / NANOS_PER_MICRO))?;
    Some(Timestamp::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_instant_comes_back(micros in -62_135_596_800_000_000_i64..253_402_300_799_000_000) {
            let time = Timestamp::from_micros(micros);
            prop_assert_eq!(timestamp(&timestamp_message(time)), Some(time));
        }
    }

    #[test]
    fn refuses_negative_and_overflowing_nanoseconds() {
        assert_eq!(timestamp(&Message { seconds: 0, nanos: -1 }), None);
        assert_eq!(timestamp(&Message { seconds: 0, nanos: 1_000_000_000 }), None);
        assert_eq!(timestamp(&Message { seconds: i64::MAX, nanos: 0 }), None);
    }
}
