//! Why changes of access are rejected.

use tenseven_model::{PartnerId, Revision, access::KeyId};

/// There is no such partner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("partner {partner} is not known{}", .suggestion.as_ref().map(|known| format!("; did you mean {known}?")).unwrap_or_default())]
pub struct UnknownPartner {
    /// The id.
    pub partner: PartnerId,
    /// The one that may be meant.
    pub suggestion: Option<String>,
}

/// A partner has no such key, or it is revoked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("partner {partner} has no key {key} that could be revoked; GetPartner lists its keys")]
pub struct UnknownKey {
    /// Whose.
    pub partner: PartnerId,
    /// Which key.
    pub key: KeyId,
}

/// A partner has the same grant already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("partner {partner} has this grant already: grant {grant}", grant = .grant.number())]
pub struct GrantExists {
    /// Whose.
    pub partner: PartnerId,
    /// The revision that added it.
    pub grant: Revision,
}

/// A partner has no such grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("partner {partner} has no grant {grant}; GetPartner lists its grants")]
pub struct UnknownGrant {
    /// Whose.
    pub partner: PartnerId,
    /// Which grant.
    pub grant: Revision,
}

/// The id of a key is in use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a key {0} was issued before; issue another one")]
pub struct KeyIdTaken(pub KeyId);

/// There are as many as there can be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there are {max} {what} already, and there can be no more; {remedy}")]
pub struct TooManyOfPartner {
    /// What there are too many of.
    pub what: &'static str,
    /// The limit.
    pub max: usize,
    /// What to do.
    pub remedy: &'static str,
}

/// Nobody could manage access any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "partner {0} is the last admin with a key that can be relied on; make another one admin first, with a key that does not expire"
)]
pub struct LastAdmin(pub PartnerId);

/// Why a change of access is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessRejection {
    /// There is no such partner.
    #[error(transparent)]
    Partner(#[from] UnknownPartner),
    /// There is no such key.
    #[error(transparent)]
    Key(#[from] UnknownKey),
    /// There is no such grant.
    #[error(transparent)]
    Grant(#[from] UnknownGrant),
    /// The partner has the grant already.
    #[error(transparent)]
    GrantExists(#[from] GrantExists),
    /// The key's id is in use.
    #[error(transparent)]
    KeyIdTaken(#[from] KeyIdTaken),
    /// There are as many as there can be.
    #[error(transparent)]
    TooMany(#[from] TooManyOfPartner),
    /// Another partner is known by the name in its certificates.
    #[error("certificate name {name:?} is known as partner {owner}; a name shows one partner")]
    CertificateNameTaken {
        /// The name.
        name: String,
        /// Whose it is.
        owner: PartnerId,
    },
    /// Nobody could manage access any more.
    #[error(transparent)]
    LastAdmin(#[from] LastAdmin),
    /// The grant names what is not known.
    #[error("grant.{field}[{index}]: {remedy}")]
    Unknown {
        /// Which list.
        field: &'static str,
        /// The index in it.
        index: usize,
        /// What is not known, and what to do.
        remedy: String,
    },
}
