//! The deadline of a call, as its client states it.

use std::time::Duration;

use http::HeaderMap;

/// How long the client of a call waits, less a little, so that the status still reaches it.
pub(super) fn of(headers: &HeaderMap) -> Option<Duration> {
    let asked = asked_for(headers)?;
    Some(asked.saturating_sub((asked / 10).min(Duration::from_millis(100))))
}

/// The deadline of a call: `grpc-timeout`, up to eight digits and a unit.
fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3_600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn timeout(text: &'static str) -> Option<Duration> {
        asked_for(&HeaderMap::from_iter([(
            http::HeaderName::from_static("grpc-timeout"),
            HeaderValue::from_static(text),
        )]))
    }

    #[test]
    fn reads_every_unit() {
        assert_eq!(timeout("2H"), Some(Duration::from_hours(2)));
        assert_eq!(timeout("3M"), Some(Duration::from_mins(3)));
        assert_eq!(timeout("5S"), Some(Duration::from_secs(5)));
        assert_eq!(timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(timeout("9u"), Some(Duration::from_micros(9)));
        assert_eq!(timeout("9n"), Some(Duration::from_nanos(9)));
    }

    #[test]
    fn takes_no_notice_of_what_is_no_deadline() {
        for text in ["", "S", "5", "5s", "-5S", "123456789S", "5.5S"] {
            assert_eq!(timeout(text), None, "{text:?}");
        }
    }
}
