//! Values that differ from one run to the next, and are replaced by their names.

use serde_json::{Map, Value};

use crate::revision;

/// Fields whose values are new in each run.
const MADE_ANEW: [&str; 19] = [
    "accept_time",
    "add_time",
    "chain_hash",
    "credential_id",
    "current_history_id",
    "history_id",
    "issue_time",
    "key_id",
    "last_use_time",
    "last_accept_time",
    "lineage",
    "next_page_token",
    "register_time",
    "request_id",
    "resume_token",
    "retry_delay",
    "retire_time",
    "revoke_time",
    "time",
];

/// What each key of a partner begins with.
const KEY: &str = "t7_";

/// A message with this field is sent or not by how fast the machine is, and is left out.
const PROGRESS: &str = "progress";

/// The answer with `<name of the field>` for what differs between runs, and the names of revisions.
pub(super) fn lasting(found: &Value) -> Value {
    match found {
        Value::Object(fields) => Value::Object(fields.iter().map(lasting_field).collect()),
        Value::Array(items) => {
            items.iter().filter(|item| item.get(PROGRESS).is_none()).map(lasting).collect()
        }
        Value::String(text) if text.starts_with(KEY) => Value::String("<key>".to_owned()),
        Value::String(text) => Value::String(revision::in_text(text)),
        other => other.clone(),
    }
}

fn lasting_field((name, value): (&String, &Value)) -> (String, Value) {
    if MADE_ANEW.contains(&name.as_str()) && !value.is_null() {
        return (name.clone(), Value::String(format!("<{name}>")));
    }
    let number = value.as_str().and_then(|text| text.parse().ok());
    if let Some(number) = number.filter(|_| revision::is_in(name)) {
        return (name.clone(), Value::String(revision::name(number)));
    }
    (name.clone(), lasting(value))
}

/// The request with the number of each revision that is named, and for `<name of a field>` the value of that field in the latest
/// answer that has it.
pub(super) fn filled(request: Value, received: &[Value]) -> Value {
    match request {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, filled(value, received)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(|item| filled(item, received)).collect(),
        Value::String(text) if revision::of_name(&text).is_some() => revision::of_name(&text).into(),
        Value::String(text) => match text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            Some(name) => {
                let found = received.iter().rev().find_map(|answer| field(answer, name));
                found.unwrap_or_else(|| panic!("no answer so far has a field {name}")).clone()
            }
            None => Value::String(text),
        },
        other => other,
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
pub(super) fn snake_case(name: &str) -> String {
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
pub(super) fn issued(received: &[Value]) -> &str {
    received
        .iter()
        .rev()
        .find_map(|answer| answer["key"].as_str().filter(|key| !key.is_empty()))
        .unwrap_or_default()
}
