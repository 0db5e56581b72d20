//! The writer: one thread that owns the journal.
//!
//! *Invariant:* nothing is answered, and no state is published, before the bytes behind it are flushed. Everything
//! that waits while a flush runs goes out with the next one (group commit). A failed flush publishes nothing: the
//! state that was prepared is dropped, and the journal takes no more until it is opened again.

use std::sync::{Arc, mpsc};

use tenseven_model::{Revision, Timestamp, event::ChangeCounts};
use tenseven_state::{Decision, Receipt};
use tenseven_store::{AppendError, Entry, Head, Journal as _};
use tracing::{error, warn};

use crate::{
    JournalFailed, JournalFull, SubmissionError,
    intake::Job,
    keeper::Keeper,
    known_submissions::{Answered, RecentSubmissions, look_up},
    publication::Scored,
    shared::Shared,
    snapshot::{Changes, Snapshot},
    submission::{SendReceipt, SendRejection, Submission},
};

/// An answer, before the flush.
enum Answer {
    /// Sent after the flush, if the flush succeeds.
    AfterFlush(SendReceipt, Result<Receipt, SubmissionError>),
    /// A rejection by a state that is not flushed yet: sent after the flush, or the flush's failure in its place.
    Rejection(SendRejection),
    /// Sent whether or not it does.
    Now(Box<dyn FnOnce() + Send>),
}

/// Runs until every sender of jobs is gone and all jobs are answered.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    keeper: Keeper,
    recent: RecentSubmissions,
    failed: Option<JournalFailed>,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, keeper: Keeper) -> Self {
        let recent = RecentSubmissions::new(shared.state.load().revision());
        Self { shared, keeper, recent, failed: None }
    }

    pub(crate) fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let group = self.group(first, jobs);
            self.commit(group);
        }
    }

    /// The first job and all that wait behind it, within the limits of one flush.
    fn group(&self, first: Job, jobs: &mpsc::Receiver<Job>) -> Vec<Job> {
        let limits = &self.shared.limits;
        let mut size = first.submission.size;
        let mut group = vec![first];
        while group.len() < limits.group_submissions_max
            && size.observations < limits.group_observations_max
            && size.bytes < limits.group_bytes_max
        {
            let Ok(job) = jobs.try_recv() else { break };
            size = size + job.submission.size;
            group.push(job);
        }
        group
    }

    fn commit(&mut self, group: Vec<Job>) {
        let shared = Arc::clone(&self.shared);
        if self.failed.is_none() && shared.journal.is_damaged() {
            error!(
                "the journal is damaged; reads go on, writes are refused until it is restored from a backup"
            );
            self.failed = Some(JournalFailed);
        }
        // Held from the stamp to the publication, so that nobody is told of a moment that can still change.
        let mut moments = shared.moments.blocking_write();
        let before = shared.state.load_full();
        let now = stamp(shared.clock.now(), before.accepted_at(), moments.answered_until);
        let mut next = Next {
            now,
            state: Snapshot::clone(&before),
            changes: Changes::default(),
            entries: Vec::new(),
            recent: &self.recent,
            failed: self.failed,
        };
        let answers: Vec<_> = group
            .into_iter()
            .map(|Job { submission, room }| {
                let answer = next.decide(submission, &shared);
                drop(room);
                answer
            })
            .collect();
        shared.intake.room_was_made();
        let Next { now, mut state, changes, entries, .. } = next;
        if entries.is_empty() {
            drop(moments);
            return answer(answers, None);
        }
        let head = match self.append(before.revision(), &entries) {
            Ok(head) => head,
            Err(failure) => {
                if self.failed.is_some() {
                    moments.unsettled_from.get_or_insert(now);
                }
                drop(moments);
                return answer(answers, Some(failure));
            }
        };
        moments.answered_until = now.max(moments.answered_until);
        state.rescore(&shared.rules(), &changes);
        let state = Arc::new(state);
        self.recent.remember(&entries);
        shared.recent.keep(entries);
        shared.publish(Arc::clone(&state));
        drop(moments);
        answer(answers, None);
        shared.announce(state.revision());
        self.keeper.offer(head, &state);
    }

    fn append(&mut self, head: Revision, entries: &[Entry]) -> Result<Head, SubmissionError> {
        let problem = match self.shared.journal.append(head, entries) {
            Ok(head) => return Ok(head),
            Err(problem) => problem,
        };
        if let AppendError::DiskFull { .. } = problem {
            error!(error = %problem, "the journal's disk is full; reads go on, writes are refused until there is room");
            return Err(JournalFull.into());
        }
        error!(error = %problem, "the journal cannot be written; reads go on, writes are refused until a restart");
        self.failed = Some(JournalFailed);
        Err(JournalFailed.into())
    }
}

