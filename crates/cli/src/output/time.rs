//! Instants as text.

/// The instant in RFC 3339, in UTC; empty if there is none.
pub(crate) fn instant(time: Option<&prost_types::Timestamp>) -> String {
    time.and_then(|time| jiff::Timestamp::new(time.seconds, time.nanos).ok())
        .map(|time| time.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_utc() {
        let time = prost_types::Timestamp { seconds: 1_451_606_400, nanos: 250_000_000 };
        assert_eq!(instant(Some(&time)), "2016-01-01T00:00:00.25Z");
        assert_eq!(instant(None), "");
    }
}
