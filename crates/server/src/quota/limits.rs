//! The values of all limits.

use std::num::NonZero;

use tenseven_model::access::{Quota, QuotaLimit};

/// No limit in practice.
const NONE: NonZero<u64> = NonZero::<u64>::MAX;

/// How much of the server a partner may use at a time: the value of each limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartnerLimits([NonZero<u64>; QuotaLimit::ALL.len()]);

impl Default for PartnerLimits {
    fn default() -> Self {
        let value = |limit| match limit {
            QuotaLimit::Requests => 2_000,
            QuotaLimit::Observations => 1_000_000,
            QuotaLimit::RequestBytes => 128 * 1024 * 1024,
            QuotaLimit::Watches => 100,
            QuotaLimit::Streams => 32,
            QuotaLimit::Connections => 256,
        };
        Self(QuotaLimit::ALL.map(|limit| NonZero::new(value(limit)).unwrap_or(NONE)))
    }
}

impl PartnerLimits {
    /// The value of a limit.
    pub fn get(&self, limit: QuotaLimit) -> NonZero<u64> {
        self.0[limit as usize]
    }

    /// The same with another value of a limit.
    #[must_use]
    pub fn with(mut self, limit: QuotaLimit, value: NonZero<u64>) -> Self {
        self.0[limit as usize] = value;
        self
    }

    /// The same, with half of the bytes of all incomplete requests, but with room for one message.
    #[must_use]
    pub fn with_half_of(self, calls_bytes_max: usize, message_bytes_max: usize) -> Self {
        let bytes = u64::try_from((calls_bytes_max / 2).max(message_bytes_max)).unwrap_or(u64::MAX);
        self.with(QuotaLimit::RequestBytes, NonZero::new(bytes).unwrap_or(NonZero::<u64>::MIN))
    }

    /// The same, except for the limits that a partner has for itself.
    #[must_use]
    pub(super) fn overridden(mut self, quota: &Quota) -> Self {
        for limit in QuotaLimit::ALL {
            if let Some(value) = quota.get(limit) {
                self = self.with(limit, value);
            }
        }
        self
    }

    /// The limits of all anonymous callers together. Of what the whole server has at a time they may use half: many people may look at
    /// one registry. Their connections are limited by address instead.
    #[must_use]
    pub fn of_anonymous(self, watchers_max: usize, transfers_max: usize) -> Self {
        let half = |most: usize| {
            NonZero::new(u64::try_from(most / 2).unwrap_or(u64::MAX)).unwrap_or(NonZero::<u64>::MIN)
        };
        self.with(QuotaLimit::Watches, half(watchers_max))
            .with(QuotaLimit::Streams, half(transfers_max))
            .with(QuotaLimit::Connections, NONE)
    }

    /// As a quota; a limit that does not count has no value.
    pub(crate) fn to_quota(self) -> Quota {
        let value = |limit| Some(self.get(limit)).filter(|value| *value != NONE);
        QuotaLimit::ALL.into_iter().fold(Quota::default(), |quota, limit| quota.with(limit, value(limit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_replaces_its_limit_only_and_anonymous_callers_share_all_but_connections() {
        let defaults = PartnerLimits::default();
        let quota = Quota::default().with(QuotaLimit::Watches, NonZero::new(3));
        let limits = defaults.overridden(&quota);
        assert_eq!(limits.get(QuotaLimit::Watches).get(), 3);
        assert_eq!(limits.with(QuotaLimit::Watches, defaults.get(QuotaLimit::Watches)), defaults);
        let shared = defaults.of_anonymous(1_000, 1).to_quota();
        let value = |limit| shared.get(limit).map(NonZero::get);
        assert_eq!([QuotaLimit::Watches, QuotaLimit::Streams].map(value), [Some(500), Some(1)]);
        let counted = QuotaLimit::ALL.into_iter().filter(|limit| value(*limit).is_some());
        assert!(counted.eq(QuotaLimit::ALL.into_iter().filter(|limit| *limit != QuotaLimit::Connections)));
    }
}
