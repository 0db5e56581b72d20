//! The bundled practices, where they show in answers about other things.
//!
//! *Invariant:* to bundle one more practice changes no conversation. In a list of ids all bundled ones are one entry `<bundled>`, and
//! the submission that added them has that name too.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenseven_tests::conversation::Caller;

const NAME: &str = "<bundled>";
/// The field of a search hit that depends on all practices, and one that only hits have.
const HIT_SCORE: &str = "score";
const ONLY_IN_HITS: &str = "snippet";

/// The ids and submissions of the bundled practices.
pub(super) struct Bundled {
    ids: BTreeSet<String>,
    submissions: BTreeSet<String>,
}

impl Bundled {
    /// Reads them from a server that nobody has written to.
    pub(super) async fn of(caller: &Caller) -> Self {
        let answer = caller.call("PracticeService/ListPractices", json!({"page": {"size": 1_000}}), "").await;
        let practices = answer["practices"].as_array().expect("practices are bundled");
        let texts = |pointer| -> BTreeSet<String> {
            let text = |one: &Value| one.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            practices.iter().filter_map(text).collect()
        };
        let (ids, submissions) = (texts("/practice/id"), texts("/submission_id"));
        assert!(!ids.is_empty() && !submissions.is_empty(), "no practices are bundled: {answer}");
        Self { ids, submissions }
    }

    /// The answer with the name instead of what is bundled.
    pub(super) fn named(&self, mut answer: Value) -> Value {
        self.name_in(&mut answer);
        answer
    }

    fn name_in(&self, answer: &mut Value) {
        match answer {
            Value::Object(fields) => {
                let is_hit = fields.contains_key(ONLY_IN_HITS);
                for (field, value) in fields {
                    match value {
                        _ if is_hit && field == HIT_SCORE => *value = format!("<{HIT_SCORE}>").into(),
                        Value::String(text)
                            if field == "submission_id" && self.submissions.contains(text) =>
                        {
                            NAME.clone_into(text);
                        }
                        Value::Array(ids) if field == "practices" => self.name_ids(ids),
                        other => self.name_in(other),
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.name_in(item);
                }
            }
            _ => {}
        }
    }

    /// Replaces the bundled ids of a list by one entry; a list can also hold whole practices.
    fn name_ids(&self, ids: &mut Vec<Value>) {
        let is_bundled = |one: &Value| one.as_str().is_some_and(|id| self.ids.contains(id));
        if ids.iter().any(is_bundled) {
            ids.retain(|one| !is_bundled(one));
            ids.insert(0, NAME.into());
        }
        for one in ids {
            self.name_in(one);
        }
    }
}
