//! Checkpoints in memory.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tenseven_model::Revision;

use super::CheckpointInfo;
use crate::{CheckpointError, Head};

/// Checkpoints in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryCheckpoints(Mutex<Kept>);

/// Each with where it was made, and its content.
type Kept = BTreeMap<Revision, (Head, Arc<[u8]>)>;

impl MemoryCheckpoints {
    pub(crate) fn list(&self) -> Vec<CheckpointInfo> {
        self.kept().values().map(info).collect()
    }

    pub(crate) fn write(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        let mut content = Vec::new();
        write(&mut content).map_err(|source| CheckpointError::Content { revision: at.revision, source })?;
        let kept = (at, Arc::from(content));
        let info = info(&kept);
        self.kept().insert(at.revision, kept);
        Ok(info)
    }

    pub(crate) fn read(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        let kept = self.kept().get(&revision).cloned().ok_or(CheckpointError::Absent(revision))?;
        let info = info(&kept);
        Ok((info, Box::new(Cursor::new(kept.1))))
    }

    pub(crate) fn remove(&self, revision: Revision) -> Result<(), CheckpointError> {
        self.kept().remove(&revision).map(drop).ok_or(CheckpointError::Absent(revision))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn info((head, content): &(Head, Arc<[u8]>)) -> CheckpointInfo {
    CheckpointInfo { head: *head, bytes: content.len() as u64 }
}
