//! A journal in memory, for tests and rehearsals.
//!
//! *Invariant:* it holds to everything that [`Journal`] says, except that nothing survives the process. It keeps
//! entries as the bytes that would lie on disk, so that the same limits and the same codec stand between writer and
//! reader.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use tenseven_model::Revision;

use crate::{
    AppendError, Corruption, Entries, Entry, EntryFault, Journal, ReadError, journal::check_sequence, record,
};

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    records: Arc<RwLock<Vec<Arc<[u8]>>>>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Journal for MemoryJournal {
    fn head(&self) -> Revision {
        Revision::new(self.records.read().unwrap_or_else(PoisonError::into_inner).len() as u64)
    }

    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Revision, AppendError> {
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        let head = Revision::new(records.len() as u64);
        let new_head = check_sequence(head, expected_head, entries)?;
        records.extend(record::encode_all(entries)?.into_iter().map(Arc::from));
        Ok(new_head)
    }

    fn read_after(&self, revision: Revision) -> Entries {
        let (records, head) = (Arc::clone(&self.records), self.head().number());
        Box::new((revision.number()..head).map(move |before| {
            let place = usize::try_from(before).unwrap_or(usize::MAX);
            let found = records.read().unwrap_or_else(PoisonError::into_inner).get(place).cloned();
            let revision = Revision::new(before).next();
            found
                .ok_or(EntryFault::MissingEntry)
                .and_then(|bytes| record::decode(revision, &bytes))
                .map_err(|fault| Corruption { revision, path: PathBuf::from("(in memory)"), fault })
                .map_err(ReadError::Corrupt)
        }))
    }
}
