//! Requests for the audit trail.

use prost::Message as _;
use tenseven_model::{PartnerId, Timestamp};

use super::{FieldReason, Page, PageSize, Reader, Violations, read_page, timestamp};
use crate::v1;

/// The names of statuses.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Which events of the audit trail are returned. What is absent does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// At or after this time.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
    /// Of this partner.
    pub partner: Option<PartnerId>,
    /// Of this method; whether there is one of the name is not checked.
    pub method: Option<String>,
    /// With this outcome.
    pub outcome: Option<v1::AuditOutcome>,
    /// With this status.
    pub code: Option<&'static str>,
}

/// [`v1::ListAuditEventsRequest`], read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAuditEvents {
    /// Which events.
    pub filter: AuditFilter,
    /// Equal for requests with the same filter.
    pub identity: Vec<u8>,
    /// Which page.
    pub page: Page,
}

/// [`v1::StreamAuditEventsRequest`], read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamAuditEvents {
    /// Which events.
    pub filter: AuditFilter,
    /// Equal for requests with the same filter.
    pub identity: Vec<u8>,
    /// After which; empty: where the filter begins.
    pub after_event: String,
}

impl TryFrom<v1::ListAuditEventsRequest> for ListAuditEvents {
    type Error = Violations;
    fn try_from(message: v1::ListAuditEventsRequest) -> Result<Self, Violations> {
        let v1::ListAuditEventsRequest { filter, page } = message;
        let filter = filter.unwrap_or_default();
        let (identity, mut reader) = (filter.encode_to_vec(), Reader::default());
        let page = read_page(&mut reader, PageSize { default: 100, max: 1_000 }, page);
        let filter = read_filter(&mut reader, filter);
        reader.finish(page.map(|page| Self { filter, identity, page }))
    }
}

impl TryFrom<v1::StreamAuditEventsRequest> for StreamAuditEvents {
    type Error = Violations;
    fn try_from(message: v1::StreamAuditEventsRequest) -> Result<Self, Violations> {
        let v1::StreamAuditEventsRequest { filter, after_event } = message;
        let filter = filter.unwrap_or_default();
        let (identity, mut reader) = (filter.encode_to_vec(), Reader::default());
        let filter = read_filter(&mut reader, filter);
        reader.finish(Some(Self { filter, identity, after_event }))
    }
}

/// The filter; what is wrong with it is noted.
fn read_filter(reader: &mut Reader, message: v1::AuditFilter) -> AuditFilter {
    let v1::AuditFilter { from_time, to_time, partner, method, outcome, code } = message;
    reader.within("filter", |reader| {
        let from = read_time(reader, "from_time", from_time);
        let to = read_time(reader, "to_time", to_time);
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            reader.refuse("to_time", FieldReason::Contradiction, "is not after from_time");
        }
        let outcome = v1::AuditOutcome::try_from(outcome);
        if outcome.is_err() {
            let problem = "is no outcome that this server knows; give ACCEPTED, REJECTED, READ or LOST";
            reader.refuse("outcome", FieldReason::Malformed, problem);
        }
        let known = CODES.into_iter().find(|known| *known == code);
        if known.is_none() && !code.is_empty() {
            let problem =
                "is no name of a status; give one of google.rpc.Code, for example PERMISSION_DENIED";
            reader.refuse("code", FieldReason::Malformed, problem);
        }
        AuditFilter {
            partner: reader.optional("partner", &partner),
            method: Some(method).filter(|method| !method.is_empty()),
            from,
            to,
            outcome: outcome.ok().filter(|outcome| *outcome != v1::AuditOutcome::Unspecified),
            code: known,
        }
    })
}

fn read_time(reader: &mut Reader, field: &str, time: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    let time = time?;
    let read = timestamp(&time);
    if read.is_none() {
        reader.refuse(field, FieldReason::Malformed, "is no instant between the years 1 and 9999");
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_whole_or_everything_wrong_with_it_is_listed() {
        let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        let filter = v1::AuditFilter {
            from_time: time(1),
            to_time: time(2),
            partner: "hcp".to_owned(),
            method: "AccessService/IssueKey".to_owned(),
            outcome: v1::AuditOutcome::Rejected.into(),
            code: "PERMISSION_DENIED".to_owned(),
        };
        let read = |filter| {
            let request =
                v1::ListAuditEventsRequest { filter: Some(filter), page: Some(v1::Page::of_size(-1)) };
            ListAuditEvents::try_from(request)
        };
        let Err(Violations(violations)) = read(filter.clone()) else { panic!("the page has no size") };
        assert_eq!(violations.len(), 1, "{violations:?}");
        let request = v1::StreamAuditEventsRequest { filter: Some(filter), after_event: String::new() };
        let read_filter = StreamAuditEvents::try_from(request).unwrap().filter;
        assert_eq!(
            (read_filter.outcome, read_filter.code),
            (Some(v1::AuditOutcome::Rejected), Some("PERMISSION_DENIED"))
        );
        let wrong = v1::AuditFilter {
            from_time: time(2),
            to_time: time(2),
            partner: "a b".to_owned(),
            method: String::new(),
            outcome: 9,
            code: "7".to_owned(),
        };
        let Err(Violations(violations)) = read(wrong) else { panic!("nothing of it can be read") };
        let mut paths: Vec<&str> = violations.iter().map(|violation| violation.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["filter.code", "filter.outcome", "filter.partner", "filter.to_time", "page.size"]);
    }
}
