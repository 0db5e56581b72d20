//! Statuses of calls without an identity or a grant, and of changes of access.

use std::time::Duration;

use tenseven_api::{Violation, convert::FieldReason, v1::ErrorReason};
use tenseven_observatory::{
    AccessRejection, GrantExists, KeyIdTaken, LastAdmin, NotGranted, OutsideGrants, TooManyOfPartner,
    UnknownGrant, UnknownKey, UnknownPartner,
};
use tonic::{Code, Status};
use tonic_types::PreconditionViolation;

use super::{
    details::{details, fitting, not_found, shortened, status},
    failure::ended,
    refusal::{Refusal, Refused},
    violations::refuse_field,
};
use crate::{access::AdminKeyError, tokens::TokenRefusal, violation::Listed};

/// When a call may be sent again whose token cannot be verified yet.
const TOKEN_KEYS_RETRY_DELAY: Duration = Duration::from_secs(2);

/// The method needs an identity, and the call has none.
pub(crate) fn unauthenticated() -> Status {
    let message = "this method needs an identity; send a key as `authorization: Bearer t7_…`, a token, or a client certificate";
    status(Code::Unauthenticated, message, details(ErrorReason::Unauthenticated, &[])).into()
}

/// The method is one of administration, and is answered at another address.
pub(crate) fn not_at_this_address() -> Status {
    let message = "this method is answered at the address of administration only (--admin-listen); ask the operator of the server for it";
    status(Code::PermissionDenied, message, details(ErrorReason::NotAtThisAddress, &[])).into()
}

/// A key would be expired when it is issued.
pub(crate) fn expired(problem: &str) -> Status {
    refuse_field("expire_time", FieldReason::OutOfRange, problem.to_owned()).into()
}

/// No key can be made.
pub(crate) fn key_failed(problem: &AdminKeyError) -> Status {
    tracing::error!(%problem, "no key can be made");
    ended()
}

/// The metadata `authorization` holds no key.
pub(crate) fn not_bearer() -> Status {
    invalid_credential("the metadata `authorization` holds no key; send `authorization: Bearer t7_…`")
}

/// The credential shows nobody who may call.
pub(crate) fn invalid_credential(problem: &str) -> Status {
    let details = details(ErrorReason::InvalidCredential, &[]);
    status(Code::Unauthenticated, shortened(problem), details).into()
}

/// A token is not accepted, or cannot be verified yet.
pub(crate) fn token_refused(refusal: &TokenRefusal) -> Status {
    let TokenRefusal::NoKeys(_) = refusal else { return invalid_credential(&refusal.to_string()) };
    let mut details = details(ErrorReason::TokenKeysUnavailable, &[]);
    details.set_retry_info(Some(TOKEN_KEYS_RETRY_DELAY));
    status(Code::Unavailable, refusal.to_string(), details).into()
}

/// Changes outside the grants of their author, with how their request calls them.
pub(super) fn refuse_changes(not_granted: NotGranted, listed: &Listed) -> Refused {
    let message = shortened(&not_granted.to_string());
    let NotGranted::Changes { partner, outside } = not_granted else { return not_granted.refuse() };
    let violation = |(index, problem): &(usize, OutsideGrants)| Violation {
        path: listed.path(Some(*index)),
        reason: FieldReason::OutsideGrants,
        description: problem.to_string(),
    };
    let violations: Vec<_> = outside.iter().map(violation).collect();
    let first = violations.first().map(|one| shortened(&format!("{}: {}", one.path, one.description)));
    let metadata = [
        ("partner", partner.to_string()),
        ("missing", "contributor".to_owned()),
        ("violation_count", violations.len().to_string()),
    ];
    let mut details = details(ErrorReason::NotGranted, &metadata);
    details.set_bad_request(fitting(&violations));
    let message = format!("{message}; the first: {}", first.unwrap_or_default());
    status(Code::PermissionDenied, message, details)
}

impl Refusal for NotGranted {
    fn refuse(self) -> Refused {
        let message = shortened(&self.to_string());
        let (partner, missing) = match self {
            Self::Missing { partner, missing } => (partner, missing.to_string()),
            Self::Changes { partner, .. } => (partner, "contributor".to_owned()),
            Self::Suspended(_) | Self::KeyRevoked(_) => return invalid_credential(&message).refuse(),
        };
        let metadata = [("partner", partner.to_string()), ("missing", shortened(&missing))];
        status(Code::PermissionDenied, message, details(ErrorReason::NotGranted, &metadata))
    }
}

impl Refusal for AccessRejection {
    fn refuse(self) -> Refused {
        match self {
            Self::Partner(unknown) => unknown.refuse(),
            Self::Key(unknown) => unknown.refuse(),
            Self::Grant(unknown) => unknown.refuse(),
            Self::GrantExists(exists) => exists.refuse(),
            Self::KeyIdTaken(taken) => taken.refuse(),
            Self::TooMany(too_many) => too_many.refuse(),
            Self::LastAdmin(last) => last.refuse(),
            Self::CertificateNameTaken { ref owner, .. } => {
                let message = shortened(&self.to_string());
                let mut details = details(ErrorReason::CertificateNameTaken, &[]);
                details.set_resource_info("partner", owner.to_string(), "", message.clone());
                status(Code::AlreadyExists, message, details)
            }
            Self::Unknown { field, index, ref remedy } => {
                let reason = match field {
                    "areas" => FieldReason::UnknownArea,
                    "indicators" => FieldReason::UnknownIndicator,
                    _ => FieldReason::NotAllowed,
                };
                refuse_field(&format!("grant.{field}[{index}]"), reason, remedy.clone())
            }
        }
    }
}

impl Refusal for UnknownPartner {
    fn refuse(self) -> Refused {
        let (partner, message) = (self.partner.to_string(), self.to_string());
        not_found(ErrorReason::UnknownPartner, "partner", partner, message)
    }
}

impl Refusal for UnknownKey {
    fn refuse(self) -> Refused {
        let (key, message) = (self.key.to_string(), self.to_string());
        not_found(ErrorReason::UnknownKey, "key", key, message)
    }
}

impl Refusal for UnknownGrant {
    fn refuse(self) -> Refused {
        let (grant, message) = (self.grant.number().to_string(), self.to_string());
        not_found(ErrorReason::UnknownGrant, "grant", grant, message)
    }
}

impl Refusal for GrantExists {
    fn refuse(self) -> Refused {
        let (grant, message) = (self.grant.number().to_string(), self.to_string());
        let mut details = details(ErrorReason::GrantExists, &[("grant", grant.clone())]);
        details.set_resource_info("grant", grant, "", message.clone());
        status(Code::AlreadyExists, message, details)
    }
}

impl Refusal for KeyIdTaken {
    fn refuse(self) -> Refused {
        // The server makes the id at random.
        ended().refuse()
    }
}

impl Refusal for TooManyOfPartner {
    fn refuse(self) -> Refused {
        status(Code::ResourceExhausted, self.to_string(), details(ErrorReason::TooManyOfPartner, &[]))
    }
}

impl Refusal for LastAdmin {
    fn refuse(self) -> Refused {
        let message = self.to_string();
        let mut details = details(ErrorReason::LastAdmin, &[]);
        let violation = PreconditionViolation::new("LAST_ADMIN", self.0.to_string(), message.clone());
        details.set_precondition_failure(vec![violation]);
        status(Code::FailedPrecondition, message, details)
    }
}
