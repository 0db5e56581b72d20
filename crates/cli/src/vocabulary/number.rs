//! Numbers as people write them.

use crate::table_file::Decimal;

/// The number in a text whose fraction begins with `decimal`; without it, a text that is the same number in both
/// ways or in one of them only.
pub(crate) fn number(written: &str, decimal: Option<Decimal>) -> Result<f64, String> {
    let written = written.trim();
    let by_point = || written.parse::<f64>().ok();
    let by_comma =
        || (!written.contains('.')).then(|| written.replace(',', ".").parse::<f64>().ok()).flatten();
    let read = match decimal {
        Some(Decimal::Point) => by_point(),
        Some(Decimal::Comma) => by_comma(),
        None if grouped(written, ',').or(grouped(written, '.')).is_some() => None,
        None => by_point().or_else(by_comma),
    };
    let read = read.ok_or_else(|| problem(written, decimal))?;
    match changed(written, read) {
        None => Ok(read),
        Some(problem) => Err(problem),
    }
}

/// Why a number cannot be kept as it is written: it is whole and has more digits than numbers hold, or is too small for them.
fn changed(written: &str, read: f64) -> Option<String> {
    let digits = written.trim_start_matches(['-', '+']);
    if digits.bytes().all(|byte| byte.is_ascii_digit())
        && format!("{:.0}", read.abs()) != digits.trim_start_matches('0')
        && read != 0.0
    {
        return Some(format!(
            "{written:?} has more digits than a number holds exactly, which is up to 9007199254740992"
        ));
    }
    let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = !mantissa.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    (read == 0.0 && !is_zero)
        .then(|| format!("{written:?} is too small for a number; write 0 if that is meant"))
}

fn problem(written: &str, decimal: Option<Decimal>) -> String {
    if let Some(part) = written.strip_suffix('%').map(str::trim_end)
        && let Ok(part) = part.replace(',', ".").parse::<f64>()
    {
        let share = (part * 1e8).round() / 1e10;
        return format!(
            "{written:?} may be {part} or {share}; write the one that the indicator's unit asks for"
        );
    }
    for mark in [',', '.'] {
        let Some(whole) = grouped(written, mark) else { continue };
        let fraction = written.replace(mark, ".");
        if fraction.parse::<f64>().is_err() {
            return format!("{written:?} has thousands separators; write {whole}");
        }
        let (meant, option) = match decimal {
            // With another digit it is no group of thousands.
            None => (format!("{fraction}0"), ", or set the decimal mark with --decimal"),
            Some(Decimal::Point) => (fraction.clone(), ""),
            Some(Decimal::Comma) => (fraction.replace('.', ","), ""),
        };
        return format!("{written:?} may be {whole} or {fraction}; write {whole} or {meant}{option}");
    }
    let (other, own, option, example) = match decimal {
        None | Some(Decimal::Point) => (',', ".", "comma", "1234.5"),
        Some(Decimal::Comma) => ('.', ",", "point", "1234,5"),
    };
    let fraction = written.replace(other, own);
    if written.contains(other) && fraction.replace(',', ".").parse::<f64>().is_ok() {
        return format!("{written:?} has a {other:?}; write {fraction}, or give --decimal {option}");
    }
    format!("{written:?} is not a number; write it as {example}, without thousands separators")
}

/// The number without its marks, if they may separate thousands: every three digits, after one to three of which the first
/// is no zero.
fn grouped(written: &str, mark: char) -> Option<String> {
    let digits = written.trim_start_matches(['-', '+']);
    let mut groups = digits.split(mark);
    let first = groups.next()?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = groups.peekable();
    rest.peek()?;
    let is_grouped = is_number(first)
        && first.len() <= 3
        && !first.starts_with('0')
        && rest.all(|group| group.len() == 3 && is_number(group));
    is_grouped.then(|| written.replace(mark, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: Option<Decimal> = Some(Decimal::Point);
    const COMMA: Option<Decimal> = Some(Decimal::Comma);

    #[test]
    fn numbers_are_read_with_the_fractions_of_the_file() {
        for (written, decimal, meant) in [
            ("1.234", POINT, 1.234),
            ("-1e-3", POINT, -0.001),
            ("1,234", COMMA, 1.234),
            ("12", COMMA, 12.0),
            ("1,5", None, 1.5),
            ("1.5", None, 1.5),
            ("0,125", None, 0.125),
            ("1234,125", None, 1234.125),
            ("1.2345", None, 1.2345),
        ] {
            assert_eq!(number(written, decimal), Ok(meant), "{written} {decimal:?}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused_with_both() {
        for (written, decimal, both) in [
            ("1,234", None, "1234 or 1.234"),
            ("1.234", None, "1234 or 1.234"),
            ("-1.234", COMMA, "-1234 or -1.234; write -1234 or -1,234"),
            ("1,234", POINT, "1234 or 1.234; write 1234 or 1.234"),
            ("45%", POINT, "45 or 0.45"),
            ("45,5 %", COMMA, "45.5 or 0.455"),
        ] {
            let error = number(written, decimal).unwrap_err();
            assert!(error.contains(both), "{written} {decimal:?}: {error}");
        }
    }

    #[test]
    fn what_would_be_kept_as_another_number_is_refused() {
        for written in ["9007199254740993", "-9007199254740993", "1e-400", "0.5e-400"] {
            assert!(number(written, None).is_err(), "{written}");
        }
        for (written, meant) in [
            ("9007199254740992", 9_007_199_254_740_992.0),
            ("007", 7.0),
            ("000", 0.0),
            ("0e5", 0.0),
            ("-0", 0.0),
            ("100000000000000000000", 1e20),
        ] {
            assert_eq!(number(written, None), Ok(meant), "{written}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_right_way() {
        for (written, decimal, remedy) in [
            ("1,234,567", POINT, "write 1234567"),
            ("1,5", POINT, "write 1.5"),
            ("1.2340", COMMA, "write 1,2340"),
            ("2.345,67", COMMA, "write it as 1234,5"),
            ("1 234", POINT, "without thousands separators"),
            ("NA", POINT, "not a number"),
            ("", COMMA, "not a number"),
        ] {
            let error = number(written, decimal).unwrap_err();
            assert!(error.contains(remedy), "{written} {decimal:?}: {error}");
        }
    }
}
