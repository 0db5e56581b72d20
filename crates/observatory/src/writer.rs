//! The writer: one thread that owns the journal.
//!
//! *Invariant:* nothing is answered, and no state is published, before the bytes behind it are flushed. Everything
//! that waits while a flush runs goes out with the next one (group commit). A failed flush publishes nothing: the
//! state that was prepared is dropped, and the journal takes no more until it is opened again.

use std::sync::{Arc, mpsc};

use tenseven_model::{ContentDigest, Revision, SubmissionId, Timestamp, event::ChangeCounts};
use tenseven_store::{AppendError, Entry, Head, Journal as _, ReadError, Stamp};
use tokio::sync::oneshot;
use tracing::{error, warn};

use crate::{
    QueryError, Receipt, SubmitError,
    keeper::Keeper,
    publication::Scored,
    queue::Room,
    records,
    shared::Shared,
    state::{Changes, State},
    submission::{Known, Submission},
};

/// A submission and who waits for its answer.
pub(crate) struct Job {
    pub(crate) submission: Submission,
    pub(crate) reply: oneshot::Sender<Result<Receipt, SubmitError>>,
    /// Held until the submission is judged.
    pub(crate) room: Room,
}

/// What is known of a submission before the flush.
enum Verdict {
    /// Answered so after the flush, if the flush succeeds.
    AfterFlush(Result<Receipt, SubmitError>),
    /// Answered by what was flushed before.
    Known(Result<Receipt, SubmitError>),
}

/// Runs until every sender of jobs is gone and all jobs are answered.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    keeper: Keeper,
    failed: Option<SubmitError>,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, keeper: Keeper) -> Self {
        Self { shared, keeper, failed: None }
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
        let mut size = first.submission.size();
        let mut group = vec![first];
        while group.len() < limits.group_submissions_max
            && size.observations < limits.group_observations_max
            && size.bytes < limits.group_bytes_max
        {
            let Ok(job) = jobs.try_recv() else { break };
            size = size + job.submission.size();
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
            self.failed = Some(SubmitError::JournalFailed);
        }
        // Held from the stamp to the publication, so that nobody is told of a moment that can still change.
        let mut moments = shared.moments.blocking_write();
        let before = shared.state.load_full();
        let now = stamp(shared.clock.now(), before.last_moment, moments.answered_until);
        let mut next =
            Next { now, state: State::clone(&before), changes: Changes::default(), entries: Vec::new() };
        let answers: Vec<_> = group
            .into_iter()
            .map(|Job { submission, reply, room }| {
                let verdict = next.judge(submission, &shared, self.failed.as_ref());
                drop(room);
                (reply, verdict)
            })
            .collect();
        shared.intake.room_was_made();
        let Next { now, mut state, changes, entries } = next;
        if entries.is_empty() {
            drop(moments);
            return answer(answers, None);
        }
        let head = match self.append(before.revision, &entries) {
            Ok(head) => head,
            Err(failure) => {
                if failure == SubmitError::JournalFailed {
                    moments.unsettled_from.get_or_insert(now);
                }
                drop(moments);
                return answer(answers, Some(&failure));
            }
        };
        moments.answered_until = now.max(moments.answered_until);
        state.rescore(&shared.world, &changes);
        let state = Arc::new(state);
        shared.recent.keep(entries);
        shared.publish(Arc::clone(&state));
        drop(moments);
        answer(answers, None);
        shared.announce(state.revision);
        self.keeper.offer(head, &state);
    }

    fn append(&mut self, head: Revision, entries: &[Entry]) -> Result<Head, SubmitError> {
        let problem = match self.shared.journal.append(head, entries) {
            Ok(head) => return Ok(head),
            Err(problem) => problem,
        };
        if let AppendError::DiskFull { .. } = problem {
            error!(error = %problem, "the journal's disk is full; reads go on, writes are refused until there is room");
            return Err(SubmitError::JournalFull);
        }
        error!(error = %problem, "the journal cannot be written; reads go on, writes are refused until a restart");
        self.failed = Some(SubmitError::JournalFailed);
        Err(SubmitError::JournalFailed)
    }
}

/// The state in the making, and the entries that lead to it.
struct Next {
    now: Timestamp,
    state: State,
    changes: Changes,
    entries: Vec<Entry>,
}

