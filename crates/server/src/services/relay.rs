//! The relay: what many watchers of the same selection receive is encoded once.
//!
//! *Invariants:*
//! - Memory is bounded in bytes, for a selection and for all together. A selection goes with the last of its watchers; what only one
//!   watches is not kept.
//! - A part ends where the next one that is kept begins, so that watchers who started apart share what follows.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use prost::Message;
use tenseven_api::Encoded;
use tenseven_model::Revision;

/// Most bytes that are kept of one selection.
const SELECTION_BYTES_MAX: usize = 512 * 1024;
/// Most bytes that are kept of all selections.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// The selections that are watched.
pub(super) struct Relay<K, M> {
    selections: Mutex<HashMap<K, Weak<Selection<M>>>>,
    bytes: Arc<AtomicUsize>,
}

/// The newest parts of what is sent to all watchers of one selection.
pub(super) struct Selection<M> {
    kept: Mutex<Kept<M>>,
    /// The bytes of all selections.
    all_bytes: Arc<AtomicUsize>,
}

/// What a few revisions changed of a selection.
pub(super) struct Part<M> {
    /// The messages, each with the revision that is complete with it, if one is.
    pub(super) messages: Vec<(Encoded<M>, Option<Revision>)>,
    /// The revision up to which they are all.
    pub(super) up_to: Revision,
}

/// What there is after a revision.
pub(super) enum Next<M> {
    /// A part that is kept.
    Kept(Arc<Part<M>>),
    /// It is to be made, up to this revision at most if one is given.
    Missing(Option<Revision>),
}

struct Kept<M> {
    /// By the revision that they follow.
    parts: BTreeMap<Revision, Arc<Part<M>>>,
    /// The revisions that they follow, the part that was made first before the others.
    order: VecDeque<Revision>,
    bytes: usize,
}

impl<M: Message> Part<M> {
    fn bytes(&self) -> usize {
        self.messages.iter().map(|(message, _)| message.encoded_len() + size_of_val(message)).sum()
    }
}

impl<K: Eq + Hash, M: Message> Relay<K, M> {
    pub(super) fn new() -> Self {
        Self { selections: Mutex::default(), bytes: Arc::default() }
    }

    /// Joins those who watch a selection.
    pub(super) fn join(&self, selection: K) -> Arc<Selection<M>> {
        let mut selections = self.selections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = selections.get(&selection).and_then(Weak::upgrade) {
            return known;
        }
        selections.retain(|_, known| known.strong_count() > 0);
        let joined = Arc::new(Selection::new(&self.bytes));
        selections.insert(selection, Arc::downgrade(&joined));
        joined
    }
}

impl<M: Message> Selection<M> {
    fn new(all_bytes: &Arc<AtomicUsize>) -> Self {
        let kept = Kept { parts: BTreeMap::new(), order: VecDeque::new(), bytes: 0 };
        Self { kept: Mutex::new(kept), all_bytes: Arc::clone(all_bytes) }
    }

    /// What follows a revision.
    pub(super) fn after(&self, revision: Revision) -> Next<M> {
        let kept = self.lock();
        match kept.parts.range(revision..).next() {
            Some((after, part)) if *after == revision => Next::Kept(Arc::clone(part)),
            next => Next::Missing(next.map(|(after, _)| *after)),
        }
    }

    /// Keeps a part that follows a revision for the other watchers, if there are any.
    pub(super) fn keep(self: &Arc<Self>, after: Revision, part: Part<M>) -> Arc<Part<M>> {
        let part = Arc::new(part);
        // A part of nothing is no step forward.
        if Arc::strong_count(self) > 1 && part.up_to > after {
            let bytes = part.bytes();
            let mut kept = self.lock();
            if kept.parts.contains_key(&after) {
                return part;
            }
            kept.parts.insert(after, Arc::clone(&part));
            kept.order.push_back(after);
            kept.bytes += bytes;
            self.all_bytes.fetch_add(bytes, Relaxed);
            while kept.bytes > SELECTION_BYTES_MAX || self.all_bytes.load(Relaxed) > BYTES_MAX {
                let Some(dropped) = kept.drop_oldest() else { break };
                self.all_bytes.fetch_sub(dropped, Relaxed);
            }
        }
        part
    }

