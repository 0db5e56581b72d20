//! Digests of observations and withdrawals.
//!
//! *Invariant:* must stay stable: they are stored with each submission.

use blake3::Hasher;
use tenseven_model::{ContentDigest, Notes, Observation, Withdrawal};

use crate::content_hash::{evidence_into, finished, key_into, text, value_into};

/// Starts every digest of observations; a new way of writing them needs a new mark. Must stay stable.
const OBSERVATIONS_MARK: &[u8] = b"tenseven observations 1";

/// Starts every digest of withdrawals; a new way of writing them needs a new mark. Must stay stable.
const WITHDRAWALS_MARK: &[u8] = b"tenseven withdrawals 1";

/// The digest of a batch of observations, in their order.
pub(crate) fn of_observations(observations: &[Observation]) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, OBSERVATIONS_MARK);
    for observation in observations {
        observation_into(&mut hasher, observation);
    }
    finished(&hasher)
}

/// The digest of a batch of withdrawals, in their order.
pub(crate) fn of_withdrawals(withdrawals: &[Withdrawal]) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, WITHDRAWALS_MARK);
    for withdrawal in withdrawals {
        key_into(&mut hasher, withdrawal.key());
        text(&mut hasher, withdrawal.reason().as_str().as_bytes());
    }
    finished(&hasher)
}

fn observation_into(hasher: &mut Hasher, observation: &Observation) {
    key_into(hasher, observation.key());
    value_into(hasher, observation.value());
    text(hasher, observation.status().code().as_bytes());
    let Notes { comment, method, evidence } = observation.notes();
    text(hasher, comment.as_bytes());
    text(hasher, method.as_bytes());
    hasher.update(&(evidence.len() as u64).to_le_bytes());
    for one in evidence {
        evidence_into(hasher, one);
    }
}
