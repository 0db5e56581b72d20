//! The first stage: decides submissions one after the other, each on top of the state with all before it.

use std::sync::Arc;

use tenseven_model::Revision;
use tenseven_state::{Decision, Receipt, State, access::Author};
use tenseven_store::{Entry, PreparedEntry};
use tracing::error;

use super::{
    flushed::LastFlushed,
    group::{Answer, Group},
};
use crate::{
    JournalFailed, SubmissionError,
    accepted::accepted,
    known_submissions::{Answered, RecentSubmissions, look_up},
    publication::ScoredVersion,
    shared::Shared,
    submission::{SendReceipt, Submission, Undecided},
};

/// Decides submissions and prepares their entries.
pub(crate) struct Decider {
    shared: Arc<Shared>,
    last_flushed: LastFlushed,
    /// How many failed flushes it has met.
    failures: u64,
    /// The state with everything that was decided.
    state: State,
    recent: RecentSubmissions,
    group: Option<Group>,
}

impl Decider {
    pub(crate) fn new(shared: Arc<Shared>, last_flushed: LastFlushed) -> Self {
        let (failures, state) = last_flushed.get();
        let recent = RecentSubmissions::new(state.revision(), &shared.limits);
        Self { shared, last_flushed, failures, state, recent, group: None }
    }

    /// Whether there is a group to be flushed.
    pub(crate) fn open_group(&self) -> Option<&Group> {
        self.group.as_ref()
    }

    /// The revision of the state with everything that was decided.
    #[cfg(test)]
    pub(crate) fn revision(&self) -> Revision {
        self.state.revision()
    }

    /// Ends the group. The next submission opens another.
    pub(crate) fn close_group(&mut self) -> Option<Group> {
        let group = self.group.take()?;
        Some(Group { state: self.state.clone(), ..group })
    }

    /// Decides a submission as part of the current group.
    pub(crate) fn decide(&mut self, submission: Submission) {
        let mut group = self.group.take().unwrap_or_else(|| self.new_group());
        group.size = group.size + submission.size;
        group.submissions += 1;
        self.decide_in(&mut group, submission);
        self.group = Some(group);
    }

    fn new_group(&mut self) -> Group {
        if self.failures != self.last_flushed.failures() {
            (self.failures, self.state) = self.last_flushed.get();
            self.recent.forget_after(self.state.revision());
        }
        let stamp = self.shared.moments.begin(self.shared.clock.now(), self.state.accepted_at());
        Group::new(self.failures, stamp, self.state.clone())
    }

    fn decide_in(&mut self, group: &mut Group, submission: Submission) {
        let Submission { id, author, digest, size: _, looked_up, scored, command } = submission;
        let published = self.shared.state.load().revision();
        let answered = match self.recent.get(id) {
            Some(recent) if recent.revision() > published => {
                let answer = recent.receipt(digest).map_err(SubmissionError::from);
                let send = Box::new(|answer| command.answer(answer));
                return group.answers.push(Answer::Accepted(send, answer));
            }
            Some(recent) => recent.receipt(digest).map(Some).map_err(SubmissionError::from),
            None if self.recent.covers(looked_up) => Ok(None),
            // It waited for longer than is remembered.
            None => look_up(self.shared.journal.as_ref(), published, id, digest),
        };
        let failed = self.shared.write_failure.get().map(|_| Err(JournalFailed.into()));
        if let Some(answer) = answered.transpose().or(failed) {
            return command.answer(answer);
        }
        let Some((Decision { event, outcome }, send)) =
            self.decision(group, (command, author.as_ref()), published)
        else {
            return;
        };
        let revision = self.state.revision().next();
        let (committed_at, author) = (group.stamp, author.map(|author| author.partner));
        let entry = Entry { revision, committed_at, submission: id, author, digest, outcome, event };
        let prepared = match PreparedEntry::new(&entry) {
            Ok(prepared) => prepared,
            Err(problem) => return unacceptable(&problem, send),
        };
        if let Some(scored) = scored {
            let scored = ScoredVersion { scored, revision };
            self.state.fold_published(accepted(&entry), scored.published());
            group.scored.push(scored);
        } else if let Err(problem) = self.state.fold(accepted(&entry), &entry.event) {
            return unacceptable(&problem, send);
        }
        self.recent.remember(id, Answered::of(&entry));
        let receipt = Receipt::new(revision, group.stamp, outcome);
        group.answers.push(Answer::Accepted(send, Ok(receipt)));
        group.entries.push(entry);
        group.prepared.push(prepared);
    }

    /// What becomes of a command; none if it is rejected.
    fn decision(
        &self,
        group: &mut Group,
        (command, author): (Box<dyn Undecided>, Option<&Author>),
        published: Revision,
    ) -> Option<(Decision, SendReceipt)> {
        match command.decide(&self.state, &self.shared.rules(), author) {
            Ok(decided) => Some(decided),
            Err(reject) if self.state.revision() == published => {
                reject(None);
                None
            }
            Err(reject) => {
                group.answers.push(Answer::Rejected(reject));
                None
            }
        }
    }
}

/// Answers a submission whose entry cannot be stored though it passed every rule, which no rule should allow.
fn unacceptable(problem: &dyn std::error::Error, send: SendReceipt) {
    error!(error = %problem, "a submission that was checked cannot be stored");
    send(Err(JournalFailed.into()));
}
