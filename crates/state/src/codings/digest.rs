//! Digests of codings and adjudications.
//!
//! *Invariant:* must stay stable: they are stored with each submission.

use blake3::Hasher;
use tenseven_model::{Coding, ContentDigest, CuratorId, Judgement, Ruling, SourceId, Unit};

use crate::content_hash::{evidence_into, finished, text, unit_into, value_into};

/// Starts every digest of a coding. Must stay stable.
const CODING_MARK: &[u8] = b"tenseven coding 1";

/// Starts every digest of an adjudication. Must stay stable.
const ADJUDICATION_MARK: &[u8] = b"tenseven adjudication 1";

/// The digest of a coding.
pub(crate) fn of_coding(coding: &Coding) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, CODING_MARK);
    unit_into(&mut hasher, coding.unit());
    text(&mut hasher, coding.coder().as_str().as_bytes());
    value_into(&mut hasher, &coding.judgement().clone().into());
    text(&mut hasher, coding.narrative().as_bytes());
    hasher.update(&(coding.evidence().len() as u64).to_le_bytes());
    for one in coding.evidence() {
        evidence_into(&mut hasher, one);
    }
    finished(&hasher)
}

/// The digest of what a curator asks for.
pub(crate) fn of_adjudication(
    unit: &Unit,
    source: &SourceId,
    curator: &CuratorId,
    ruling: &Ruling,
    comment: &str,
) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, ADJUDICATION_MARK);
    unit_into(&mut hasher, unit);
    text(&mut hasher, source.as_str().as_bytes());
    text(&mut hasher, curator.as_str().as_bytes());
    match ruling {
        Ruling::Median => {
            hasher.update(&[1]);
        }
        Ruling::Majority => {
            hasher.update(&[2]);
        }
        Ruling::Decision { judgement, rationale } => {
            hasher.update(&[3]);
            value_into(&mut hasher, &Judgement::clone(judgement).into());
            text(&mut hasher, rationale.as_str().as_bytes());
        }
    }
    text(&mut hasher, comment.as_bytes());
    finished(&hasher)
}
