//! Principals: who makes a call.

use std::sync::Arc;

use tenseven_model::{PartnerId, access::KeyId};

use crate::tokens::TokenCredential;

/// How a partner showed who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// By a key.
    Key(KeyId),
    /// By this name in a client certificate.
    Certificate(Arc<str>),
    /// By a token of an identity provider.
    Token(Arc<TokenCredential>),
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
    /// The id of the key that it showed, if it did.
    pub(crate) fn key(&self) -> Option<&KeyId> {
        match self {
            Self::Partner { credential: Credential::Key(key), .. } => Some(key),
            Self::Anonymous | Self::Partner { .. } => None,
        }
    }

    /// The partner, if it is one.
    pub(crate) fn partner(&self) -> Option<&PartnerId> {
        match self {
            Self::Anonymous => None,
            Self::Partner { id, .. } => Some(id),
        }
    }
}
