//! Principals: who makes a call.

use tenseven_model::{PartnerId, access::KeyId};

/// How a partner showed who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// By a key.
    Key(KeyId),
    /// By a client certificate.
    Certificate,
}

/// Who makes a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Principal {
    /// Somebody who did not identify themselves, and need not for this call.
    #[default]
    Anonymous,
    /// A partner.
    Partner {
        /// Which one.
        id: PartnerId,
        /// How that was shown.
        credential: Credential,
    },
}

impl Principal {
    /// The partner, if it is one.
    pub(crate) fn partner(&self) -> Option<&PartnerId> {
        match self {
            Self::Anonymous => None,
            Self::Partner { id, .. } => Some(id),
        }
    }
}
