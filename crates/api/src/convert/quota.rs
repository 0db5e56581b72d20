//! Quotas, to and from the model.

use std::num::NonZero;

use tenseven_model::access::{Quota, QuotaLimit};

use super::{FieldReason, Reader};
use crate::v1;

/// Reads the quota of a partner.
pub(super) fn read_quota(reader: &mut Reader, message: v1::Quota) -> Option<Quota> {
    let mut quota = Some(Quota::default());
    reader.within("quota", |reader| {
        for (limit, value) in values(message) {
            match value.map(NonZero::new) {
                Some(None) => {
                    let problem = "is 0; give at least 1, or leave it out for the default of the server; \
                                   a partner that may not call is suspended";
                    reader.refuse(limit.as_str(), FieldReason::OutOfRange, problem);
                    quota = None;
                }
                value => quota = quota.map(|quota| quota.with(limit, value.flatten())),
            }
        }
    });
    quota
}

fn values(message: v1::Quota) -> [(QuotaLimit, Option<u64>); QuotaLimit::ALL.len()] {
    let v1::Quota {
        requests_per_second,
        observations_per_second,
        request_bytes,
        watches,
        streams,
        connections,
    } = message;
    [
        (QuotaLimit::Requests, requests_per_second),
        (QuotaLimit::Observations, observations_per_second),
        (QuotaLimit::RequestBytes, request_bytes),
        (QuotaLimit::Watches, watches),
        (QuotaLimit::Streams, streams),
        (QuotaLimit::Connections, connections),
    ]
}

/// A quota as a message.
pub fn quota_message(quota: &Quota) -> v1::Quota {
    let value = |limit| quota.get(limit).map(NonZero::get);
    v1::Quota {
        requests_per_second: value(QuotaLimit::Requests),
        observations_per_second: value(QuotaLimit::Observations),
        request_bytes: value(QuotaLimit::RequestBytes),
        watches: value(QuotaLimit::Watches),
        streams: value(QuotaLimit::Streams),
        connections: value(QuotaLimit::Connections),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_read_back_from_its_message() {
        for limit in QuotaLimit::ALL {
            let quota = Quota::default().with(limit, NonZero::new(7));
            let mut reader = Reader::default();
            let read = read_quota(&mut reader, quota_message(&quota));
            assert_eq!(reader.finish(read), Ok(quota), "{limit}");
        }
    }
}
