//! Instructions: what an indicator takes, in a line.

use tenseven_client::v1::{self, IndicatorKind};

/// Most characters of an instruction.
const LENGTH_MAX: usize = 500;

/// The columns that an indicator's value is written in.
pub(super) fn value_columns(indicator: &v1::Indicator) -> &'static [&'static str] {
    match indicator.kind() {
        IndicatorKind::Ratio => &["numerator", "denominator"],
        IndicatorKind::Rubric => &["level"],
        IndicatorKind::Flag => &["flag"],
        IndicatorKind::Count | IndicatorKind::Number | IndicatorKind::Unspecified => &["value"],
    }
}

/// What an indicator is, and what is to be filled in.
pub(super) fn instruction(indicator: &v1::Indicator) -> String {
    let unit = match indicator.unit.as_str() {
        "" => String::new(),
        unit => format!(", in {}", one_line(unit)),
    };
    let codes: Vec<&str> = indicator.levels.iter().map(|level| level.code.as_str()).collect();
    let what = match indicator.kind() {
        IndicatorKind::Ratio => format!("numerator and denominator{unit}"),
        IndicatorKind::Rubric => format!("level: {}", codes.join(", ")),
        IndicatorKind::Flag => "flag: true or false".to_owned(),
        IndicatorKind::Count => format!("value: a whole number{unit}"),
        IndicatorKind::Number | IndicatorKind::Unspecified => format!("value: a number{unit}"),
    };
    let whole = format!("{}. Fill in {what}, or why it is missing.", one_line(&indicator.name));
    whole.chars().take(LENGTH_MAX).collect()
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
