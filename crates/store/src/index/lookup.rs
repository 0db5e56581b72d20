//! Looking things up: in the newest part, in the part that is being merged, and in the store.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use tenseven_model::{Revision, SubmissionId};

use super::{
    part::Part,
    store::{IndexFault, Store},
};
use crate::{
    Head, Stamp,
    log::{LogEnd, Position, SEGMENT_HEADER_LENGTH, Salt},
};

/// A part is merged into the store once it has this many submissions and an eighth of what is stored, or covers this many bytes.
const MERGED_SUBMISSIONS_MIN: u64 = 131_072;
const MERGED_DIVISOR: u64 = 8;
const MERGED_BYTES: u64 = 64 * 1024 * 1024;

/// The index of a log.
#[derive(Debug)]
pub(crate) struct Index {
    log: Salt,
    parts: Arc<Mutex<Parts>>,
    store: Option<Arc<Store>>,
    in_background: bool,
    merging: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Parts {
    newest: Part,
    /// The part before it, while that is being merged.
    merging: Option<Arc<Part>>,
    /// How many submissions are stored.
    stored: u64,
    /// Set after a failed merge: the store is not read any more.
    fault: Option<Arc<IndexFault>>,
}

impl Index {
    /// Where the index of an empty log ends.
    pub(crate) fn start() -> LogEnd {
        LogEnd { head: Head::default(), segment: 1, offset: SEGMENT_HEADER_LENGTH }
    }

    /// Opens the index at `path` of the log whose first segment has this salt.
    pub(crate) fn open(
        path: &Path,
        log: Salt,
        (cache_bytes, in_background): (u64, bool),
    ) -> Result<Self, IndexFault> {
        let store = Store::open(path, log, Self::start(), cache_bytes)?;
        let newest = Part::after(store.end());
        let parts = Parts { newest, merging: None, stored: store.len(), fault: None };
        let parts = Arc::new(Mutex::new(parts));
        Ok(Self { log, parts, store: Some(Arc::new(store)), in_background, merging: Mutex::new(None) })
    }

    /// An index that stays in memory.
    pub(crate) fn in_memory(log: Salt, start: LogEnd) -> Self {
        let parts = Parts { newest: Part::after(start), merging: None, stored: 0, fault: None };
        Self {
            log,
            parts: Arc::new(Mutex::new(parts)),
            store: None,
            in_background: false,
            merging: Mutex::new(None),
        }
    }

    /// Where it ends.
    pub(crate) fn end(&self) -> LogEnd {
        self.parts().newest.end
    }

    /// Adds a frame that follows. It counts once [`Self::move_to`] is called.
    pub(crate) fn add(&self, stamp: Stamp, position: Position) {
        self.parts().newest.add(self.hash(stamp.submission), position);
    }

    /// The log ends here now. Begins to merge what is in memory if there is much of it.
    pub(crate) fn move_to(&self, end: LogEnd) {
        let mut parts = self.parts();
        parts.newest.move_to(end);
        let Some(store) = &self.store else { return };
        let due = MERGED_SUBMISSIONS_MIN.max(parts.stored / MERGED_DIVISOR);
        if (parts.newest.len() >= due || parts.newest.bytes >= MERGED_BYTES)
            && parts.merging.is_none()
            && parts.fault.is_none()
        {
            self.merge(store, parts);
        }
    }

    /// The revisions that may be of a submission; whether they are shows in the log. If there are none, it is not there.
    pub(crate) fn revisions(&self, submission: SubmissionId) -> Result<Vec<Revision>, IndexFault> {
        let (hash, mut found) = (self.hash(submission), Vec::new());
        // In this order: what is merged meanwhile is found twice, not missed.
        let parts = self.parts();
        parts.check()?;
        parts.newest.revisions(hash, &mut found);
        if let Some(merging) = &parts.merging {
            merging.revisions(hash, &mut found);
        }
        drop(parts);
        if let Some(store) = &self.store {
            store.revisions(hash, &mut found)?;
        }
        Ok(found)
    }

    /// A position at or before a revision, in the same segment; none if the index does not reach so far back.
    pub(crate) fn position(&self, revision: Revision) -> Result<Option<Position>, IndexFault> {
        let parts = self.parts();
        parts.check()?;
        let found = parts
            .newest
            .position(revision)
            .or_else(|| parts.merging.as_ref().and_then(|merging| merging.position(revision)));
        drop(parts);
        match (found, &self.store) {
            (Some(found), _) => Ok(Some(found)),
            (None, Some(store)) => store.position(revision),
            (None, None) => Ok(None),
        }
    }

    fn merge(&self, store: &Arc<Store>, mut parts: MutexGuard<'_, Parts>) {
        let after = Part::after(parts.newest.end);
        let merging = Arc::new(std::mem::replace(&mut parts.newest, after));
        parts.merging = Some(Arc::clone(&merging));
        drop(parts);
        let (all, store) = (Arc::clone(&self.parts), Arc::clone(store));
        let merge = move || {
            let merged = store.merge(&merging).map(|()| store.len());
            let mut parts = all.lock().unwrap_or_else(PoisonError::into_inner);
            match merged {
                Ok(stored) => (parts.merging, parts.stored) = (None, stored),
                Err(fault) => parts.fault = Some(Arc::new(fault)),
            }
        };
        if !self.in_background {
            return merge();
        }
        match std::thread::Builder::new().name("tenseven-index".to_owned()).spawn(merge) {
            Ok(thread) => *self.merging.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread),
            // The index is made again.
            Err(error) => self.parts().fault = Some(Arc::new(IndexFault::of(error))),
        }
    }

    /// Merges what is in memory, so that the next start has less to add.
    pub(crate) fn close(&self) {
        self.wait();
        let Some(store) = &self.store else { return };
        let parts = self.parts();
        if parts.fault.is_some() || parts.merging.is_some() {
            return;
        }
        // What cannot be stored is added again by the next start.
        let merged = if parts.newest.len() == 0 { Ok(()) } else { store.merge(&parts.newest) };
        let _ = merged.and_then(|()| store.hand_over());
    }

    fn wait(&self) {
        let thread = self.merging.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A merge that died left its part in memory.
            let _ = thread.join();
        }
    }

    fn hash(&self, submission: SubmissionId) -> u64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.log.0).update(submission.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        u64::from_be_bytes(first)
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parts {
    fn check(&self) -> Result<(), IndexFault> {
        self.fault.as_ref().map_or(Ok(()), |fault| Err(IndexFault::clone(fault)))
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.wait();
    }
}
