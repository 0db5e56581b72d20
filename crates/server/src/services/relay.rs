//! The relay: encodes the events of a selection once for all its watchers.
//!
//! *Invariants:*
//! - Memory is bounded in bytes, for all selections together. A selection goes with the last of its watchers, and what nobody has asked for
//!   in a while goes with their next heartbeat; what only one watches is not kept.
//! - A part ends where the next one that is kept begins, so that watchers who started apart share what follows.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use prost::Message;
use tenseven_api::Encoded;
use tenseven_model::Revision;
use tokio::time::Instant;

/// Maximum number of bytes that are kept of one selection, but for its newest part, which can be larger.
const SELECTION_BYTES_MAX: usize = 512 * 1024;
/// Maximum number of bytes that are kept of all selections.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// How long a part is kept for watchers that are further back.
const KEPT_FOR: Duration = Duration::from_secs(5);
/// What a part takes besides its messages, about.
const PART_BYTES: usize = 256;

/// The selections that are watched.
pub(super) struct Relay<K, M> {
    selections: Mutex<HashMap<K, Weak<Selection<M>>>>,
    bytes: Arc<AtomicUsize>,
}

/// The newest parts of what is sent to all watchers of one selection.
pub(super) struct Selection<M> {
    kept: Mutex<Kept<M>>,
    watchers: AtomicUsize,
    /// The bytes of all selections.
    all_bytes: Arc<AtomicUsize>,
}

/// One watcher of a selection.
pub(super) struct Joined<M>(Arc<Selection<M>>);

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
    /// The revisions that they follow, and since when they are kept; the first before the others.
    order: VecDeque<(Revision, Instant)>,
    bytes: usize,
}

impl<M: Message> Part<M> {
    fn bytes(&self) -> usize {
        let messages = self.messages.iter();
        let bytes: usize = messages.map(|one| one.0.encoded_len() + size_of_val(one)).sum();
        bytes + PART_BYTES
    }
}

impl<K: Eq + Hash, M: Message> Relay<K, M> {
    pub(super) fn new() -> Self {
        Self { selections: Mutex::default(), bytes: Arc::default() }
    }

    /// Joins those who watch a selection.
    pub(super) fn join(&self, selection: K) -> Joined<M> {
        let mut selections = self.selections.lock().unwrap_or_else(PoisonError::into_inner);
        let known = selections.get(&selection).and_then(Weak::upgrade);
        let joined = known.unwrap_or_else(|| {
            selections.retain(|_, known| known.strong_count() > 0);
            let joined = Arc::new(Selection::new(&self.bytes));
            selections.insert(selection, Arc::downgrade(&joined));
            joined
        });
        joined.watchers.fetch_add(1, Relaxed);
        Joined(joined)
    }
}

impl<M> Joined<M> {
    /// What all who joined share.
    pub(super) fn selection(&self) -> &Arc<Selection<M>> {
        &self.0
    }
}

impl<M> Drop for Joined<M> {
    fn drop(&mut self) {
        self.0.watchers.fetch_sub(1, Relaxed);
    }
}

impl<M: Message> Selection<M> {
    fn new(all_bytes: &Arc<AtomicUsize>) -> Self {
        let kept = Kept { parts: BTreeMap::new(), order: VecDeque::new(), bytes: 0 };
        Self { kept: Mutex::new(kept), watchers: AtomicUsize::new(0), all_bytes: Arc::clone(all_bytes) }
    }

    /// What follows a revision.
    pub(super) fn after(&self, revision: Revision) -> Next<M> {
        let kept = self.lock();
        match kept.parts.range(revision..).next() {
            Some((after, part)) if *after == revision => Next::Kept(Arc::clone(part)),
            next => Next::Missing(next.map(|(after, _)| *after)),
        }
    }

    /// Keeps a part that follows a revision for the other watchers, if there are any. Returns the one that is kept, which can be another
    /// that was made meanwhile.
    pub(super) fn keep(&self, after: Revision, part: Part<M>) -> Arc<Part<M>> {
        let part = Arc::new(part);
        // A part that ends where it begins is no step forward.
        if self.watchers.load(Relaxed) < 2 || part.up_to <= after {
            return part;
        }
        let mut kept = self.lock();
        if let Some(known) = kept.parts.get(&after) {
            return Arc::clone(known);
        }
        let bytes = part.bytes();
        kept.parts.insert(after, Arc::clone(&part));
        kept.order.push_back((after, Instant::now()));
        kept.bytes += bytes;
        self.all_bytes.fetch_add(bytes, Relaxed);
        let has_much = |kept: &Kept<M>| kept.bytes > SELECTION_BYTES_MAX && kept.order.len() > 1;
        while has_much(&kept) || self.all_bytes.load(Relaxed) > BYTES_MAX {
            if !self.drop_first(&mut kept) {
                break;
            }
        }
        part
    }

