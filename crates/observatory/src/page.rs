//! Page tokens: the position of a listing, bound to its query, its revision and the history of that.

use data_encoding::BASE64URL_NOPAD;
use tenseven_model::{HistoryId, Revision};

use crate::Position;

/// First byte of every token; a new way of writing them needs a new one.
const TOKEN_VERSION: u8 = 2;
const FINGERPRINT_LENGTH: usize = 8;
/// Version, revision, history, fingerprint.
const HEADER_LENGTH: usize = 1 + 8 + 16 + FINGERPRINT_LENGTH;

/// The page token is of no such listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the page token belongs to another query or was changed; start again without it")]
pub struct InvalidPageToken;

/// Identifies a listing: everything that was requested, except the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryFingerprint([u8; FINGERPRINT_LENGTH]);

impl QueryFingerprint {
    /// The fingerprint of a query's parts.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        let mut print = [0; FINGERPRINT_LENGTH];
        hasher.finalize_xof().fill(&mut print);
        Self(print)
    }
}

/// Where a listing goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The revision that all pages show, and its history.
    pub at: Position,
    /// The last entry of the page before, in the listing's own writing.
    pub after: String,
}

impl Cursor {
    /// The token that a client sends back.
    pub fn token(&self, query: QueryFingerprint) -> String {
        let mut bytes = Vec::with_capacity(HEADER_LENGTH + self.after.len());
        bytes.push(TOKEN_VERSION);
        bytes.extend(self.at.revision.number().to_be_bytes());
        bytes.extend(self.at.history.as_bytes());
        bytes.extend(query.0);
        bytes.extend(self.after.as_bytes());
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The cursor of a token; none for the first page.
    pub fn from_token(token: &str, query: QueryFingerprint) -> Result<Option<Self>, InvalidPageToken> {
        if token.is_empty() {
            return Ok(None);
        }
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| InvalidPageToken)?;
        let (header, after) = bytes.split_at_checked(HEADER_LENGTH).ok_or(InvalidPageToken)?;
        let revision = header[1..9].try_into().map_err(|_| InvalidPageToken)?;
        let history = header[9..25].try_into().map_err(|_| InvalidPageToken)?;
        if header[0] != TOKEN_VERSION || header[25..] != query.0 {
            return Err(InvalidPageToken);
        }
        let revision = Revision::new(u64::from_be_bytes(revision));
        let at = Position { revision, history: HistoryId::from_bytes(history) };
        let after = String::from_utf8(after.to_vec()).map_err(|_| InvalidPageToken)?;
        Ok(Some(Self { at, after }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back_from_its_token(revision: u64, history: [u8; 16], after: String) {
            let at = Position { revision: Revision::new(revision), history: HistoryId::from_bytes(history) };
            let (cursor, query) = (Cursor { at, after }, QueryFingerprint::of(&[b"1"]));
            prop_assert_eq!(Cursor::from_token(&cursor.token(query), query).ok().flatten(), Some(cursor));
        }

        #[test]
        fn no_text_makes_it_panic(token: String) {
            let _ = Cursor::from_token(&token, QueryFingerprint::of(&[]));
        }
    }

    #[test]
    fn a_token_of_another_query_is_refused() {
        let at = Position { revision: Revision::new(7), ..Position::default() };
        let cursor = Cursor { at, after: "x".to_owned() };
        let token = cursor.token(QueryFingerprint::of(&[b"a", b"b"]));
        let other = QueryFingerprint::of(&[b"ab", b""]);
        assert_eq!(Cursor::from_token(&token, other), Err(InvalidPageToken));
    }
}
