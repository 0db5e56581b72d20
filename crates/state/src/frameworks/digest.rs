//! Digests of framework texts and of retirements.
//!
//! *Invariant:* must stay stable: they are stored with each submission.

use blake3::Hasher;
use tenseven_model::{ContentDigest, event::FrameworkRetirement};

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

/// Starts every digest of a retirement. Must stay stable.
const RETIREMENT_MARK: &[u8] = b"tenseven framework retirement 1";

/// The digest of a retirement.
pub(crate) fn of_retirement(retirement: &FrameworkRetirement) -> ContentDigest {
    let FrameworkRetirement { id, version, reason } = retirement;
    let mut hasher = Hasher::new();
    text(&mut hasher, RETIREMENT_MARK);
    text(&mut hasher, id.as_str().as_bytes());
    text(&mut hasher, version.to_string().as_bytes());
    text(&mut hasher, reason.as_str().as_bytes());
    finished(&hasher)
}
