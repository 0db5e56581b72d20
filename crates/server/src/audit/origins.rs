//! Origins: which call each submission of late came from.
//!
//! *Invariant:* an origin is noted before its submission is decided, so that no accepted change is without one because its caller did not wait for
//! the answer. Once a revision is known to come from a call, no retry of the submission replaces that.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tenseven_model::{PartnerId, SubmissionId};

use super::record::Record;

/// Maximum number of submissions: many more than can wait to be decided.
const SUBMISSIONS_MAX: usize = 8_192;

type Key = (SubmissionId, Option<PartnerId>);

/// Where a submission came from.
#[derive(Debug)]
struct Origin {
    /// What is recorded of the call.
    call: Arc<Record>,
    /// The revision that accepted it, once that is known.
    revision: Option<u64>,
}

#[derive(Debug, Default)]
struct Known {
    by_submission: HashMap<Key, Origin>,
    order: VecDeque<Key>,
}

/// The origins of the last submissions.
#[derive(Debug, Default)]
pub(super) struct Origins(Mutex<Known>);

impl Origins {
    /// Notes where a submission comes from.
    pub(super) fn note(&self, submission: SubmissionId, partner: Option<PartnerId>, call: Arc<Record>) {
        let mut known = self.lock();
        let key = (submission, partner);
        match known.by_submission.get_mut(&key) {
            Some(origin) if origin.revision.is_some() => {}
            Some(origin) => origin.call = call,
            None => {
                known.order.push_back(key.clone());
                known.by_submission.insert(key, Origin { call, revision: None });
            }
        }
        if known.order.len() > SUBMISSIONS_MAX
            && let Some(oldest) = known.order.pop_front()
        {
            known.by_submission.remove(&oldest);
        }
    }

    /// The call that a new revision came from, if that is known. From now on it is of this revision.
    pub(super) fn settle(&self, key: &Key, revision: u64) -> Option<Arc<Record>> {
        let mut known = self.lock();
        let origin = known.by_submission.get_mut(key)?;
        origin.revision = Some(revision);
        Some(Arc::clone(&origin.call))
    }

    /// The call that a revision came from; of one that `is_new`, also if that is not settled yet.
    pub(super) fn get(&self, key: &Key, revision: u64, is_new: bool) -> Option<Arc<Record>> {
        let known = self.lock();
        let origin = known.by_submission.get(key)?;
        let is_its = origin.revision.map_or(is_new, |settled| settled == revision);
        is_its.then(|| Arc::clone(&origin.call))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> Key {
        let mut bytes = [7; 16];
        bytes[..4].copy_from_slice(&u32::try_from(number).unwrap().to_be_bytes());
        (SubmissionId::of_version_8(bytes), None)
    }

    fn call(peer: &str) -> Arc<Record> {
        Arc::new(Record { peer: peer.to_owned(), ..Record::default() })
    }

    fn peer(origin: Option<Arc<Record>>) -> Option<String> {
        origin.map(|call| call.peer.clone())
    }

    #[test]
    fn a_retry_from_elsewhere_does_not_change_where_an_accepted_submission_came_from() {
        let (origins, key) = (Origins::default(), key(1));
        origins.note(key.0, None, call("first"));
        assert_eq!(peer(origins.get(&key, 9, true)).as_deref(), Some("first"));
        assert_eq!(peer(origins.settle(&key, 9)).as_deref(), Some("first"));
        origins.note(key.0, None, call("retry"));
        assert_eq!(peer(origins.get(&key, 9, false)).as_deref(), Some("first"));
        assert_eq!(origins.get(&key, 10, true), None, "it is of revision 9");
    }

    #[test]
    fn an_old_revision_has_no_origin_by_a_submission_that_was_never_accepted() {
        let (origins, key) = (Origins::default(), key(1));
        origins.note(key.0, None, call("checked"));
        assert_eq!(origins.get(&key, 9, false), None);
    }

    #[test]
    fn the_last_submissions_are_known() {
        let origins = Origins::default();
        (0..3 * SUBMISSIONS_MAX as u64).for_each(|number| origins.note(key(number).0, None, call("a")));
        assert_eq!(origins.lock().by_submission.len(), SUBMISSIONS_MAX);
        assert!(origins.get(&key(0), 1, true).is_none());
        assert!(origins.get(&key(3 * SUBMISSIONS_MAX as u64 - 1), 1, true).is_some());
    }
}
