//! Quotas: how much of a server a partner may use at a time.
//!
//! *Invariant:* every limit is at least 1: a partner that may not call is suspended.

use std::{fmt, num::NonZero, str::FromStr};

/// What a quota limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuotaLimit {
    /// Calls that begin in a second.
    Requests,
    /// Changes of observations in a second, those that are only checked included.
    Observations,
    /// Bytes of requests that are not complete yet.
    RequestBytes,
    /// Watches at a time.
    Watches,
    /// Streams of batches, exports and backups at a time.
    Streams,
    /// Connections at a time.
    Connections,
}

impl QuotaLimit {
    /// All of them, in the order of the contract's fields.
    pub const ALL: [Self; 6] = [
        Self::Requests,
        Self::Observations,
        Self::RequestBytes,
        Self::Watches,
        Self::Streams,
        Self::Connections,
    ];

    /// Its name in the contract, for example `requests_per_second`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests_per_second",
            Self::Observations => "observations_per_second",
            Self::RequestBytes => "request_bytes",
            Self::Watches => "watches",
            Self::Streams => "streams",
            Self::Connections => "connections",
        }
    }
}

impl fmt::Display for QuotaLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for QuotaLimit {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|limit| limit.as_str() == text);
        found.ok_or_else(|| {
            format!("{text:?} is no limit; the limits are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}

/// Values of the limits that have one: those in which a partner differs from the defaults of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Quota([Option<NonZero<u64>>; QuotaLimit::ALL.len()]);

impl Quota {
    /// The value of a limit; none: the server's default counts.
    pub fn get(&self, limit: QuotaLimit) -> Option<NonZero<u64>> {
        self.0[limit as usize]
    }

    /// The same with another value of a limit.
    #[must_use]
    pub fn with(mut self, limit: QuotaLimit, value: Option<NonZero<u64>>) -> Self {
        self.0[limit as usize] = value;
        self
    }

    /// Whether no limit has a value.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_value_of_its_own_and_is_read_back_from_its_name() {
        let mut quota = Quota::default();
        assert!(quota.is_empty());
        for (value, limit) in (1..).zip(QuotaLimit::ALL) {
            quota = quota.with(limit, NonZero::new(value));
            assert_eq!(limit.to_string().parse(), Ok(limit));
        }
        let values = QuotaLimit::ALL.map(|limit| quota.get(limit).map(NonZero::get));
        assert_eq!(values, [1, 2, 3, 4, 5, 6].map(Some));
        assert_eq!(quota.with(QuotaLimit::Watches, None).get(QuotaLimit::Watches), None);
        assert!("calls".parse::<QuotaLimit>().unwrap_err().contains("request_bytes"));
    }
}
