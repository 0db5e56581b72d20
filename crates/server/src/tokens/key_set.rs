//! The keys that an issuer publishes: a JSON Web Key Set (RFC 7517).
//!
//! *Invariant:* keys that cannot be used are left out, because issuers publish keys for other purposes, too. A set without one that can
//! be used is an error, so that it replaces no other.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::public_key::{Algorithm, Jwk, PublicKey};

/// Maximum number of keys of a set.
const KEYS_MAX: usize = 100;
/// How many keys that cannot be used are named.
const NAMED_MAX: usize = 3;

/// Why a set of keys cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// It is not one.
    #[error("is no JSON Web Key Set, an object with the list `keys`: {0}")]
    NoSet(String),
    /// It has too many keys.
    #[error("has {0} keys, more than {KEYS_MAX}")]
    TooMany(usize),
    /// Two of its keys for one algorithm have the same id, so that a token shows neither.
    #[error("has more than one key {0:?} of the same kind; give each key an id of its own")]
    SameId(String),
    /// It has no key that can be used.
    #[error("has no key that verifies RS256, ES256 or EdDSA{0}")]
    NoKey(String),
}

/// The keys that an issuer publishes and that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeySet(Vec<Arc<PublicKey>>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a set.
    pub(super) fn read(json: &[u8]) -> Result<Self, KeySetError> {
        let document: Document =
            serde_json::from_slice(json).map_err(|error| KeySetError::NoSet(error.to_string()))?;
        if document.keys.len() > KEYS_MAX {
            return Err(KeySetError::TooMany(document.keys.len()));
        }
        let (mut keys, mut unused) = (Vec::new(), Vec::new());
        for (index, key) in document.keys.into_iter().enumerate() {
            let read = serde_json::from_value::<Jwk>(key).map_err(|error| error.to_string());
            match read.and_then(PublicKey::of) {
                Ok(key) => keys.push(Arc::new(key)),
                Err(problem) => unused.push(format!("; keys[{index}]: {problem}")),
            }
        }
        if keys.is_empty() {
            unused.truncate(NAMED_MAX);
            return Err(KeySetError::NoKey(unused.concat()));
        }
        let is_same = |one: &Arc<PublicKey>, other: &Arc<PublicKey>| {
            one.kid().is_some() && one.kid() == other.kid() && one.algorithm() == other.algorithm()
        };
        let twice = |index: usize| keys[..index].iter().any(|before| is_same(before, &keys[index]));
        if let Some(index) = (0..keys.len()).find(|index| twice(*index)) {
            return Err(KeySetError::SameId(keys[index].kid().unwrap_or_default().to_owned()));
        }
        Ok(Self(keys))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is one with this id.
    pub(super) fn knows(&self, kid: &str) -> bool {
        self.0.iter().any(|key| key.kid() == Some(kid))
    }

    /// Whether this key is one of them still.
    pub(super) fn contains(&self, key: &PublicKey) -> bool {
        self.0.iter().any(|one| **one == *key)
    }

    /// The key of this id and algorithm; without an id, the only one of the algorithm.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&Arc<PublicKey>> {
        let fits = |key: &&Arc<PublicKey>| {
            key.algorithm() == algorithm && kid.is_none_or(|kid| key.kid() == Some(kid))
        };
        let mut fitting = self.0.iter().filter(fits);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }
}
