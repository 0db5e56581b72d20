//! Options: how long a client waits, and how often it tries.

use std::time::Duration;

use crate::Security;

/// The delay between two attempts of a call.
///
/// Before try `n + 1` the client waits a random time between half of `first · 2ⁿ⁻¹` and the whole of it, at most
/// `wait_max`; longer if the server's `RetryInfo` asks for it. If the server asks for more than `wait_max`, the call is
/// not tried again: its error states how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Longest delay before the second attempt.
    pub first: Duration,
    /// Longest delay before any attempt.
    pub wait_max: Duration,
}

impl Default for Backoff {
    /// 100 ms at first, at most 10 s.
    fn default() -> Self {
        Self { first: Duration::from_millis(100), wait_max: Duration::from_secs(10) }
    }
}

/// How a client connects and how long it waits. Made with `ClientOptions { deadline: …, ..Default::default() }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientOptions {
    /// Longest time for making a connection. Default: 5 s.
    pub connect_timeout: Duration,
    /// Longest time for one attempt of a call; the server is given it and gives up too. Default: 30 s.
    pub deadline: Duration,
    /// How often a call is tried again after its first try. Default: 4.
    pub retries_max: u32,
    /// The delay between attempts.
    pub backoff: Backoff,
    /// Largest answer that is read, in bytes. Default: 64 MiB.
    pub answer_bytes_max: usize,
    /// Whom the client trusts, and as whom it calls.
    pub security: Security,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(30),
            retries_max: 4,
            backoff: Backoff::default(),
            answer_bytes_max: 64 << 20,
            security: Security::default(),
        }
    }
}