    /// Drops what has been kept for long enough.
    pub(super) fn drop_old(&self) {
        let mut kept = self.lock();
        while kept.order.front().is_some_and(|(_, since)| since.elapsed() > KEPT_FOR) {
            self.drop_first(&mut kept);
        }
    }

    /// Drops the part that was made first; returns whether there was one.
    fn drop_first(&self, kept: &mut Kept<M>) -> bool {
        let Some((after, _)) = kept.order.pop_front() else { return false };
        let bytes = kept.parts.remove(&after).map_or(0, |part| part.bytes());
        kept.bytes -= bytes;
        self.all_bytes.fetch_sub(bytes, Relaxed);
        true
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

    fn kept(joined: &Joined<Message>, after: u64) -> Option<u64> {
        match joined.selection().after(Revision::new(after)) {
            Next::Kept(part) => Some(part.up_to.number()),
            Next::Missing(_) => None,
        }
    }

    #[test]
    fn watchers_of_the_same_selection_share_what_one_of_them_made() {
        let relay = relay();
        let (one, other, apart) = (relay.join("all"), relay.join("all"), relay.join("some"));
        one.selection().keep(Revision::new(3), part(7, 1));
        assert_eq!(kept(&other, 3), Some(7));
        assert_eq!(kept(&apart, 3), None);
        // Of two that were made at once, one is for all.
        assert_eq!(other.selection().keep(Revision::new(3), part(9, 1)).up_to, Revision::new(7));
    }

    #[test]
    fn a_watcher_that_starts_apart_meets_the_others_where_their_next_part_begins() {
        let relay = relay();
        let (one, other) = (relay.join("all"), relay.join("all"));
        one.selection().keep(Revision::new(3), part(7, 1));
        one.selection().keep(Revision::new(7), part(9, 1));
        let next = |after| other.selection().after(Revision::new(after));
        assert!(matches!(next(5), Next::Missing(Some(until)) if until == Revision::new(7)));
        assert!(matches!(next(8), Next::Missing(None)));
    }

    #[test]
    fn nothing_is_kept_for_one_watcher_nor_of_those_who_left() {
        let relay = relay();
        let one = relay.join("all");
        one.selection().keep(Revision::new(3), part(7, 1));
        assert_eq!(kept(&one, 3), None);
        let other = relay.join("all");
        one.selection().keep(Revision::new(3), part(7, 1));
        assert!(relay.bytes.load(Relaxed) > 0);
        drop((one, other));
        assert_eq!(relay.bytes.load(Relaxed), 0);
        assert_eq!(kept(&relay.join("all"), 3), None);
    }

    #[test]
    fn what_is_kept_is_bounded_for_a_selection_and_for_all_and_parts_without_messages_count() {
        let relay = relay();
        let names: Vec<&'static str> = (0..100).map(|name: u32| &*name.to_string().leak()).collect();
        let joined: Vec<_> = names.iter().map(|name| (relay.join(name), relay.join(name))).collect();
        for (one, _) in &joined {
            for after in 0..20 {
                one.selection().keep(Revision::new(after), part(after + 1, SELECTION_BYTES_MAX / 8));
            }
            assert!(one.selection().lock().bytes <= SELECTION_BYTES_MAX);
        }
        assert!(relay.bytes.load(Relaxed) <= BYTES_MAX);
        let (first, _) = &joined[0];
        assert_eq!((kept(first, 0), kept(first, 19)), (None, Some(20)));
        for after in 20..20_000 {
            let up_to = Revision::new(after + 1);
            first.selection().keep(Revision::new(after), Part { messages: Vec::new(), up_to });
        }
        assert!(first.selection().lock().parts.len() < 3_000);
    }

    #[test]
    fn a_part_that_is_larger_than_what_is_kept_is_shared_all_the_same() {
        let relay = relay();
        let (one, other) = (relay.join("all"), relay.join("all"));
        one.selection().keep(Revision::new(3), part(7, 4 * SELECTION_BYTES_MAX));
        assert_eq!(kept(&other, 3), Some(7));
        one.selection().keep(Revision::new(7), part(8, 1));
        assert_eq!((kept(&other, 3), kept(&other, 7)), (None, Some(8)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_asks_for_is_dropped() {
        let relay = relay();
        let (one, _other) = (relay.join("all"), relay.join("all"));
        one.selection().keep(Revision::new(3), part(7, 1));
        one.selection().drop_old();
        assert_eq!(kept(&one, 3), Some(7));
        tokio::time::advance(2 * KEPT_FOR).await;
        one.selection().drop_old();
        assert_eq!((kept(&one, 3), relay.bytes.load(Relaxed)), (None, 0));
    }
}
