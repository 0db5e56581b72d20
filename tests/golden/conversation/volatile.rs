//! Values that differ from one run to the next, and are replaced by their names.

use serde_json::Value;

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
