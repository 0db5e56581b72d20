//! Caches the encoded answers of the newest revision, so that a frequent request is answered and encoded once.
//!
//! *Invariant:* an answer is returned only for the revision that it shows, and to a request that is equal to the one that it was made for
//! in every byte. Memory is bounded: where there is no room, nothing is held.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use prost::Message;
use tenseven_api::{Encoded, SetPosition};
use tenseven_model::Revision;
use tenseven_observatory::View;

use super::positioned::positioned;

/// Maximum number of bytes that are held, those of the requests included.
const BYTES_MAX: usize = 8 * 1024 * 1024;
/// Maximum number of bytes of an answer that is held.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// What an answer takes beyond its bytes and those of its request, about.
const ANSWER_BYTES: usize = 200;

/// The cached answers.
#[derive(Default)]
pub(super) struct AnswerCache(Mutex<Answers>);

#[derive(Default)]
struct Answers {
    revision: Revision,
    by_request: HashMap<Vec<u8>, Box<dyn Any + Send>>,
    bytes: usize,
}

impl AnswerCache {
    /// The answer to a request at a revision.
    pub(super) fn get<A: 'static>(&self, revision: Revision, request: &[u8]) -> Option<Encoded<A>> {
        let answers = self.lock();
        let answer = answers.by_request.get(request).filter(|_| answers.revision == revision)?;
        answer.downcast_ref::<Encoded<A>>().cloned()
    }

    /// Holds the answer to a request at a revision, unless there is a newer one or no room.
    pub(super) fn keep<A: Message + 'static>(
        &self,
        revision: Revision,
        request: Vec<u8>,
        answer: &Encoded<A>,
    ) {
        let mut answers = self.lock();
        if answers.revision < revision {
            *answers = Answers { revision, ..Answers::default() };
        }
        let bytes = answer.encoded_len() + request.len() + ANSWER_BYTES;
        let has_room = bytes <= ANSWER_BYTES_MAX && answers.bytes + bytes <= BYTES_MAX;
        if answers.revision == revision && has_room {
            answers.bytes += bytes;
            answers.by_request.insert(request, Box::new(answer.clone()));
        }
    }

    /// An answer with the revision that it shows, encoded; held where it is one of the newest revision, and has a key.
    pub(super) fn encoded<A: Message + SetPosition + 'static>(
        &self,
        view: &View,
        key: Option<Vec<u8>>,
        answer: A,
    ) -> Encoded<A> {
        let at = view.position();
        let answer = Encoded::from(&positioned(answer, at));
        if let Some(key) = key {
            self.keep(at.revision, key, &answer);
        }
        answer
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tenseven_api::v1::{GetScoresResponse, ListScoresResponse};

    use super::*;

    fn answer(bytes: usize) -> Encoded<GetScoresResponse> {
        Encoded::from(&GetScoresResponse { history_id: "a".repeat(bytes), ..Default::default() })
    }

    fn held(held: &AnswerCache, revision: u64, request: &[u8]) -> Option<usize> {
        let answer = held.get::<GetScoresResponse>(Revision::new(revision), request);
        answer.map(|answer| answer.encoded_len())
    }

    #[test]
    fn an_answer_is_held_for_its_request_and_its_revision_alone() {
        let all = AnswerCache::default();
        all.keep(Revision::new(3), b"one".to_vec(), &answer(5));
        assert_eq!(held(&all, 3, b"one"), Some(answer(5).encoded_len()));
        assert_eq!((held(&all, 3, b"two"), held(&all, 2, b"one"), held(&all, 4, b"one")), (None, None, None));
        assert!(all.get::<ListScoresResponse>(Revision::new(3), b"one").is_none());
        all.keep(Revision::new(4), b"two".to_vec(), &answer(5));
        assert_eq!((held(&all, 3, b"one"), held(&all, 4, b"one")), (None, None));
        // One that was made for longer than the next revision took.
        all.keep(Revision::new(3), b"one".to_vec(), &answer(5));
        assert_eq!((held(&all, 3, b"one"), held(&all, 4, b"two").is_some()), (None, true));
    }

    #[test]
    fn what_is_held_is_bounded() {
        let all = AnswerCache::default();
        all.keep(Revision::new(1), b"large".to_vec(), &answer(ANSWER_BYTES_MAX));
        assert_eq!(held(&all, 1, b"large"), None);
        for request in 0_u32..10_000 {
            all.keep(Revision::new(1), request.to_le_bytes().to_vec(), &answer(ANSWER_BYTES_MAX / 64));
        }
        let answers = all.lock();
        assert!(answers.bytes <= BYTES_MAX, "{}", answers.bytes);
        assert!(answers.by_request.len() > 1_000, "{}", answers.by_request.len());
    }
}
