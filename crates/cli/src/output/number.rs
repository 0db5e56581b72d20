//! Numbers as text.

use serde_json::{Number, Value as Json};

/// Shown in a table where there is no number.
pub(crate) const NONE: &str = "–";
/// All whole numbers up to here are exact floats.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// The shortest writing that is read back as the same number, for programs.
pub(crate) fn plain(number: f64) -> String {
    // Without the sign of a zero.
    let number = number + 0.0;
    let size = number.abs();
    if size != 0.0 && !(1e-7..1e21).contains(&size) { format!("{number:e}") } else { number.to_string() }
}

/// The number in JSON: whole numbers without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
pub(crate) fn json(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() <= WHOLE_MAX {
        Json::from(number as i64)
    } else {
        Number::from_f64(number).map_or(Json::Null, Json::Number)
    }
}

/// The number for people: whole numbers with grouped digits, others with at least four significant digits.
pub(crate) fn figure(number: f64) -> String {
    if number.fract() == 0.0 { grouped(&plain(number)) } else { significant(number) }
}

/// The number for people with this many decimals and grouped digits.
pub(crate) fn fixed(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let is_zero = !text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    grouped(if is_zero { text.trim_start_matches('-') } else { &text })
}

/// The number for people with at least four significant digits, at least one of them a decimal.
pub(crate) fn significant(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        return fixed(number, 1);
    }
    if !(1e-9..1e15).contains(&size) {
        return format!("{number:.3e}");
    }
    let digits = (1..=12).find(|digits| size * 10_f64.powi(*digits) >= 1_000.0).unwrap_or(12);
    fixed(number, usize::try_from(digits).unwrap_or(1))
}

/// The number for people: whole numbers with grouped digits, others with four significant digits, without trailing zeros.
pub(crate) fn compact(number: f64) -> String {
    let text = figure(number);
    let is_decimal = text.contains('.') && !text.contains('e');
    if is_decimal { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A count for people, with grouped digits.
pub(crate) fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// A share between 0 and 1 for people, in whole percent; what is not 0 or 1 is never shown as 0 % or 100 %.
pub(crate) fn percent(share: f64) -> String {
    let rounded = (share * 100.0).round();
    if rounded <= 0.0 && share > 0.0 {
        "<1 %".to_owned()
    } else if rounded >= 100.0 && share < 1.0 {
        ">99 %".to_owned()
    } else {
        format!("{rounded} %")
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}

/// Puts commas between groups of three digits before the point.
fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    if whole.len() < 4 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut text = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_the_shortest_number_that_reads_back() {
        for (number, text) in [
            (3653.0, "3653"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(plain(number), text);
            assert_eq!(text.parse::<f64>(), Ok(number));
        }
        assert_eq!(json(3653.0).to_string(), "3653");
        assert_eq!(json(-0.5).to_string(), "-0.5");
    }

    #[test]
    fn people_get_groups_and_four_digits() {
        for (number, text) in [(3653.0, "3,653"), (-1234.56, "-1,234.6"), (100.0, "100"), (66.666, "66.67")] {
            assert_eq!(figure(number), text);
        }
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!((fixed(50.0, 1), significant(0.961)), ("50.0".to_owned(), "0.9610".to_owned()));
        let texts = [0.9, 1.0 / 3.0, 8.294_05, 12_345.678, 0.000_123_44, 1e-12, 9.999_96].map(compact);
        assert_eq!(texts, ["0.9", "0.3333", "8.294", "12,345.7", "0.0001234", "1.000e-12", "10"]);
    }

    #[test]
    fn a_percentage_never_hides_what_is_there_or_missing() {
        let shares = [0.0, 0.001, 2.0 / 11.0, 0.999, 1.0].map(percent);
        assert_eq!(shares, ["0 %", "<1 %", "18 %", ">99 %", "100 %"]);
    }
}
