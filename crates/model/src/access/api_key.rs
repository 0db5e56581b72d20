//! Keys: what a partner's system sends with each call.
//!
//! *Invariant:* the text of a key is `t7_<id>_<secret>_<checksum>`: 12 characters that name it, 64 hexadecimal digits of a random
//! secret, and 8 of a checksum over what is before them. So a scanner recognises a key that was published by mistake, and a key that
//! was cut or mistyped is recognised without looking it up.

use std::{fmt, str::FromStr, sync::Arc};

/// What every key begins with.
const PREFIX: &str = "t7";
/// Characters of a key's id.
const ID_LENGTH: usize = 12;
/// Bytes of a key's secret.
const SECRET_BYTES: usize = 32;
/// Hexadecimal digits of a key's checksum.
const CHECKSUM_LENGTH: usize = 8;
/// Starts what a key's hash is made of. Must stay stable.
const HASH_CONTEXT: &str = "tenseven 2026-11 hash of an API key";
/// Starts what a key's checksum is made of. Must stay stable.
const CHECKSUM_CONTEXT: &str = "tenseven 2026-11 checksum of an API key";

/// Why a text is not the id of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "key id {0:?} is none; it has {ID_LENGTH} characters of a-z 0-9, as `tenseven partner show` lists them"
)]
pub struct KeyIdError(String);

/// Names a key, and is no secret: 12 characters of `a–z 0–9`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Arc<str>);

impl KeyId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = KeyIdError;
    fn from_str(text: &str) -> Result<Self, KeyIdError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if text.len() == ID_LENGTH && text.bytes().all(allowed) {
            Ok(Self(Arc::from(text)))
        } else {
            Err(KeyIdError(text.chars().take(2 * ID_LENGTH).collect()))
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The hash of a key: what the registry stores of it. The key cannot be computed from it, and hashes are compared in constant time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyHash(blake3::Hash);

impl KeyHash {
    /// The 32 bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The hash with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(blake3::Hash::from_bytes(bytes))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(…)")
    }
}

/// Why a text is no key. The text itself is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    /// It has another form.
    #[error("it is no key; a key has the form t7_<id>_<secret>_<checksum>, 89 characters")]
    Form,
    /// Its checksum is wrong.
    #[error(
        "the key has a character that is wrong, or lacks one: its checksum does not match; copy it again"
    )]
    Checksum,
}

/// A key with its secret. Its text is only written by [`ApiKey::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    id: KeyId,
    secret: [u8; SECRET_BYTES],
}

impl ApiKey {
    /// Bytes of randomness that a key is made from.
    pub const RANDOM_BYTES: usize = SECRET_BYTES + ID_LENGTH;

    /// The key that is made from random bytes.
    pub fn from_random(random: [u8; Self::RANDOM_BYTES]) -> Self {
        // 36 characters: 256 is no multiple of it, which makes ids slightly uneven, and secrets not at all.
        const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let (named, secret) = random.split_at(ID_LENGTH);
        let id: String =
            named.iter().map(|byte| char::from(CHARACTERS[usize::from(*byte) % CHARACTERS.len()])).collect();
        let mut key = Self { id: KeyId(Arc::from(id)), secret: [0; SECRET_BYTES] };
        key.secret.copy_from_slice(secret);
        key
    }

    /// Which key it is.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// Its hash.
    pub fn hash(&self) -> KeyHash {
        let mut hasher = blake3::Hasher::new_derive_key(HASH_CONTEXT);
        hasher.update(self.id.as_str().as_bytes()).update(&self.secret);
        KeyHash(hasher.finalize())
    }

    /// Its text: for its owner, and nobody else.
    pub fn reveal(&self) -> String {
        let secret = hexadecimal(&self.secret);
        let text = format!("{PREFIX}_{}_{secret}", self.id);
        let checksum = checksum(&text);
        format!("{text}_{checksum}")
    }
}

/// The checksum of a key's text up to there.
fn checksum(text: &str) -> String {
    let hash = blake3::derive_key(CHECKSUM_CONTEXT, text.as_bytes());
    hexadecimal(&hash[..CHECKSUM_LENGTH / 2])
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

impl FromStr for ApiKey {
    type Err = ApiKeyError;
    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        let (before, given) = text.rsplit_once('_').ok_or(ApiKeyError::Form)?;
        let mut parts = before.split('_');
        let (Some(PREFIX), Some(id), Some(digits), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ApiKeyError::Form);
        };
        let id = id.parse().map_err(|_| ApiKeyError::Form)?;
        if given != checksum(before) {
            return Err(ApiKeyError::Checksum);
        }
        let mut secret = [0; SECRET_BYTES];
        let bytes = digits.as_bytes();
        if bytes.len() != 2 * SECRET_BYTES {
            return Err(ApiKeyError::Form);
        }
        for (byte, digits) in secret.iter_mut().zip(bytes.chunks_exact(2)) {
            *byte = nibble(digits[0])
                .zip(nibble(digits[1]))
                .map(|(high, low)| 16 * high + low)
                .ok_or(ApiKeyError::Form)?;
        }
        Ok(Self { id, secret })
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}, …)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> ApiKey {
        let mut random = [byte; ApiKey::RANDOM_BYTES];
        random.iter_mut().zip(0..).for_each(|(random, more)| *random = byte.wrapping_add(more));
        ApiKey::from_random(random)
    }

    #[test]
    fn a_key_is_read_back_from_its_text_and_named_by_its_id() {
        let key = key(7);
        let text = key.reveal();
        assert_eq!((text.len(), text.parse()), (89, Ok(key.clone())));
        assert!(text.starts_with(&format!("t7_{}_", key.id())));
        assert_eq!(key.id().as_str().parse(), Ok(key.id().clone()));
    }

    #[test]
    fn a_key_with_any_one_character_changed_or_missing_is_recognised() {
        let text = key(1).reveal();
        for place in 0..text.len() {
            let mut missing = text.clone();
            missing.remove(place);
            assert!(missing.parse::<ApiKey>().is_err(), "{place}");
            let mut changed = text.clone();
            changed.replace_range(place..=place, if &text[place..=place] == "9" { "8" } else { "9" });
            assert!(changed.parse::<ApiKey>().is_err(), "{place}");
        }
    }

    #[test]
    fn keys_differ_in_their_hashes_and_nothing_that_is_printed_shows_a_secret() {
        let (one, other) = (key(1), key(2));
        assert!(one.hash() != other.hash() && one.hash() == one.clone().hash());
        assert_eq!(KeyHash::from_bytes(*one.hash().as_bytes()), one.hash());
        let printed = format!("{one:?} {:?}", one.hash());
        assert_eq!(printed, format!("ApiKey({}, …) KeyHash(…)", one.id()));
    }
}
