//! Why a token is not accepted.
//!
//! *Invariant:* no message contains a token or a part of one but the names that it gives: issuer, key id, algorithm and partner. They
//! are escaped and cut off.

use std::fmt;

/// Longest name of a token that is repeated, in characters.
const NAME_CHARS_MAX: usize = 64;

/// A name that a token gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named(String);

impl Named {
    pub(super) fn new(name: &str) -> Self {
        let mut name: String = name.chars().take(NAME_CHARS_MAX + 1).collect();
        if let Some((end, _)) = name.char_indices().nth(NAME_CHARS_MAX) {
            name.truncate(end);
            name.push('…');
        }
        Self(name)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_debug())
    }
}

/// Why a token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenRefusal {
    #[error("the token has more than {0} bytes; ask the identity provider for one with fewer claims")]
    TooLong(usize),
    #[error("the token is no JWT: {0}; send it whole and unchanged")]
    Malformed(&'static str),
    #[error("the token is signed by {0}; RS256, ES256 and EdDSA are accepted")]
    Algorithm(Named),
    #[error("the token has the header `crit`, which is not supported")]
    Critical,
    #[error("the token is of type {0}; JWT and at+jwt are accepted")]
    Type(Named),
    #[error("the token's issuer {0} is not one that this registry accepts; ask its operator which are")]
    UnknownIssuer(Named),
    /// Nobody can know yet: the keys are being fetched, or cannot be.
    #[error("the keys of issuer {0} could not be fetched yet; try again")]
    NoKeys(Named),
    #[error(
        "issuer {issuer} publishes no key {kid} for this algorithm; get a new token, and check that the issuer is the right one"
    )]
    UnknownKey { issuer: Named, kid: Named },
    #[error("the token has no `kid`, and issuer {0} does not publish exactly one key for its algorithm")]
    NoKeyId(Named),
    #[error("the signature of the token is not one by issuer {0}; get a new token")]
    Signature(Named),
    #[error("issuer {0} does not publish the key of the token any more; get a new token")]
    KeyWithdrawn(Named),
    #[error("the claim `{claim}` of the token {problem}; have the identity provider set it")]
    Claim { claim: String, problem: &'static str },
    #[error("the token has expired; get a new one")]
    Expired,
    #[error("the token is not valid yet; check the clock of the identity provider")]
    NotYetValid,
    #[error(
        "the token is for another audience; have the identity provider issue it for one that this registry accepts"
    )]
    Audience,
    #[error("issuer {issuer} may not name partner {partner}; ask the operator of this registry")]
    NotIts { issuer: Named, partner: Named },
    #[error("the token names {0}, which is no partner of this registry; have an admin register it")]
    UnknownPartner(Named),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_cut_off() {
        assert_eq!(Named::new("a\"b\n\u{202e}").to_string(), r#""a\"b\n\u{202e}""#);
        assert_eq!(Named::new(&"é".repeat(64)).to_string(), format!("\"{}\"", "é".repeat(64)));
        assert_eq!(Named::new(&"é".repeat(65)).to_string(), format!("\"{}…\"", "é".repeat(64)));
    }
}
