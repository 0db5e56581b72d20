//! Changes of access: what happens to partners, keys and grants, as the journal keeps it.

use std::{fmt, str::FromStr};

use super::{Grant, KeyHash, KeyId, Partner};
use crate::{PartnerId, Revision, Timestamp, WithdrawalReason, is_hidden};

/// Longest name of a key, in characters.
const KEY_NAME_LENGTH_MAX: usize = 100;

/// Why a text is no name of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyNameError {
    /// It is empty.
    #[error("the name of the key is empty; name the system that will use it")]
    Empty,
    /// It is too long.
    #[error("the name of the key has {0} characters; at most {KEY_NAME_LENGTH_MAX} are allowed")]
    TooLong(usize),
    /// It has a character that is not printed.
    #[error("the name of the key has a line break or another character that is not printed; give one line")]
    Hidden,
}

/// What a key is for: 1 to 100 characters on one line, for example `nightly push`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name of a key that the configuration states.
    pub fn configured() -> Self {
        Self("configured".to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyNameError;
    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 {
            return Err(KeyNameError::Empty);
        }
        if length > KEY_NAME_LENGTH_MAX {
            return Err(KeyNameError::TooLong(length));
        }
        if text.chars().any(|character| character.is_control() || is_hidden(character)) {
            return Err(KeyNameError::Hidden);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A key as it is issued: everything but its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedKey {
    /// Names it.
    pub id: KeyId,
    /// Whose calls it shows.
    pub partner: PartnerId,
    /// What it is for.
    pub name: KeyName,
    /// The hash of it.
    pub hash: KeyHash,
    /// When it stops to be accepted; none: never.
    pub expires_at: Option<Timestamp>,
}

/// A change of who may do what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    /// A partner is registered, or what is known of it is replaced.
    PartnerPut(Partner),
    /// A key is issued.
    KeyIssued(IssuedKey),
    /// A key is no longer accepted.
    KeyRevoked {
        /// Whose.
        partner: PartnerId,
        /// Which key.
        key: KeyId,
        /// Why.
        reason: WithdrawalReason,
    },
    /// A grant is added. Its id is the revision that adds it.
    GrantAdded {
        /// Whose.
        partner: PartnerId,
        /// What is granted.
        grant: Grant,
    },
    /// A grant is taken back.
    GrantRevoked {
        /// Whose.
        partner: PartnerId,
        /// The revision that added it.
        grant: Revision,
        /// Why.
        reason: WithdrawalReason,
    },
}

impl AccessChange {
    /// Whose access it changes.
    pub fn partner(&self) -> &PartnerId {
        match self {
            Self::PartnerPut(partner) => &partner.id,
            Self::KeyIssued(key) => &key.partner,
            Self::KeyRevoked { partner, .. }
            | Self::GrantAdded { partner, .. }
            | Self::GrantRevoked { partner, .. } => partner,
        }
    }

    /// About the bytes of its texts.
    pub fn text_bytes(&self) -> usize {
        match self {
            Self::PartnerPut(partner) => partner.text_bytes(),
            Self::KeyIssued(key) => key.name.as_str().len(),
            Self::KeyRevoked { reason, .. } | Self::GrantRevoked { reason, .. } => reason.as_str().len(),
            Self::GrantAdded { grant, .. } => grant.to_string().len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_name_of_one_line() {
        assert_eq!(
            " nightly push ".parse::<KeyName>().map(|name| name.to_string()),
            Ok("nightly push".to_owned())
        );
        assert_eq!(" ".parse::<KeyName>(), Err(KeyNameError::Empty));
        assert_eq!("a\nb".parse::<KeyName>(), Err(KeyNameError::Hidden));
        assert_eq!("é".repeat(101).parse::<KeyName>(), Err(KeyNameError::TooLong(101)));
    }
}
