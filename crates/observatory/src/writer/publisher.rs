//! The third stage: scores what was flushed, lets it be read, and answers.

use std::sync::Arc;

use tenseven_store::Head;

use super::{
    changes::changes_of,
    group::{Answer, FlushedGroup, Group},
};
use crate::{SubmissionError, keeper::Keeper, shared::Shared, snapshot::Snapshot};

/// Makes states that can be read of groups that were flushed.
pub(crate) struct Publisher {
    shared: Arc<Shared>,
    keeper: Keeper,
}

/// Answers of a group, and its failure.
type Answers = (Vec<Answer>, Option<SubmissionError>);

impl Publisher {
    pub(crate) fn new(shared: Arc<Shared>, keeper: Keeper) -> Self {
        Self { shared, keeper }
    }

    /// Publishes what was flushed of these groups, which are scored together, and answers all of them.
    pub(crate) fn publish(&mut self, groups: Vec<FlushedGroup>) {
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
                entries.extend(group.entries);
                scored.extend(group.scored);
            }
        }
        let published = newest.map(|(head, state)| {
            let before = self.shared.state.load_full();
            let changes = changes_of(&self.shared, &entries, &scored);
            let next = Arc::new(before.followed_by(state, &changes, &self.shared.world));
            self.shared.recent.keep(entries);
            self.shared.publish(Arc::clone(&next));
            (head, next)
        });
        for stamp in stamps {
            self.shared.moments.settle(stamp);
        }
        for (answers, failure) in answers {
            answer(answers, failure);
        }
        if let Some((head, state)) = published {
            self.announce(head, &state);
        }
    }

    fn announce(&mut self, head: Head, state: &Arc<Snapshot>) {
        self.shared.announce(state.revision());
        self.keeper.offer(head, state);
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
