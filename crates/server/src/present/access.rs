//! Partners, their keys and grants, and callers.

use tenseven_api::{
    convert::{grant_message, quota_message, timestamp_message},
    v1,
};
use tenseven_model::{
    PartnerId,
    access::{IssuedKey, PartnerDraft, PartnerStatus},
};
use tenseven_observatory::{Attribution, Observatory, StoredGrant, StoredKey, StoredPartner};

use crate::{
    access::{Credential, LastUses, Principal},
    config::AllowAnonymous,
    quota::LimitUse,
};

/// The id of the partner that made something; empty where nobody had to identify themselves.
pub(crate) fn partner_id(author: Option<&PartnerId>) -> String {
    author.map(ToString::to_string).unwrap_or_default()
}

/// A partner with its keys and grants.
pub(crate) fn partner(stored: &StoredPartner, last_uses: &LastUses) -> v1::Partner {
    let StoredPartner { partner, revision: _, registered_at, keys, grants } = stored;
    let PartnerDraft { id, name, contact, status, certificate_names, quota } = &**partner;
    let status = match status {
        PartnerStatus::Active => v1::PartnerStatus::Active,
        PartnerStatus::Suspended => v1::PartnerStatus::Suspended,
    };
    v1::Partner {
        id: id.to_string(),
        name: name.clone(),
        contact: contact.clone(),
        status: status.into(),
        certificate_names: certificate_names.clone(),
        keys: keys.iter().map(|stored| key(stored, last_uses)).collect(),
        grants: grants.iter().map(grant).collect(),
        register_time: Some(timestamp_message(*registered_at)),
        quota: (!quota.is_empty()).then(|| quota_message(quota)),
    }
}

fn key(stored: &StoredKey, last_uses: &LastUses) -> v1::PartnerKey {
    let StoredKey { key, revision: _, issued_at, revoked_at } = stored;
    let IssuedKey { id, partner: _, name, hash: _, expires_at } = key;
    v1::PartnerKey {
        key_id: id.to_string(),
        name: name.to_string(),
        issue_time: Some(timestamp_message(*issued_at)),
        expire_time: expires_at.map(timestamp_message),
        revoke_time: revoked_at.map(timestamp_message),
        last_use_time: last_uses.of(id).map(timestamp_message),
    }
}

fn grant(stored: &StoredGrant) -> v1::PartnerGrant {
    let StoredGrant { revision, added_at, grant } = stored;
    v1::PartnerGrant {
        revision: revision.number(),
        add_time: Some(timestamp_message(*added_at)),
        grant: Some(grant_message(grant)),
    }
}

/// A limit and its use by the partners that the reader is shown, and by anonymous callers.
pub(crate) fn quota_status(one: LimitUse, attribution: &Attribution) -> v1::QuotaStatus {
    let LimitUse { limit, default, rejected, uses } = one;
    let is_shown = |(partner, _): &(Option<PartnerId>, u64)| {
        partner.as_ref().is_none_or(|partner| attribution.shown(Some(partner)).is_some())
    };
    let used = |(partner, in_use): (Option<PartnerId>, u64)| v1::QuotaUse {
        partner: partner_id(partner.as_ref()),
        in_use,
    };
    v1::QuotaStatus {
        limit: limit.to_string(),
        default_value: default,
        rejected_count: rejected,
        uses: uses.into_iter().filter(is_shown).map(used).collect(),
    }
}

/// Who calls, and what the caller may do.
pub(crate) fn caller(
    observatory: &Observatory,
    principal: &Principal,
    anonymous: AllowAnonymous,
) -> v1::GetCallerResponse {
    let anonymous_access = match anonymous {
        AllowAnonymous::No => v1::AnonymousAccess::None,
        AllowAnonymous::Read => v1::AnonymousAccess::Read,
        AllowAnonymous::Write => v1::AnonymousAccess::Write,
    };
    let answer = v1::GetCallerResponse { anonymous_access: anonymous_access.into(), ..Default::default() };
    let (id, credential) = match principal {
        Principal::Anonymous => {
            return v1::GetCallerResponse { credential: v1::CredentialKind::None.into(), ..answer };
        }
        Principal::Partner { id, credential } => (id, credential),
    };
    let (mut key_id, mut token_issuer) = (String::new(), String::new());
    let kind = match credential {
        Credential::Key(key) => {
            key_id = key.to_string();
            v1::CredentialKind::Key
        }
        Credential::Certificate(_) => v1::CredentialKind::Certificate,
        Credential::Token(token) => {
            token.issuer().clone_into(&mut token_issuer);
            v1::CredentialKind::Token
        }
    };
    let stored = observatory.partner(id);
    let name = stored.as_ref().map(|stored| stored.partner.name.clone()).unwrap_or_default();
    let grants = stored.iter().flat_map(|stored| stored.grants.iter().map(grant)).collect();
    v1::GetCallerResponse {
        credential: kind.into(),
        partner: id.to_string(),
        name,
        key_id,
        grants,
        token_issuer,
        ..answer
    }
}