    fn lock(&self) -> MutexGuard<'_, Kept<M>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M> Drop for Selection<M> {
    fn drop(&mut self) {
        let kept = self.kept.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.all_bytes.fetch_sub(kept.bytes, Relaxed);
    }
}

impl<M: Message> Kept<M> {
    /// Drops the part that was made first; returns how many bytes that was.
    fn drop_oldest(&mut self) -> Option<usize> {
        let part = self.parts.remove(&self.order.pop_front()?)?;
        let bytes = part.bytes();
        self.bytes -= bytes;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use tenseven_api::v1::WatchObservationsResponse;

    use super::*;

    type Message = WatchObservationsResponse;

    fn part(up_to: u64, bytes: usize) -> Part<Message> {
        let message = Message { submission_id: "a".repeat(bytes), ..Message::default() };
        let up_to = Revision::new(up_to);
        Part { messages: vec![(Encoded::from(&message), Some(up_to))], up_to }
    }

    fn relay() -> Relay<&'static str, Message> {
        Relay::new()
    }

    fn kept(selection: &Selection<Message>, after: u64) -> Option<u64> {
        match selection.after(Revision::new(after)) {
            Next::Kept(part) => Some(part.up_to.number()),
            Next::Missing(_) => None,
        }
    }

    #[test]
    fn watchers_of_the_same_selection_share_what_one_of_them_made() {
        let relay = relay();
        let (one, other, apart) = (relay.join("all"), relay.join("all"), relay.join("some"));
        one.keep(Revision::new(3), part(7, 1));
        assert_eq!(kept(&other, 3), Some(7));
        assert_eq!(kept(&apart, 3), None);
    }

    #[test]
    fn a_watcher_that_starts_apart_meets_the_others_where_their_next_part_begins() {
        let relay = relay();
        let (one, other) = (relay.join("all"), relay.join("all"));
        one.keep(Revision::new(3), part(7, 1));
        one.keep(Revision::new(7), part(9, 1));
        assert!(
            matches!(other.after(Revision::new(5)), Next::Missing(Some(until)) if until == Revision::new(7))
        );
        assert!(matches!(other.after(Revision::new(8)), Next::Missing(None)));
    }

    #[test]
    fn nothing_is_kept_for_one_watcher_nor_of_those_who_left() {
        let relay = relay();
        let one = relay.join("all");
        one.keep(Revision::new(3), part(7, 1));
        assert_eq!(kept(&one, 3), None);
        let other = relay.join("all");
        one.keep(Revision::new(3), part(7, 1));
        assert!(relay.bytes.load(Relaxed) > 0);
        drop((one, other));
        assert_eq!(relay.bytes.load(Relaxed), 0);
        assert_eq!(kept(&relay.join("all"), 3), None);
    }

    #[test]
    fn what_is_kept_is_bounded_for_a_selection_and_for_all() {
        let relay = relay();
        let names: Vec<&'static str> = (0..100).map(|name: u32| &*name.to_string().leak()).collect();
        let joined: Vec<_> = names.iter().map(|name| (relay.join(name), relay.join(name))).collect();
        for (one, _) in &joined {
            for after in 0..20 {
                one.keep(Revision::new(after), part(after + 1, SELECTION_BYTES_MAX / 8));
            }
            assert!(one.lock().bytes <= SELECTION_BYTES_MAX);
        }
        assert!(relay.bytes.load(Relaxed) <= BYTES_MAX);
        let (first, _) = &joined[0];
        assert_eq!((kept(first, 0), kept(first, 19)), (None, Some(20)));
    }
}
