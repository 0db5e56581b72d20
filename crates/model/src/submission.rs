//! Submissions: how a write is named by its sender, so that a retry is recognised.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// Why a text is not a submission id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionIdError {
    /// The text is no UUID.
    #[error("submission id {0:?} is no UUID; give one in the form 67e55044-10b1-426f-9247-bb680e5fe0c8")]
    Shape(String),
    /// The nil UUID names nothing.
    #[error("submission id is the nil UUID; choose a new random UUID for each submission")]
    Nil,
}

/// A UUID that the sender chose for one write.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(Uuid);

impl SubmissionId {
    /// The id's 16 bytes in network order.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// An id of version 8 (RFC 9562) from these bytes, of which six bits hold version and variant. Never nil.
    pub fn of_version_8(bytes: [u8; 16]) -> Self {
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The id with these 16 bytes in network order.
    pub fn from_bytes(bytes: [u8; 16]) -> Result<Self, SubmissionIdError> {
        Self::try_from(Uuid::from_bytes(bytes))
    }
}

impl TryFrom<Uuid> for SubmissionId {
    type Error = SubmissionIdError;
    fn try_from(id: Uuid) -> Result<Self, SubmissionIdError> {
        if id.is_nil() { Err(SubmissionIdError::Nil) } else { Ok(Self(id)) }
    }
}

impl FromStr for SubmissionId {
    type Err = SubmissionIdError;
    fn from_str(text: &str) -> Result<Self, SubmissionIdError> {
        Uuid::try_parse(text).map_err(|_| SubmissionIdError::Shape(text.to_owned())).and_then(Self::try_from)
    }
}

impl fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 128 bits that identify a submission's content: equal content, equal digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentDigest(pub [u8; 16]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_uuid_and_writes_it_hyphenated() {
        let id: SubmissionId = "67E55044-10B1-426F-9247-BB680E5FE0C8".parse().unwrap();
        assert_eq!(id.to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
        assert_eq!(SubmissionId::from_bytes(*id.as_bytes()), Ok(id));
    }

    #[test]
    fn refuses_the_nil_uuid_and_free_text() {
        assert_eq!(
            "00000000-0000-0000-0000-000000000000".parse::<SubmissionId>(),
            Err(SubmissionIdError::Nil)
        );
        assert_eq!("batch-7".parse::<SubmissionId>(), Err(SubmissionIdError::Shape("batch-7".into())));
    }
}
