//! Digests of changes of observations.
//!
//! *Invariant:* must stay stable: they are stored with each submission.

use blake3::Hasher;
use tenseven_model::{
    ContentDigest, Evidence, GivenFields, GivenStatus, Notes, Observation, ObservationMerge, Withdrawal,
};

use super::change::Change;
use crate::content_hash::{evidence_into, finished, key_into, text, value_into};

/// Starts every digest of changes; a new way of writing them needs a new mark. Must stay stable.
const CHANGES_MARK: &[u8] = b"tenseven changes 1";

/// The digest of changes, in their order. What a merge was resolved with is no part of it.
pub(crate) fn of_changes(changes: &[Change]) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, CHANGES_MARK);
    for change in changes {
        match change {
            Change::Put(observation) => observation_into(hasher.update(&[1]), observation),
            Change::Merge(merge) => merge_into(hasher.update(&[2]), merge.request()),
            Change::Withdraw(withdrawal) => withdrawal_into(hasher.update(&[3]), withdrawal),
        }
    }
    finished(&hasher)
}

fn withdrawal_into(hasher: &mut Hasher, withdrawal: &Withdrawal) {
    key_into(hasher, withdrawal.key());
    text(hasher, withdrawal.reason().as_str().as_bytes());
}

/// Each field that is given is written after a number of its own, so that one that is absent is not one that is empty.
fn merge_into(hasher: &mut Hasher, merge: &ObservationMerge) {
    let GivenFields { value, status, comment, method, evidence } = merge.fields();
    key_into(hasher, merge.key());
    if let Some(value) = value {
        value_into(hasher.update(&[1]), value);
    }
    match status {
        None => {}
        Some(GivenStatus::Default) => text(hasher.update(&[2]), b""),
        Some(GivenStatus::Is(status)) => text(hasher.update(&[2]), status.code().as_bytes()),
    }
    for (number, given) in [(3, comment), (4, method)] {
        if let Some(given) = given {
            text(hasher.update(&[number]), given.as_bytes());
        }
    }
    if let Some(evidence) = evidence {
        all_evidence_into(hasher.update(&[5]), evidence);
    }
    hasher.update(&[0]);
}

fn observation_into(hasher: &mut Hasher, observation: &Observation) {
    key_into(hasher, observation.key());
    value_into(hasher, observation.value());
    text(hasher, observation.status().code().as_bytes());
    let Notes { comment, method, evidence } = observation.notes();
    text(hasher, comment.as_bytes());
    text(hasher, method.as_bytes());
    all_evidence_into(hasher, evidence);
}

fn all_evidence_into(hasher: &mut Hasher, evidence: &[Evidence]) {
    hasher.update(&(evidence.len() as u64).to_le_bytes());
    for one in evidence {
        evidence_into(hasher, one);
    }
}
