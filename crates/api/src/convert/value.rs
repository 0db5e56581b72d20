//! Values: the five kinds, from and to messages.

use tenseven_model::{MissingReason, Number, Ratio, RatioError, Value};

use super::{FieldReason, Reader};
use crate::v1::{self, value::Kind};

/// The value of the observation at `path`; `None` if something was wrong with it.
pub(super) fn read_value(reader: &mut Reader, path: &str, message: Option<&v1::Value>) -> Option<Value> {
    let Some(v1::Value { kind: Some(kind) }) = message else {
        let remedy = "is not set; give number, flag, level, ratio or missing";
        reader.refuse(format!("{path}.value"), FieldReason::Required, remedy);
        return None;
    };
    match kind {
        Kind::Number(number) => match Number::try_from(*number) {
            Ok(number) => Some(Value::Number(number)),
            Err(error) => {
                reader.refuse(format!("{path}.value.number"), FieldReason::OutOfRange, error.to_string());
                None
            }
        },
        Kind::Flag(flag) => Some(Value::Flag(*flag)),
        Kind::Level(level) => reader
            .required_name(path, "value.level", level, "a level of the indicator's rubric")
            .map(Value::Level),
        Kind::Ratio(ratio) => read_ratio(reader, path, *ratio),
        Kind::Missing(reason) => read_reason(reader, &format!("{path}.value"), *reason),
    }
}

fn read_ratio(reader: &mut Reader, path: &str, message: v1::Ratio) -> Option<Value> {
    let v1::Ratio { numerator, denominator } = message;
    let error = match Ratio::new(numerator, denominator) {
        Ok(ratio) => return Some(Value::Ratio(ratio)),
        Err(error) => error,
    };
    let part = match &error {
        RatioError::Number { part, .. } => part,
        RatioError::NegativeNumerator(_) | RatioError::AboveOne { .. } => "numerator",
        RatioError::DenominatorNotPositive(_) => "denominator",
    };
    reader.refuse(format!("{path}.value.ratio.{part}"), FieldReason::OutOfRange, error.to_string());
    None
}

/// The reason in the field `missing` of what is at `path`.
pub(super) fn read_reason(reader: &mut Reader, path: &str, reason: i32) -> Option<Value> {
    let reason = match v1::MissingReason::try_from(reason) {
        Ok(v1::MissingReason::NotApplicable) => MissingReason::NotApplicable,
        Ok(v1::MissingReason::NotCollected) => MissingReason::NotCollected,
        Ok(v1::MissingReason::Confidential) => MissingReason::Confidential,
        Ok(v1::MissingReason::NotAvailable) => MissingReason::NotAvailable,
        Ok(v1::MissingReason::Unspecified) => {
            let remedy = "has no reason; give not applicable, not collected, confidential or not available";
            reader.refuse(format!("{path}.missing"), FieldReason::Required, remedy);
            return None;
        }
        Err(_) => {
            let problem = format!("{reason} is no reason that this server knows");
            reader.refuse(format!("{path}.missing"), FieldReason::Malformed, problem);
            return None;
        }
    };
    Some(Value::Missing(reason))
}

/// The value as a message.
pub fn value_message(value: &Value) -> v1::Value {
    let kind = match value {
        Value::Number(number) => Kind::Number(number.get()),
        Value::Flag(flag) => Kind::Flag(*flag),
        Value::Level(level) => Kind::Level(level.to_string()),
        Value::Ratio(ratio) => {
            Kind::Ratio(v1::Ratio { numerator: ratio.numerator(), denominator: ratio.denominator() })
        }
        Value::Missing(reason) => Kind::Missing(reason_message(*reason).into()),
    };
    v1::Value { kind: Some(kind) }
}

pub(super) fn reason_message(reason: MissingReason) -> v1::MissingReason {
    match reason {
        MissingReason::NotApplicable => v1::MissingReason::NotApplicable,
        MissingReason::NotCollected => v1::MissingReason::NotCollected,
        MissingReason::Confidential => v1::MissingReason::Confidential,
        MissingReason::NotAvailable => v1::MissingReason::NotAvailable,
    }
}
