//! Hashing of content: how values are written into a hash.
//!
//! *Invariant:* every field is written with its length, so that no two contents run together. Digests of submissions are stored, and a
//! retry may come after years: what is written here must stay stable.

use blake3::Hasher;
use tenseven_model::{ContentDigest, Evidence, ObservationKey, SubmissionId, Unit, Value};

/// The digest of what was hashed: the first half of it.
pub(crate) fn finished(hasher: &Hasher) -> ContentDigest {
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    ContentDigest(digest)
}

/// Writes a text with its length.
pub(crate) fn text(hasher: &mut Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

/// Writes names with their number.
pub(crate) fn names<'a>(hasher: &mut Hasher, names: impl ExactSizeIterator<Item = &'a str>) {
    hasher.update(&(names.len() as u64).to_le_bytes());
    for name in names {
        text(hasher, name.as_bytes());
    }
}

/// Writes a key.
pub(crate) fn key_into(hasher: &mut Hasher, key: &ObservationKey) {
    let ObservationKey { indicator, area, source, period } = key;
    for part in [indicator.as_str(), &area.to_string(), source.as_str(), &period.to_string()] {
        text(hasher, part.as_bytes());
    }
}

/// Writes a unit.
pub(crate) fn unit_into(hasher: &mut Hasher, unit: &Unit) {
    for part in [unit.indicator().as_str(), &unit.area().to_string(), &unit.period().to_string()] {
        text(hasher, part.as_bytes());
    }
}

/// Writes a value.
pub(crate) fn value_into(hasher: &mut Hasher, value: &Value) {
    match value {
        Value::Number(number) => {
            hasher.update(&[1]).update(&number.get().to_bits().to_le_bytes());
        }
        Value::Flag(flag) => {
            hasher.update(&[2, u8::from(*flag)]);
        }
        Value::Level(level) => {
            hasher.update(&[3]);
            text(hasher, level.as_str().as_bytes());
        }
        Value::Ratio(ratio) => {
            hasher.update(&[4]);
            hasher.update(&ratio.numerator().to_bits().to_le_bytes());
            hasher.update(&ratio.denominator().to_bits().to_le_bytes());
        }
        Value::Missing(reason) => {
            hasher.update(&[5]);
            text(hasher, reason.as_str().as_bytes());
        }
    }
}

/// Writes a piece of evidence.
pub(crate) fn evidence_into(hasher: &mut Hasher, evidence: &Evidence) {
    for part in [evidence.citation(), evidence.url(), evidence.quote()] {
        text(hasher, part.as_bytes());
    }
}

/// The id of a submission that the program makes itself: the same for the same content and attempt.
pub(crate) fn submission_of(digest: ContentDigest, attempt: u32) -> SubmissionId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.0[..16]);
    let [.., a, b, c, d] = &mut bytes;
    for (byte, part) in [a, b, c, d].into_iter().zip(attempt.to_be_bytes()) {
        *byte ^= part;
    }
    SubmissionId::of_version_8(bytes)
}
