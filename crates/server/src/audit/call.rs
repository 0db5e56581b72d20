//! What is recorded of one call: its facts as they become known, and what became of it.
//!
//! *Invariant:* what is recorded is decided here, for every call: one that is rejected because of who makes it, one of a method of operators or
//! admins, and each change that is accepted.

use std::{
    net::IpAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use http::HeaderMap;
use tenseven_model::{Revision, SubmissionId, access::KeyId};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{
    log::AuditLog,
    record::{Outcome, Record, code_name, cut, instant},
};
use crate::{
    access::{Audited, Credential, Principal},
    layers::RequestId,
};

/// A call as it is audited. A clone is of the same call. The default is of a call that is not.
#[derive(Clone, Default)]
pub(crate) struct AuditedCall(Option<Arc<Known>>);

/// What is known of a call.
struct Known {
    log: AuditLog,
    method: Audited,
    peer: Option<IpAddr>,
    request_id: RequestId,
    caller: OnceLock<(Principal, Option<Revision>)>,
    /// The key of a caller who was not admitted, if the registry has it.
    rejected_key: OnceLock<KeyId>,
    /// What is recorded of each change of the call.
    origin: OnceLock<Arc<Record>>,
    is_recorded: AtomicBool,
}

impl AuditedCall {
    /// A call of a path begins.
    pub(crate) fn begin(log: AuditLog, path: &str, peer: Option<IpAddr>, request_id: &RequestId) -> Self {
        Self(Some(Arc::new(Known {
            log,
            method: Audited::of(path),
            peer,
            request_id: request_id.clone(),
            caller: OnceLock::new(),
            rejected_key: OnceLock::new(),
            origin: OnceLock::new(),
            is_recorded: AtomicBool::new(false),
        })))
    }

    /// Who makes it, and the grant that allows it if one can be named.
    pub(crate) fn admit(&self, principal: &Principal, grant: Option<Revision>) {
        if let Some(known) = &self.0 {
            // It is admitted once.
            let _ = known.caller.set((principal.clone(), grant));
        }
    }

    /// It is not admitted; the key that it showed, if it is one. Nobody vouches for that: it is recorded only if the registry has such
    /// a key, so that who makes keys up does not fill the log.
    pub(crate) fn reject(&self, key: Option<KeyId>, status: &Status) {
        if let Some((known, key)) = self.0.as_ref().zip(key)
            && known.log.has_key(&key)
        {
            // It is rejected once.
            let _ = known.rejected_key.set(key);
        }
        self.refuse(status);
    }

    /// A part of it, as a batch of a stream, has this status. It is recorded if it is because of who makes the call.
    pub(crate) fn refuse(&self, status: &Status) {
        if let Some(known) = &self.0
            && is_of_access(status.code())
        {
            known.end(Outcome::Rejected, status);
        }
    }

    /// A submission of it is about to be decided.
    pub(crate) fn attribute(&self, submission: SubmissionId) {
        let Some(known) = &self.0 else { return };
        let origin = || Arc::new(Record { outcome: Outcome::Accepted, ..known.record(Code::Ok) });
        let origin = known.origin.get_or_init(origin);
        let partner = known.caller.get().and_then(|(principal, _)| principal.partner().cloned());
        known.log.attribute(submission, partner, Arc::clone(origin));
    }

    /// It changed something, which the journal has.
    pub(crate) fn change(&self) {
        if let Some(known) = &self.0 {
            known.is_recorded.store(true, Ordering::Relaxed);
        }
    }

    /// Its answer has these headers or, once it `has_begun`, trailers.
    pub(crate) fn answer(&self, headers: &HeaderMap, has_begun: bool) {
        let Some(known) = &self.0 else { return };
        let Some(code) = headers.get("grpc-status") else { return };
        let may_be_recorded = known.method.is_listed || code == "7" || code == "16";
        let Some(status) = Some(headers).filter(|_| may_be_recorded).and_then(Status::from_header_map) else {
            return;
        };
        if status.code() != Code::Ok && (!has_begun || is_of_access(status.code())) {
            if known.method.is_listed || is_of_access(status.code()) {
                known.end(Outcome::Rejected, &status);
            }
        } else if known.method.is_listed && !known.is_recorded.load(Ordering::Relaxed) {
            known.end(Outcome::Read, &status);
        }
    }

    /// It ended, whether its caller received all of the answer or not.
    pub(crate) fn end(&self) {
        if let Some(known) = self.0.as_ref().filter(|known| known.method.is_listed)
            && !known.is_recorded.swap(true, Ordering::Relaxed)
        {
            known.log.send(Record { outcome: Outcome::Read, ..known.record(Code::Cancelled) });
        }
    }
}

/// Ends what is recorded of a call when it is dropped.
pub(crate) struct AuditedEnd(pub(crate) AuditedCall);

impl Drop for AuditedEnd {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl std::fmt::Debug for AuditedCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AuditedCall").finish_non_exhaustive()
    }
}

