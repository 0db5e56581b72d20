//! Administration requests.

use tenseven_model::HistoryId;

use super::{FieldReason, Reader, Violations, read::read_history};
use crate::v1;

/// [`v1::StreamBackupRequest`], read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamBackup {
    /// Where the copy ends that is to be continued.
    pub after_revision: u64,
    /// The chain hash there; zeros for revision 0.
    pub after_chain: [u8; 32],
    /// The history that it belongs to; not checked if it is absent.
    pub history: Option<HistoryId>,
}

impl TryFrom<v1::StreamBackupRequest> for StreamBackup {
    type Error = Violations;
    fn try_from(message: v1::StreamBackupRequest) -> Result<Self, Violations> {
        let v1::StreamBackupRequest { after_revision, after_chain_hash, history_id } = message;
        let mut reader = Reader::default();
        let after_chain = match (after_revision, after_chain_hash.as_str()) {
            (0, "") => Some([0; 32]),
            (0, _) => {
                let problem = "is given without after_revision; give both, or neither";
                reader.refuse("after_chain_hash", FieldReason::Contradiction, problem.to_owned());
                None
            }
            (_, text) => {
                let bytes = from_hex(text);
                if bytes.is_none() {
                    let problem = format!(
                        "{text:?} is no chain hash; give the 64 hexadecimal digits of after_revision's"
                    );
                    reader.refuse("after_chain_hash", FieldReason::Malformed, problem);
                }
                bytes
            }
        };
        let history = read_history(&mut reader, &history_id);
        reader.finish(after_chain.map(|after_chain| Self { after_revision, after_chain, history }))
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(after_revision: u64, hash: &str) -> Option<StreamBackup> {
        let after_chain_hash = hash.to_owned();
        let message = v1::StreamBackupRequest { after_revision, after_chain_hash, history_id: String::new() };
        StreamBackup::try_from(message).ok()
    }

    #[test]
    fn a_backup_starts_from_the_beginning_or_after_a_record_that_is_named_with_its_hash() {
        assert_eq!(read(0, "").map(|read| read.after_chain), Some([0; 32]));
        assert_eq!(read(7, &"0a".repeat(32)).map(|read| read.after_chain), Some([10; 32]));
        for (revision, hash) in [(7, ""), (0, "00"), (7, "0a"), (7, &"+a".repeat(32)), (7, &"é".repeat(32))]
        {
            assert_eq!(read(revision, hash), None, "{revision} {hash:?}");
        }
    }
}
