//! The status of a call or batch beyond a quota.

use tenseven_api::v1::ErrorReason;
use tenseven_model::access::QuotaLimit;
use tonic::Code;
use tonic_types::QuotaViolation;

use super::{
    details::{details, status},
    refusal::{Refusal, Refused},
};
use crate::quota::Exceeded;

impl Refusal for Exceeded {
    fn refuse(self) -> Refused {
        let Self { partner, limit, value, wait } = self;
        let (who, subject) = match &partner {
            Some(id) => (format!("partner {id}"), id.to_string()),
            None => ("anonymous callers together".to_owned(), "anonymous".to_owned()),
        };
        let allowed = allowed(limit, value);
        let seconds = wait.as_secs_f64();
        let remedy = match limit {
            QuotaLimit::Requests | QuotaLimit::Observations => format!("try again in {seconds:.1} s"),
            _ => format!("end one first, or try again in {seconds:.1} s"),
        };
        let raise = match partner {
            Some(_) => "have an admin of the registry raise the limit",
            None => "call with a key",
        };
        let message = format!("{who} may {allowed} ({limit}); {remedy}, or {raise}");
        let metadata = [("limit", limit.to_string()), ("value", value.to_string())];
        let mut details = details(ErrorReason::QuotaExceeded, &metadata);
        details.set_quota_failure(vec![QuotaViolation::new(
            subject,
            format!("may {allowed} ({limit} = {value})"),
        )]);
        details.set_retry_info(Some(wait));
        status(Code::ResourceExhausted, message, details)
    }
}

/// What a limit allows.
fn allowed(limit: QuotaLimit, value: u64) -> String {
    match limit {
        QuotaLimit::Requests => format!("begin {value} calls a second"),
        QuotaLimit::Observations => format!("change {value} observations a second"),
        QuotaLimit::RequestBytes => format!("have {value} bytes of incomplete requests"),
        QuotaLimit::Watches => format!("have {value} watches at a time"),
        QuotaLimit::Streams => format!("have {value} streams, exports and backups at a time"),
        QuotaLimit::Connections => format!("have {value} connections"),
    }
}
