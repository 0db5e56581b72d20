//! A history as segments and backups store it: 16 bytes id, then 8 bytes big-endian of the revision that it begins after. Persisted;
//! must stay stable.

use tenseven_model::{History, HistoryId, Revision};

/// Bytes of a history.
pub(crate) const HISTORY_LENGTH: usize = 24;

/// The bytes of a history.
pub(crate) fn history_bytes(history: &History) -> [u8; HISTORY_LENGTH] {
    let mut bytes = [0; HISTORY_LENGTH];
    bytes[..16].copy_from_slice(history.id.as_bytes());
    bytes[16..].copy_from_slice(&history.after.number().to_be_bytes());
    bytes
}

/// The histories with these bytes, one after the other; none if there are bytes left.
pub(crate) fn read_histories(bytes: &[u8]) -> Option<Vec<History>> {
    let (histories, rest) = bytes.as_chunks::<HISTORY_LENGTH>();
    let read = |bytes: &[u8; HISTORY_LENGTH]| {
        let (id, after) = (bytes.first_chunk()?, bytes.last_chunk()?);
        Some(History { id: HistoryId::from_bytes(*id), after: Revision::new(u64::from_be_bytes(*after)) })
    };
    rest.is_empty().then(|| histories.iter().map(read).collect()).flatten()
}