impl Next {
    /// Takes a submission in, unless it is known or cannot be accepted.
    fn judge(&mut self, submission: Submission, shared: &Shared, failed: Option<&SubmitError>) -> Verdict {
        let (id, digest) = (submission.id, submission.digest);
        let known = Known { state: &self.state, journal: shared.journal.as_ref(), pending: &self.entries };
        match known.receipt(id, digest) {
            Ok(None) => {}
            Ok(Some(receipt)) if known.pending(receipt.revision).is_some() => {
                return Verdict::AfterFlush(Ok(receipt));
            }
            Err(reused @ SubmitError::IdReused { revision, .. }) if known.pending(revision).is_some() => {
                return Verdict::AfterFlush(Err(reused));
            }
            answer => return Verdict::Known(answer.transpose().unwrap_or(Err(SubmitError::JournalFailed))),
        }
        if let Some(failure) = failed {
            return Verdict::Known(Err(failure.clone()));
        }
        let scored = submission.scored();
        let (event, outcome) = match submission.decide(&known, &shared.world, &shared.limits) {
            Ok(decided) => decided,
            Err(refusal) => return Verdict::Known(Err(refusal)),
        };
        let revision = self.state.revision.next();
        let entry = Entry { revision, committed_at: self.now, submission: id, digest, outcome, event };
        if let Some(scored) = scored {
            self.publish(&entry, &scored, shared);
        } else if let Err(problem) = self.state.fold(&entry, &mut self.changes) {
            // Only a framework can fail to fold, and those come scored.
            error!(error = %problem, "a submission that was checked cannot be folded in");
            return Verdict::Known(Err(SubmitError::JournalFailed));
        }
        let ChangeCounts { new, revised, unchanged } = outcome;
        self.entries.push(entry);
        Verdict::AfterFlush(Ok(Receipt { revision, accepted_at: self.now, new, revised, unchanged }))
    }

    /// Folds in a framework with its scores, and notes what is still missing in them. What this group brings is among
    /// the changes anyway.
    fn publish(&mut self, entry: &Entry, scored: &Scored, shared: &Shared) {
        let missing = scored.missing(shared.journal.as_ref());
        self.state.fold_scored(entry, scored, missing, &mut self.changes);
    }
}

impl Known<'_> {
    /// What a submission was answered, if it was accepted before; an error if its id was, with other content.
    pub(crate) fn receipt(
        &self,
        submission: SubmissionId,
        digest: ContentDigest,
    ) -> Result<Option<Receipt>, SubmitError> {
        let Some((stamp, known, outcome)) = self.answer(submission)? else { return Ok(None) };
        let Stamp { revision, committed_at: accepted_at, .. } = stamp;
        if known != digest {
            return Err(SubmitError::IdReused { submission, revision });
        }
        let ChangeCounts { new, revised, unchanged } = outcome;
        Ok(Some(Receipt { revision, accepted_at, new, revised, unchanged }))
    }

    /// The entry that a submission became, what it brought, and what it was answered.
    fn answer(
        &self,
        submission: SubmissionId,
    ) -> Result<Option<(Stamp, ContentDigest, ChangeCounts)>, SubmitError> {
        if let Some(entry) = self.pending.iter().find(|entry| entry.submission == submission) {
            return Ok(Some((entry.stamp(), entry.digest, entry.outcome)));
        }
        let unreadable = |error: ReadError| {
            let QueryError::Unreadable { revision } = records::unreadable(&error) else {
                return SubmitError::JournalFailed;
            };
            SubmitError::Unreadable { revision }
        };
        let Some(revision) = self.journal.revision_of(submission).map_err(unreadable)? else {
            return Ok(None);
        };
        let record = self.journal.record(revision).map_err(unreadable)?;
        let (digest, outcome) = record.answer().map_err(unreadable)?;
        Ok(Some((record.stamp(), digest, outcome)))
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

fn answer(
    answers: Vec<(oneshot::Sender<Result<Receipt, SubmitError>>, Verdict)>,
    failure: Option<&SubmitError>,
) {
    for (reply, verdict) in answers {
        let answer = match (verdict, failure) {
            (Verdict::AfterFlush(_), Some(failure)) => Err(failure.clone()),
            (Verdict::AfterFlush(answer) | Verdict::Known(answer), _) => answer,
        };
        // A sender that has gone away will ask again with the same id.
        drop(reply.send(answer));
    }
}
