//! Credentials: which partner a key or a certificate shows.

use std::sync::Arc;

use tenseven_model::{
    PartnerId, Timestamp,
    access::{ApiKey, KeyId},
};

use super::partners::{Partners, StoredKey, StoredPartner};

/// Why a credential shows nobody who may call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// There is no such key, or its secret is another.
    #[error("key {0} is not known to this registry; have an admin issue one")]
    UnknownKey(KeyId),
    /// It was revoked.
    #[error("key {0} was revoked; have an admin issue another one")]
    Revoked(KeyId),
    /// It has expired.
    #[error("key {0} has expired; have an admin issue another one")]
    Expired(KeyId),
    /// The partner is suspended.
    #[error("partner {0} is suspended; ask an admin of the registry")]
    Suspended(PartnerId),
    /// No partner is known by a name in the certificate.
    #[error(
        "no partner is known by a name in the client certificate ({0}); have an admin add it to the partner"
    )]
    UnknownCertificate(String),
}

impl Partners {
    /// The partner that a key shows at a moment. Why a key is not accepted is only returned to who has the whole of it.
    pub fn of_key(&self, key: &ApiKey, now: Timestamp) -> Result<&Arc<StoredPartner>, CredentialError> {
        let id = key.id();
        let known = self.key(id).filter(|(_, stored)| stored.key.hash == key.hash());
        let (partner, stored) = known.ok_or_else(|| CredentialError::UnknownKey(id.clone()))?;
        usable(stored, now)?;
        active(partner)
    }

    /// Succeeds if a key of a partner that was accepted before still is.
    pub fn check_key(&self, partner: &PartnerId, key: &KeyId, now: Timestamp) -> Result<(), CredentialError> {
        let known = self.key(key).filter(|(stored, _)| stored.partner.id == *partner);
        let (partner, stored) = known.ok_or_else(|| CredentialError::UnknownKey(key.clone()))?;
        usable(stored, now)?;
        active(partner).map(drop)
    }

    /// The partner that the names in a certificate show, and by which of them: the first that is known.
    pub fn of_certificate<'a>(
        &self,
        names: &'a [String],
    ) -> Result<(&Arc<StoredPartner>, &'a str), CredentialError> {
        let known = names.iter().find_map(|name| Some((self.by_certificate_name(name)?, name.as_str())));
        let (partner, name) = known.ok_or_else(|| CredentialError::UnknownCertificate(names.join(", ")))?;
        active(partner).map(|partner| (partner, name))
    }

    /// Succeeds if a name in a certificate still shows a partner.
    pub fn check_certificate(&self, partner: &PartnerId, name: &str) -> Result<(), CredentialError> {
        match self.by_certificate_name(name) {
            Some(stored) if stored.partner.id == *partner => active(stored).map(drop),
            _ => Err(CredentialError::UnknownCertificate(name.to_owned())),
        }
    }
}

fn usable(stored: &StoredKey, now: Timestamp) -> Result<(), CredentialError> {
    let id = || stored.key.id.clone();
    match stored.revoked_at {
        Some(_) => Err(CredentialError::Revoked(id())),
        None if stored.is_valid(now) => Ok(()),
        None => Err(CredentialError::Expired(id())),
    }
}

fn active(partner: &Arc<StoredPartner>) -> Result<&Arc<StoredPartner>, CredentialError> {
    if partner.is_active() {
        Ok(partner)
    } else {
        Err(CredentialError::Suspended(partner.partner.id.clone()))
    }
}