/// The state in the making, and the entries that lead to it.
struct Next<'a> {
    now: Timestamp,
    state: Snapshot,
    changes: Changes,
    entries: Vec<Entry>,
    /// What was committed before.
    recent: &'a RecentSubmissions,
    failed: Option<JournalFailed>,
}

impl Next<'_> {
    /// Takes a submission in, unless it is known or rejected.
    fn decide(&mut self, submission: Submission, shared: &Shared) -> Answer {
        let Submission { id, digest, size: _, looked_up, scored, command } = submission;
        if let Some(pending) = self.entries.iter().find(|entry| entry.submission == id) {
            let answer = Answered::of(pending).receipt(digest).map_err(SubmissionError::from);
            return Answer::AfterFlush(Box::new(|answer| command.answer(answer)), answer);
        }
        let answered = match self.recent.get(id) {
            Some(recent) => recent.receipt(digest).map(Some).map_err(SubmissionError::from),
            None if self.recent.covers(looked_up) => Ok(None),
            // It waited for longer than is remembered.
            None => look_up(shared.journal.as_ref(), shared.journal.head().revision, id, digest),
        };
        let answered = answered.transpose().or(self.failed.map(|failed| Err(failed.into())));
        if let Some(answer) = answered {
            return Answer::Now(Box::new(move || command.answer(answer)));
        }
        let (Decision { event, outcome }, send) = match command.decide(&self.state, &shared.rules()) {
            Ok(decided) => decided,
            Err(reject) if self.entries.is_empty() => return Answer::Now(Box::new(|| reject(None))),
            Err(reject) => return Answer::Rejection(reject),
        };
        let revision = self.state.revision().next();
        let entry = Entry { revision, committed_at: self.now, submission: id, digest, outcome, event };
        if let Some(scored) = scored {
            self.publish(&entry, &scored, shared);
        } else if let Err(problem) = self.state.fold(&entry, &mut self.changes) {
            // Only a framework can fail to fold, and those come scored.
            error!(error = %problem, "a submission that was checked cannot be folded in");
            return Answer::Now(Box::new(|| send(Err(JournalFailed.into()))));
        }
        let ChangeCounts { new, revised, unchanged } = outcome;
        self.entries.push(entry);
        Answer::AfterFlush(send, Ok(Receipt { revision, accepted_at: self.now, new, revised, unchanged }))
    }

    /// Folds in a framework with its scores, and notes what is still missing in them. What this group brings is among
    /// the changes anyway.
    fn publish(&mut self, entry: &Entry, scored: &Scored, shared: &Shared) {
        let missing = scored.missing(shared.journal.as_ref());
        self.state.fold_scored(entry, scored, missing, &mut self.changes);
    }
}

/// When a group is accepted: never before the group before it, nor at a moment that was answered for already.
fn stamp(now: Timestamp, last: Option<Timestamp>, answered: Timestamp) -> Timestamp {
    let floor = last.unwrap_or(answered).max(answered);
    if now < floor {
        warn!(
            behind_us = floor.as_micros() - now.as_micros(),
            "the clock went back; revisions keep their order"
        );
    }
    now.max(Timestamp::from_micros(floor.as_micros() + 1))
}

fn answer(answers: Vec<Answer>, failure: Option<SubmissionError>) {
    for answer in answers {
        match answer {
            Answer::AfterFlush(send, answer) => send(failure.map_or(answer, Err)),
            Answer::Rejection(reject) => reject(failure),
            Answer::Now(send) => send(),
        }
    }
}
