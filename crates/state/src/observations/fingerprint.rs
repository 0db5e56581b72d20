//! The fingerprint of an observation's texts, by which an unchanged observation is recognised without reading the journal.
//!
//! *Invariant:* equal texts, equal fingerprint. It is half of what decides whether an observation is unchanged; value and status are
//! compared themselves. Two texts with the same fingerprint would make a correction that changes nothing but texts count as
//! unchanged: it would be answered so, and not be stored. Texts are only ever compared with the current ones of the same key, so the chance is
//! 1 in 2^64 for each such correction: with a thousand million of them, 1 in 18 thousand million. Two texts made to collide, at the
//! cost of some 2^32 tries, gain their author nothing but that.
//!
//! Checkpoints hold fingerprints: another way of making them needs another version of checkpoints.

use blake3::Hasher;
use tenseven_model::{Notes, NotesFingerprint};

/// The fingerprint of these texts; none if there are none.
pub fn notes_fingerprint(notes: &Notes) -> Option<NotesFingerprint> {
    if notes.is_empty() {
        return None;
    }
    let Notes { comment, method, evidence } = notes;
    let mut hasher = Hasher::new();
    let evidence = evidence.iter().flat_map(|one| [one.citation(), one.url(), one.quote()]);
    for text in [comment.as_str(), method.as_str()].into_iter().chain(evidence) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    let mut bits = [0; 8];
    bits.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    Some(NotesFingerprint::from_bits(u64::from_le_bytes(bits)))
}
