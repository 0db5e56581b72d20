//! Requests whose values depend on earlier answers.

use serde_json::{Map, Value};

use crate::START_REVISION;

/// The request with the number of each revision that is named, and for `<name of a field>` the value of that field in the latest
/// answer that has it. The error names a field that no answer has.
pub fn filled(request: Value, received: &[Value]) -> Result<Value, String> {
    match request {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Ok((name, filled(value, received)?)));
            Ok(Value::Object(fields.collect::<Result<Map<_, _>, String>>()?))
        }
        Value::Array(items) => items.into_iter().map(|item| filled(item, received)).collect(),
        Value::String(text) if revision_of_name(&text).is_some() => Ok(revision_of_name(&text).into()),
        Value::String(text) => match text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            Some(name) => {
                let found = received.iter().rev().find_map(|answer| field(answer, name));
                found.cloned().ok_or_else(|| name.to_owned())
            }
            None => Ok(Value::String(text)),
        },
        other => Ok(other),
    }
}

/// The first field of this name, however deep.
fn field<'a>(answer: &'a Value, name: &str) -> Option<&'a Value> {
    match answer {
        Value::Object(fields) => {
            fields.get(name).or_else(|| fields.values().find_map(|inner| field(inner, name)))
        }
        Value::Array(items) => items.iter().find_map(|item| field(item, name)),
        _ => None,
    }
}

/// `ScoreService` as `score_service`.
pub fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for (place, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && place > 0 {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// The key that was issued last; empty if there is none.
pub fn issued(received: &[Value]) -> &str {
    received
        .iter()
        .rev()
        .find_map(|answer| answer["key"].as_str().filter(|key| !key.is_empty()))
        .unwrap_or_default()
}

/// The revision of a name, if it is one.
pub fn revision_of_name(name: &str) -> Option<u64> {
    let further = match name.strip_prefix("<start")?.strip_suffix('>')? {
        "" => 0,
        further => further.strip_prefix(" + ")?.parse().ok()?,
    };
    Some(START_REVISION + further)
}
