//! Digests of framework texts.
//!
//! *Invariant:* must stay stable: they are stored with each submission.

use blake3::Hasher;
use tenseven_model::ContentDigest;

use crate::content_hash::{finished, text};

/// Starts every digest of a framework's text. Must stay stable.
const FRAMEWORK_MARK: &[u8] = b"tenseven framework 1";

/// The digest of a framework's text.
pub(crate) fn of_framework(definition: &str) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, FRAMEWORK_MARK);
    text(&mut hasher, definition.as_bytes());
    finished(&hasher)
}
