//! The registry in pieces: what threads do elsewhere is done here step by step.

use std::{collections::VecDeque, sync::Arc};

use tenseven_catalog::Catalog;
use tenseven_model::Revision;
use tenseven_state::World;
use tenseven_store::{Head, Journal as _, PreparedEntry};
use tenseven_testkit::{Failure, TestJournal};

use super::clock::ManualClock;
use crate::{
    Limits, Observatory,
    checkpointer::write_checkpoint,
    opened::{Opened, opened},
    shared::Shared,
    snapshot::Snapshot,
    submission::Submission,
    writer::{Decider, FlushedGroup, Flusher, Group, LastFlushed, Publisher},
};

/// One life of a registry, from a start to a crash.
pub(super) struct Registry {
    pub(super) observatory: Observatory,
    /// Submissions, each with its number.
    pub(super) queue: VecDeque<(usize, Submission)>,
    pub(super) decider: Decider,
    pub(super) flushed: VecDeque<FlushedGroup>,
    /// A group that waits for the disk, while the next is decided.
    handed: Option<Group>,
    flusher: Flusher,
    publisher: Publisher,
    newest: Option<(Head, Arc<Snapshot>)>,
    /// A group whose flush failed, so that its entries may be there after the next start.
    pub(super) in_doubt: Option<(Revision, Vec<PreparedEntry>)>,
}

impl Registry {
    pub(super) fn start(journal: &TestJournal, clock: &ManualClock) -> Self {
        let world = World::new(Catalog::bundled());
        let limits =
            Limits { group_submissions_max: 4, past_boards_max: 2, past_states_max: 1, ..Limits::default() };
        let Opened { shared, .. } =
            opened(Box::new(journal.clone()), world, limits, Box::new(clock.clone())).expect("it opens");
        let last_flushed = LastFlushed::new(shared.state.load().state().clone());
        Self {
            decider: Decider::new(Arc::clone(&shared), last_flushed.clone()),
            flusher: Flusher::new(Arc::clone(&shared), last_flushed),
            publisher: Publisher::new(Arc::clone(&shared)),
            observatory: Observatory::new(shared, None),
            queue: VecDeque::new(),
            flushed: VecDeque::new(),
            handed: None,
            newest: None,
            in_doubt: None,
        }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.observatory.shared
    }

    /// Decides the next submission, if one waits and the group has room. Returns its number, and the revision that it was decided on
    /// unless it was accepted.
    pub(super) fn decide(&mut self) -> Option<(usize, Revision)> {
        let limits = &self.observatory.shared.limits;
        if self.decider.open_group().is_some_and(|group| group.is_full(limits)) {
            return None;
        }
        let (number, submission) = self.queue.pop_front()?;
        self.decider.decide(submission);
        Some((number, self.decider.revision()))
    }

    /// Whether some group is not flushed.
    pub(super) fn has_group(&self) -> bool {
        self.handed.is_some() || self.decider.open_group().is_some()
    }

    /// Hands the open group over, if none waits for the disk.
    pub(super) fn hand_over(&mut self) -> bool {
        let is_free = self.handed.is_none();
        if is_free {
            self.handed = self.decider.close_group();
        }
        is_free && self.handed.is_some()
    }

    /// Flushes the group that was handed over.
    pub(super) fn flush(&mut self, journal: &TestJournal, failure: Option<Failure>) -> bool {
        let Some(group) = self.handed.take() else { return false };
        let attempted = (group.after, group.prepared.clone());
        journal.fail(failure);
        let is_next = journal.head().revision == group.after && !attempted.1.is_empty();
        self.flushed.push_back(self.flusher.flush(group));
        if failure == Some(Failure::Storage) && is_next {
            self.in_doubt.get_or_insert(attempted);
        }
        true
    }

    /// Publishes the first few groups that were flushed.
    pub(super) fn publish(&mut self, count: usize) -> bool {
        let count = count.min(self.flushed.len());
        let published = self.publisher.publish(self.flushed.drain(..count).collect());
        self.newest = published.or(self.newest.take());
        count > 0
    }

    /// Writes a checkpoint of the newest state that was published.
    pub(super) fn keep(&mut self) -> bool {
        let Some((head, state)) = self.newest.take() else { return false };
        write_checkpoint(self.shared().journal.as_ref(), head, &state);
        true
    }
}
