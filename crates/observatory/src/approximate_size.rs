//! About how many bytes observations and withdrawals take, in memory or in an answer.

use tenseven_model::{Observation, Withdrawal};

/// Bytes of an observation next to its texts, about.
const OBSERVATION_BYTES: usize = 256;

/// About the bytes of an observation.
pub(crate) fn observation_bytes(observation: &Observation) -> usize {
    OBSERVATION_BYTES + observation.notes().text_bytes()
}

/// About the bytes of a withdrawal.
pub(crate) fn withdrawal_bytes(withdrawal: &Withdrawal) -> usize {
    OBSERVATION_BYTES + withdrawal.reason().as_str().len()
}
