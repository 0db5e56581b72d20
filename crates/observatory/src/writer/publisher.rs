//! The third stage: scores what was flushed, lets it be read, and answers.

use std::sync::Arc;

use tenseven_state::State;
use tenseven_store::{Entry, Head};

use super::{
    changes::changes_of,
    group::{Answer, FlushedGroup, Group},
};
use crate::{
    SubmissionError,
    publication::ScoredVersion,
    score_watch::{Commit, Hub, PublishedScores},
    shared::Shared,
    snapshot::Snapshot,
};

/// Makes states that can be read of groups that were flushed.
pub(crate) struct Publisher {
    shared: Arc<Shared>,
}

/// A state that can be read, and what is still to be done about it.
struct PublishedState {
    head: Head,
    state: Arc<Snapshot>,
    scores: Vec<PublishedScores>,
}

/// Answers of a group, and its failure.
type Answers = (Vec<Answer>, Option<SubmissionError>);

impl Publisher {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Publishes what was flushed of these groups, which are scored together, and answers all of them. Returns the newest state if
    /// there is another.
    pub(crate) fn publish(&self, groups: Vec<FlushedGroup>) -> Option<(Head, Arc<Snapshot>)> {
        let (mut newest, mut entries, mut scored) = (None, Vec::new(), Vec::new());
        let (mut answers, mut stamps): (Vec<Answers>, Vec<_>) = Default::default();
        for FlushedGroup { group, flushed } in groups {
            let Group { stamp, state, answers: waiting, .. } = group;
            stamps.push(stamp);
            answers.push((waiting, flushed.as_ref().err().copied()));
            if let Ok(head) = flushed
                && !group.entries.is_empty()
            {
                newest = Some((head, state));
                entries.extend(group.entries.into_iter().map(Arc::new));
                scored.extend(group.scored);
            }
        }
        let published = newest.map(|(head, state)| self.publish_state(head, state, &entries, &scored));
        for stamp in stamps {
            self.shared.moments.settle(stamp);
        }
        for (answers, failure) in answers {
            answer(answers, failure);
        }
        let PublishedState { head, state, scores } = published?;
        // There can be many who wait for the state, so that answers come first.
        self.shared.announce(state.revision());
        Hub::notify(&scores);
        Some((head, state))
    }

    fn publish_state(
        &self,
        head: Head,
        state: State,
        entries: &[Arc<Entry>],
        scored: &[ScoredVersion],
    ) -> PublishedState {
        let Shared { hub, world, recent, .. } = self.shared.as_ref();
        let before = self.shared.state.load_full();
        let commit = Commit { before: &before, entries, geography: world.geography() };
        let followed = hub.follow(commit);
        let changes = changes_of(&self.shared, entries, scored, &followed);
        let state = Arc::new(before.followed_by(state, &changes, &self.shared.rules()));
        recent.keep(entries);
        let publish = || self.shared.publish(Arc::clone(&state));
        let live = hub.publish(followed, state.revision(), publish);
        PublishedState { head, state, scores: live }
    }
}

fn answer(answers: Vec<Answer>, failure: Option<SubmissionError>) {
    for answer in answers {
        match answer {
            Answer::Accepted(send, answer) => send(failure.map_or(answer, Err)),
            Answer::Rejected(reject) => reject(failure),
        }
    }
}
