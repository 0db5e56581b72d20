//! Requests about partners, keys and grants.

use tenseven_model::{
    PartnerId, Revision, SubmissionId, Timestamp, WithdrawalReason,
    access::{Grant, KeyId, KeyName, Partner},
};

use super::{
    FieldReason, ReadRequest, Reader, Violations,
    access::{read_grant, read_partner},
    practice_request::read_reason,
    read_submission, timestamp,
};
use crate::v1;

impl ReadRequest for v1::GetPartnerRequest {
    type Query = PartnerId;
    /// When its keys were last used changes without a revision.
    const LASTS: bool = false;
    fn read(self, reader: &mut Reader) -> Option<PartnerId> {
        let Self { partner, read_at: _ } = self;
        read_id(reader, &partner)
    }
}

impl ReadRequest for v1::ListPartnersRequest {
    type Query = ();
    const LASTS: bool = false;
    fn read(self, _: &mut Reader) -> Option<()> {
        let Self { page: _, read_at: _ } = self;
        Some(())
    }
}

fn read_id(reader: &mut Reader, text: &str) -> Option<PartnerId> {
    reader.required("partner", text, "a partner's id, for example hcp-morocco")
}

/// A change of access, read: what every such request has, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest<C> {
    /// The submission.
    pub submission: SubmissionId,
    /// The change.
    pub change: C,
    /// Whether it is only checked.
    pub validate_only: bool,
}

impl<C> AccessRequest<C> {
    fn read(
        submission_id: &str,
        validate_only: bool,
        read: impl FnOnce(&mut Reader) -> Option<C>,
    ) -> Result<Self, Violations> {
        let mut reader = Reader::default();
        let (submission, change) = (read_submission(&mut reader, submission_id), read(&mut reader));
        let whole = submission.zip(change);
        reader.finish(whole.map(|(submission, change)| Self { submission, change, validate_only }))
    }
}

/// A partner to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRequest {
    /// The partner.
    pub partner: Partner,
    /// Whether one that is registered keeps its status.
    pub keeps_status: bool,
    /// Whether one that is registered keeps its quota.
    pub keeps_quota: bool,
}

impl TryFrom<v1::PutPartnerRequest> for AccessRequest<PartnerRequest> {
    type Error = Violations;
    fn try_from(message: v1::PutPartnerRequest) -> Result<Self, Violations> {
        let v1::PutPartnerRequest { submission_id, partner, validate_only } = message;
        let keeps_status =
            partner.as_ref().is_none_or(|partner| partner.status() == v1::PartnerStatus::Unspecified);
        let keeps_quota = partner.as_ref().is_none_or(|partner| partner.quota.is_none());
        Self::read(&submission_id, validate_only, |reader| {
            let partner = read_partner(reader, partner)?;
            Some(PartnerRequest { partner, keeps_status, keeps_quota })
        })
    }
}

/// A key to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// Whose.
    pub partner: PartnerId,
    /// What it is for.
    pub name: KeyName,
    /// When it stops to be accepted; none: never.
    pub expires_at: Option<Timestamp>,
}

impl TryFrom<v1::IssueKeyRequest> for AccessRequest<KeyRequest> {
    type Error = Violations;
    fn try_from(message: v1::IssueKeyRequest) -> Result<Self, Violations> {
        let v1::IssueKeyRequest { submission_id, partner, name, expire_time, validate_only } = message;
        Self::read(&submission_id, validate_only, |reader| {
            let partner = read_id(reader, &partner);
            let name = reader.required("name", &name, "what the key is for, for example nightly push");
            let expires_at = match expire_time.map(|time| timestamp(&time)) {
                None => Some(None),
                Some(Some(time)) => Some(Some(time)),
                Some(None) => {
                    let problem = "is no instant between the years 1 and 9999";
                    reader.refuse("expire_time", FieldReason::Malformed, problem);
                    None
                }
            };
            Some(KeyRequest { partner: partner?, name: name?, expires_at: expires_at? })
        })
    }
}

/// A key to be revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRevocation {
    /// Whose.
    pub partner: PartnerId,
    /// Which key.
    pub key: KeyId,
    /// Why.
    pub reason: WithdrawalReason,
}

impl TryFrom<v1::RevokeKeyRequest> for AccessRequest<KeyRevocation> {
    type Error = Violations;
    fn try_from(message: v1::RevokeKeyRequest) -> Result<Self, Violations> {
        let v1::RevokeKeyRequest { submission_id, partner, key_id, reason, validate_only } = message;
        Self::read(&submission_id, validate_only, |reader| {
            let partner = read_id(reader, &partner);
            let key = reader.required("key_id", &key_id, "the id of a key");
            let reason = read_reason(reader, &reason);
            Some(KeyRevocation { partner: partner?, key: key?, reason: reason? })
        })
    }
}

impl TryFrom<v1::AddGrantRequest> for AccessRequest<(PartnerId, Grant)> {
    type Error = Violations;
    fn try_from(message: v1::AddGrantRequest) -> Result<Self, Violations> {
        let v1::AddGrantRequest { submission_id, partner, grant, validate_only } = message;
        Self::read(&submission_id, validate_only, |reader| {
            read_id(reader, &partner).zip(read_grant(reader, grant))
        })
    }
}

/// A grant to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRevocation {
    /// Whose.
    pub partner: PartnerId,
    /// The revision that added it.
    pub grant: Revision,
    /// Why.
    pub reason: WithdrawalReason,
}

impl TryFrom<v1::RevokeGrantRequest> for AccessRequest<GrantRevocation> {
    type Error = Violations;
    fn try_from(message: v1::RevokeGrantRequest) -> Result<Self, Violations> {
        let v1::RevokeGrantRequest { submission_id, partner, grant_revision, reason, validate_only } =
            message;
        Self::read(&submission_id, validate_only, |reader| {
            let partner = read_id(reader, &partner);
            if grant_revision == 0 {
                let problem = "is absent; give the revision that added the grant, as GetPartner lists it";
                reader.refuse("grant_revision", FieldReason::Required, problem);
            }
            let reason = read_reason(reader, &reason);
            Some(GrantRevocation { partner: partner?, grant: Revision::new(grant_revision), reason: reason? })
        })
    }
}
