//! Request ids, by which a client and an operator identify the same call.
//!
//! *Invariant:* every answer has one, and the log line of its call has the same.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that it comes and goes in.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// Longest id of a client.
const LENGTH_MAX: usize = 64;

/// The id of a call: the client's own where it sent a usable one, otherwise a new UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The id of a call with these headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let own = headers.get(REQUEST_ID).filter(|id| is_usable(id));
        Self(own.cloned().unwrap_or_else(new))
    }

    /// Adds it to the headers of an answer.
    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        headers.insert(HeaderName::from_static(REQUEST_ID), self.0.clone());
    }
}

/// Letters, digits, and what ids are written with: nothing that a log line could be mistaken by.
fn is_usable(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    (1..=LENGTH_MAX).contains(&bytes.len()) && bytes.iter().all(is_plain)
}

fn new() -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    let text = Uuid::new_v4().hyphenated().encode_lower(&mut text);
    // A UUID is always a header's value.
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("none"))
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &'static str) -> RequestId {
        RequestId::of(&HeaderMap::from_iter([(
            HeaderName::from_static(REQUEST_ID),
            HeaderValue::from_static(id),
        )]))
    }

    #[test]
    fn the_id_of_a_client_is_kept() {
        assert_eq!(of("agency-7/push.12").to_string(), "agency-7/push.12");
    }

    #[test]
    fn a_call_without_a_usable_id_gets_a_new_one() {
        let new = [RequestId::of(&HeaderMap::new()), of(""), of("two words"), of("a\"b"), of(LONG)];
        for (index, id) in new.iter().enumerate() {
            assert_eq!(id.to_string().len(), 36, "{id}");
            assert!(!new[..index].contains(id), "ids are not used again");
        }
    }

    const LONG: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
}