/// Whether a call is rejected because of who makes it.
fn is_of_access(code: Code) -> bool {
    matches!(code, Code::Unauthenticated | Code::PermissionDenied)
}

impl Known {
    fn end(&self, outcome: Outcome, status: &Status) {
        self.is_recorded.store(true, Ordering::Relaxed);
        let mut record = Record { outcome, ..self.record(status.code()) };
        if let Some(info) = status.get_details_error_info() {
            record.reason = cut(&info.reason);
            let of = |key: &str| info.metadata.get(key).map(|text| cut(text)).unwrap_or_default();
            if is_of_access(status.code()) {
                record.missing = of("missing");
                if record.partner.is_empty() {
                    record.partner = of("partner");
                }
            }
        }
        self.log.send(record);
    }

    /// The record of a call with this status.
    fn record(&self, code: Code) -> Record {
        let mut record = Record {
            time: instant(self.log.now()),
            method: self.method.name.to_owned(),
            peer: self.peer.map(|peer| peer.to_canonical().to_string()).unwrap_or_default(),
            code: code_name(code).to_owned(),
            request_id: cut(&self.request_id.to_string()),
            count: 1,
            ..Record::default()
        };
        let key = |key: &KeyId| ("key".to_owned(), key.to_string());
        let credential = match self.caller.get() {
            None => self.rejected_key.get().map(key),
            Some((principal, grant)) => {
                record.grant = grant.map_or(0, Revision::number);
                match principal {
                    Principal::Anonymous => None,
                    Principal::Partner { id, credential } => {
                        id.as_str().clone_into(&mut record.partner);
                        Some(match credential {
                            Credential::Key(id) => key(id),
                            Credential::Certificate(name) => ("certificate".to_owned(), cut(name)),
                            Credential::Token(token) => ("token".to_owned(), cut(token.issuer())),
                        })
                    }
                }
            }
        };
        (record.credential, record.credential_id) = credential.unwrap_or_default();
        record
    }
}

#[cfg(test)]
mod tests {
    use super::{super::log::AuditSettings, *};

    #[test]
    fn keys_that_somebody_made_up_are_not_recorded_and_all_alike() {
        let home = tempfile::tempdir().unwrap();
        let settings =
            AuditSettings { directory: home.path().to_owned(), bytes_max: AuditSettings::BYTES_MIN };
        let now = || tenseven_model::Timestamp::from_micros(1_000_000);
        let has_key = |id: &KeyId| id.as_str() == "abcdefghijkl";
        let log = AuditLog::start(settings, Box::new(now), Box::new(has_key)).unwrap();
        let reject = |key: &str| {
            let request_id = RequestId::of(&HeaderMap::new());
            let path = "/tenseven.v1.AccessService/IssueKey";
            let call = AuditedCall::begin(log.clone(), path, None, &request_id);
            call.reject(Some(key.parse().unwrap()), &crate::status::unauthenticated());
        };
        (0..100).for_each(|index| reject(&format!("madeup{index:06}")));
        reject("abcdefghijkl");
        log.close();
        let records = log.calls_between((0, i64::MAX)).unwrap();
        let found: Vec<_> =
            records.map(|one| one.map(|one| (one.credential_id, one.count)).unwrap()).collect();
        assert_eq!(found, [(String::new(), 1), ("abcdefghijkl".to_owned(), 1), (String::new(), 99)]);
    }
}
