//! Arguments about how much of a server a partner may use at a time.

use std::{num::NonZero, str::FromStr};

use clap::Args;
use tenseven_client::v1;
use tenseven_server::{PartnerLimits, QuotaLimit};

fn default(limit: QuotaLimit) -> NonZero<u64> {
    PartnerLimits::default().get(limit)
}

/// Arguments of `tenseven serve` that limit what each partner uses.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "each has the name of its flag")]
pub(super) struct PartnerLimitArguments {
    /// Maximum calls of a partner in a second
    #[arg(long, value_name = "CALLS", env = "TENSEVEN_PARTNER_REQUESTS_PER_SECOND_MAX", default_value_t = default(QuotaLimit::Requests))]
    partner_requests_per_second_max: NonZero<u64>,
    /// Maximum changes of observations of a partner in a second
    #[arg(long, value_name = "OBSERVATIONS", env = "TENSEVEN_PARTNER_OBSERVATIONS_PER_SECOND_MAX", default_value_t = default(QuotaLimit::Observations))]
    partner_observations_per_second_max: NonZero<u64>,
    /// Maximum bytes of incomplete requests of a partner [default: half of those of all calls, but a whole message]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_PARTNER_REQUEST_BYTES_MAX")]
    partner_request_bytes_max: Option<NonZero<u64>>,
    /// Maximum watches of a partner at a time
    #[arg(long, value_name = "WATCHES", env = "TENSEVEN_PARTNER_WATCHES_MAX", default_value_t = default(QuotaLimit::Watches))]
    partner_watches_max: NonZero<u64>,
    /// Maximum streams of batches, exports and backups of a partner at a time
    #[arg(long, value_name = "STREAMS", env = "TENSEVEN_PARTNER_STREAMS_MAX", default_value_t = default(QuotaLimit::Streams))]
    partner_streams_max: NonZero<u64>,
    /// Maximum connections of a partner
    #[arg(long, value_name = "CONNECTIONS", env = "TENSEVEN_PARTNER_CONNECTIONS_MAX", default_value_t = default(QuotaLimit::Connections))]
    partner_connections_max: NonZero<u64>,
}

impl PartnerLimitArguments {
    /// The limits, for calls that may hold that many bytes together and messages that may have that many.
    pub(super) fn limits(&self, calls_bytes_max: usize, message_bytes_max: usize) -> PartnerLimits {
        let limits = PartnerLimits::default()
            .with_half_of(calls_bytes_max, message_bytes_max)
            .with(QuotaLimit::Requests, self.partner_requests_per_second_max)
            .with(QuotaLimit::Observations, self.partner_observations_per_second_max)
            .with(QuotaLimit::Watches, self.partner_watches_max)
            .with(QuotaLimit::Streams, self.partner_streams_max)
            .with(QuotaLimit::Connections, self.partner_connections_max);
        match self.partner_request_bytes_max {
            Some(bytes) => limits.with(QuotaLimit::RequestBytes, bytes),
            None => limits,
        }
    }
}

/// The value of a limit of a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// That of the server.
    Default,
    /// Its own.
    Own(NonZero<u64>),
}

impl FromStr for Value {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "default" {
            return Ok(Self::Default);
        }
        text.parse().map(Self::Own).map_err(|_| "give a whole number from 1 on, or default".to_owned())
    }
}

/// Arguments of `tenseven partner put` about the limits of the partner.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "each has the name of its flag")]
pub(super) struct QuotaArguments {
    /// Maximum calls in a second; default: the server's
    #[arg(long, value_name = "N")]
    quota_requests_per_second: Option<Value>,
    /// Maximum changes of observations in a second; default: the server's
    #[arg(long, value_name = "N")]
    quota_observations_per_second: Option<Value>,
    /// Maximum bytes of incomplete requests; default: the server's
    #[arg(long, value_name = "BYTES")]
    quota_request_bytes: Option<Value>,
    /// Maximum watches at a time; default: the server's
    #[arg(long, value_name = "N")]
    quota_watches: Option<Value>,
    /// Maximum streams of batches, exports and backups at a time; default: the server's
    #[arg(long, value_name = "N")]
    quota_streams: Option<Value>,
    /// Maximum connections; default: the server's
    #[arg(long, value_name = "N")]
    quota_connections: Option<Value>,
}

impl QuotaArguments {
    /// The quota to be sent for a partner that has this one; none if it stays as it is.
    pub(super) fn changed(&self, current: Option<v1::Quota>) -> Option<v1::Quota> {
        let mut quota = current.unwrap_or_default();
        let changes = [
            (self.quota_requests_per_second, &mut quota.requests_per_second),
            (self.quota_observations_per_second, &mut quota.observations_per_second),
            (self.quota_request_bytes, &mut quota.request_bytes),
            (self.quota_watches, &mut quota.watches),
            (self.quota_streams, &mut quota.streams),
            (self.quota_connections, &mut quota.connections),
        ];
        let mut is_given = false;
        for (value, limit) in changes {
            let Some(value) = value else { continue };
            is_given = true;
            *limit = match value {
                Value::Default => None,
                Value::Own(value) => Some(value.get()),
            };
        }
        is_given.then_some(quota)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        quota: QuotaArguments,
    }

    #[test]
    fn what_is_not_given_stays_and_default_takes_a_limit_back() {
        let quota = |line: &str| Line::try_parse_from(line.split_whitespace()).unwrap().quota;
        let current = v1::Quota { watches: Some(3), streams: Some(4), ..Default::default() };
        assert_eq!(quota("put").changed(Some(current)), None);
        let changed = quota("put --quota-watches default --quota-connections 7").changed(Some(current));
        assert_eq!(changed, Some(v1::Quota { streams: Some(4), connections: Some(7), ..Default::default() }));
        assert_eq!(quota("put --quota-watches default").changed(None), Some(v1::Quota::default()));
        assert!(Line::try_parse_from(["put", "--quota-watches", "0"]).is_err());
    }
}
