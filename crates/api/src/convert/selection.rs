//! What requests select by: a framework, areas or nodes, and a range of periods.

use tenseven_model::{FrameworkRef, Period};

use super::{FieldReason, Reader};

/// Maximum number of areas or nodes that one request can name.
const SELECTION_COUNT_MAX: usize = 1_000;

/// The framework that a request names.
pub(super) fn read_framework(reader: &mut Reader, text: &str) -> Option<FrameworkRef> {
    reader.required(
        "framework",
        text,
        "a framework's id, as target-10-7, or id and version, as target-10-7@1.0.0",
    )
}

/// The areas or nodes that a request names; none where it names too many.
pub(super) fn read_selection<T>(reader: &mut Reader, path: &str, texts: &[String]) -> Vec<T>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    if texts.len() > SELECTION_COUNT_MAX {
        let problem = format!("names {}; at most {SELECTION_COUNT_MAX} are allowed", texts.len());
        reader.refuse(path, FieldReason::TooMany, problem);
        return Vec::new();
    }
    reader.each(path, texts)
}

/// Both ends of a range of periods, which must be of one frequency and in order.
pub(super) fn read_range(reader: &mut Reader, from: &str, to: &str) -> (Option<Period>, Option<Period>) {
    let from: Option<Period> = reader.optional("period_from", from);
    let to: Option<Period> = reader.optional("period_to", to);
    if let (Some(from), Some(to)) = (from, to) {
        if from.frequency() != to.frequency() {
            let problem =
                format!("{to} is {}, but period_from {from} is {}", to.frequency(), from.frequency());
            reader.refuse("period_to", FieldReason::WrongFrequency, problem);
        } else if from > to {
            reader.refuse(
                "period_to",
                FieldReason::OutOfRange,
                format!("{to} is before period_from, {from}"),
            );
        }
    }
    (from, to)
}
