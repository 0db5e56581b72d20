//! The retry policy: when a call is tried again, and after what delay.
//!
//! *Invariant:* [`RetryPolicy::wait`] is a function of its arguments; the randomness comes in as a number.
//!
//! What is tried again: a call that did not reach the server or whose connection broke; one refused with UNAVAILABLE,
//! unless the journal has failed (that needs an operator); one refused with `RESOURCE_EXHAUSTED` or `ABORTED` and `RetryInfo`. A call
//! whose deadline passed is not: it would most likely take as long again.

use std::time::Duration;

use tonic::Code;

use crate::{Backoff, ClientError};

/// The contract's reason for a journal that takes no writes until the server is restarted.
const JOURNAL_FAILED: &str = "JOURNAL_FAILED";

/// How often and after how long calls are tried again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    pub(crate) retries_max: u32,
    pub(crate) backoff: Backoff,
}

impl RetryPolicy {
    /// How long to wait before the try after the failed try number `tried` (from 1); none to give up.
    /// `jitter` is spread evenly over 0 to 1.
    pub(crate) fn wait(&self, tried: u32, error: &ClientError, jitter: f64) -> Option<Duration> {
        if tried > self.retries_max {
            return None;
        }
        let asked_for = match error {
            ClientError::Connect { .. } => Duration::ZERO,
            ClientError::Endpoint { .. }
            | ClientError::UserInAddress
            | ClientError::Certificates { .. }
            | ClientError::InsecureKey { .. }
            | ClientError::UnusableKey
            | ClientError::TokenFile { .. }
            | ClientError::Deadline { .. }
            | ClientError::KeyLost { .. } => return None,
            ClientError::Refused(refusal) => match (refusal.code, refusal.retry_after) {
                (Code::Unavailable, _) if refusal.reason == JOURNAL_FAILED => return None,
                (Code::Unavailable, wait) => wait.unwrap_or_default(),
                (Code::ResourceExhausted | Code::Aborted, Some(wait)) => wait,
                _ => return None,
            },
        };
        if asked_for > self.backoff.wait_max {
            return None;
        }
        let doublings = 1_u32.checked_shl(tried - 1).unwrap_or(u32::MAX);
        let longest = self.backoff.first.saturating_mul(doublings).min(self.backoff.wait_max);
        Some(longest.mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0)).max(asked_for))
    }
}

/// The `index`-th number of the sequence that `seed` begins, spread evenly over 0 to 1 (`SplitMix64`).
pub(crate) fn jitter(seed: u64, index: u64) -> f64 {
    let mut mixed = seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Refusal;

    const POLICY: RetryPolicy = RetryPolicy {
        retries_max: 6,
        backoff: Backoff { first: Duration::from_millis(100), wait_max: Duration::from_secs(1) },
    };

    fn refused(code: Code, reason: &str, retry_after: Option<u64>) -> ClientError {
        ClientError::Refused(Box::new(Refusal {
            code,
            reason: reason.to_owned(),
            message: String::new(),
            violations: Vec::new(),
            metadata: std::collections::BTreeMap::new(),
            retry_after: retry_after.map(Duration::from_millis),
        }))
    }

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let error = refused(Code::Unavailable, "", None);
        let waits: Vec<_> =
            (1..=7).map(|tried| POLICY.wait(tried, &error, 1.0).map(|wait| wait.as_millis())).collect();
        assert_eq!(waits, [Some(100), Some(200), Some(400), Some(800), Some(1000), Some(1000), None]);
    }

    #[test]
    fn jitter_takes_away_at_most_half() {
        let error = refused(Code::Unavailable, "", None);
        assert_eq!(POLICY.wait(2, &error, 0.0), Some(Duration::from_millis(100)));
        assert_eq!(POLICY.wait(2, &error, 0.5), Some(Duration::from_millis(150)));
    }

    #[test]
    fn waits_as_long_as_the_server_asks() {
        let full = refused(Code::ResourceExhausted, "WRITE_QUEUE_FULL", Some(700));
        assert_eq!(POLICY.wait(1, &full, 1.0), Some(Duration::from_millis(700)));
        let longer = refused(Code::Unavailable, "SHUTTING_DOWN", Some(5_000));
        assert_eq!(POLICY.wait(1, &longer, 1.0), None);
    }

    #[test]
    fn gives_up_on_what_another_try_cannot_mend() {
        for error in [
            refused(Code::InvalidArgument, "INVALID_REQUEST", None),
            refused(Code::ResourceExhausted, "MESSAGE_TOO_LARGE", None),
            refused(Code::ResourceExhausted, "JOURNAL_FULL", None),
            refused(Code::Unavailable, "JOURNAL_FAILED", Some(1)),
            refused(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", None),
            ClientError::Deadline { endpoint: String::new(), deadline: Duration::ZERO },
        ] {
            assert_eq!(POLICY.wait(1, &error, 0.5), None, "{error:?}");
        }
    }

    #[test]
    fn jitter_is_spread_over_its_range() {
        let mean = (0..1000).map(|index| jitter(7, index)).sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
        assert!((0..1000).all(|index| (0.0..1.0).contains(&jitter(u64::MAX, index))));
    }
}
