//! The members of a JSON object.
//!
//! *Invariant:* each name is there once. Readers differ in which of two they take, so that an object with two is refused.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::Value;

/// The members of a JSON object.
#[derive(Debug)]
pub(super) struct Members(HashMap<String, Value>);

impl Members {
    /// Reads an object.
    pub(super) fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// The member of this name; none if it is absent.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Distinct)
    }
}

struct Distinct;

impl<'de> Visitor<'de> for Distinct {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with distinct members")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = HashMap::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("two members have the same name"));
            }
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_each_name_once() {
        assert_eq!(Members::read(br#"{"a": 1, "b": 2}"#).unwrap().get("a"), Some(&Value::from(1)));
        for bad in [&br#"{"a": 1, "a": 1}"#[..], br#"{"a": 1, "\u0061": 1}"#, b"[]", b"{", b"{} x", b"\xff"] {
            assert!(Members::read(bad).is_none(), "{bad:?}");
        }
    }
}
