//! Who asks for a change, and by which key.

use tenseven_model::{PartnerId, access::KeyId};

/// The partner that asks for a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Which partner.
    pub partner: PartnerId,
    /// The key that it showed; none if it showed a certificate.
    pub key: Option<KeyId>,
}

impl From<PartnerId> for Author {
    fn from(partner: PartnerId) -> Self {
        Self { partner, key: None }
    }
}
