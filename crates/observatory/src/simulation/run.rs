//! A run: one seed, and the checks after each step.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tenseven_model::{
    AsOf, ContentDigest, Number, Observation, Revision, SubmissionId, Timestamp, Value,
    event::{ChangeCounts, FrameworkRetirement},
};
use tenseven_state::{
    Operation, Receipt,
    frameworks::{PublishFramework, RetireFramework},
    observations::{Change, ChangesRejection, SubmitChanges},
};
use tenseven_store::Journal as _;
use tenseven_testkit::{Failure, TestJournal, observation, submission as submission_id};
use tokio::{runtime::Runtime, sync::oneshot::error::TryRecvError};

use super::{
    client::{Client, Content},
    clock::ManualClock,
    model::{Accepted, After, Model, after, definition, scores_of, version_text},
    random::Random,
    registry::Registry,
    watcher::Watcher,
};
use crate::{
    Clock as _, SubmissionError, UnsettledMoment, View, ViewError, WriteError,
    known_submissions::look_up,
    merging,
    publication::Scored,
    submission::{self, Reply, Submission},
};

/// How a submission is answered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    Receipt(Receipt),
    Rejected,
    /// A merge was resolved with what is not current any more.
    Outdated,
    Failed(SubmissionError),
}

/// Returns the answer once it is there.
type Waiting = Box<dyn FnMut() -> Option<Answer>>;

/// A submission that was sent, and not answered yet.
struct Sent {
    id: SubmissionId,
    content: Content,
    /// The journal has no such submission up to this revision.
    looked_up: Revision,
    /// The revision that its merges were resolved at.
    resolved_on: Revision,
    decided_on: Option<Revision>,
    waiting: Waiting,
}

/// Waits until a time can be answered for.
type Reaching = Pin<Box<dyn Future<Output = Result<(), UnsettledMoment>>>>;

/// One seed.
pub(super) struct Run {
    random: Random,
    runtime: Runtime,
    clock: ManualClock,
    journal: TestJournal,
    registry: Registry,
    client: Client,
    model: Model,
    sent: HashMap<usize, Sent>,
    /// Everything that was ever sent under an id.
    contents: HashMap<SubmissionId, Vec<Content>>,
    numbers: usize,
    watchers: Vec<Watcher>,
    moments: Vec<(Timestamp, Reaching)>,
    answered: Vec<(Timestamp, Revision)>,
    trace: Vec<String>,
}

impl Run {
    pub(super) fn new(seed: u64) -> Self {
        let (journal, clock) = (TestJournal::default(), ManualClock::default());
        clock.advance(1_000_000);
        let mut run = Self {
            random: Random::new(seed),
            runtime: tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime"),
            registry: Registry::start(&journal, &clock),
            clock,
            journal,
            client: Client::default(),
            model: Model::default(),
            sent: HashMap::new(),
            contents: HashMap::new(),
            numbers: 0,
            watchers: Vec::new(),
            moments: Vec::new(),
            answered: Vec::new(),
            trace: Vec::new(),
        };
        run.send(submission_id(u32::MAX), Content::Publish(0));
        run.decide();
        run.registry.hand_over();
        run.registry.flush(&run.journal, None);
        run.registry.publish(1);
        run.collect_answers();
        run
    }

    /// Takes steps, and returns what they were.
    pub(super) fn steps(mut self, count: usize) -> Vec<String> {
        for _ in 0..count {
            self.step();
            self.collect_answers();
            self.poll_moments();
        }
        self.crash();
        self.compare(Revision::ZERO);
        self.trace
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..20 => {
                let (id, content) = self.client.next(&mut self.random);
                self.send(id, content);
            }
            20..45 => self.decide(),
            45..52 => {
                let is_handed_over = self.registry.hand_over();
                self.note(format!("hand over: {is_handed_over}"));
            }
            52..60 => self.flush(),
            60..76 => {
                let count = 1 + self.random.index(3);
                let has_published = self.registry.publish(count);
                self.note(format!("publish {count}: {has_published}"));
            }
            76..79 => {
                let has_kept = self.registry.keep();
                self.note(format!("keep: {has_kept}"));
            }
            79..83 => {
                let back = self.random.below(4);
                self.compare(Revision::new(self.newest().number().saturating_sub(back)));
            }
            83..92 => self.read(),
            92..95 => self.ask_for_moment(),
            95..98 => {
                let micros = self.random.below(5_000).cast_signed() - 2_000;
                self.clock.advance(micros);
            }
            _ => self.crash(),
        }
    }

    fn note(&mut self, step: String) {
        self.trace.push(step);
    }

    fn newest(&self) -> Revision {
        self.registry.shared().state.load().revision()
    }

    fn send(&mut self, id: SubmissionId, content: Content) {
        self.note(format!("send {id}: {content:?}"));
        let (digest, newest) = (digest_of(&content), self.newest());
        let shared = Arc::clone(self.registry.shared());
        match look_up(shared.journal.as_ref(), newest, id, digest) {
            Ok(None) => {}
            Ok(Some(receipt)) => return self.check_receipt(id, &content, receipt),
            Err(error) => return self.check_failure(id, &content, error),
        }
        let submitted = match &content {
            Content::Change(changes) => self.submit_changes((id, digest, newest), changes),
            Content::Publish(version) => {
                let rules = shared.limits.rules();
                let command = PublishFramework::read(definition(*version), &rules).expect("a framework");
                let (geography, state) = (shared.world.geography(), shared.state.load_full());
                let scored = Scored::new(geography, &state, command.clone(), &mut |_| true);
                let (submission, waiting) = submit(id, digest, newest, command);
                (Submission { scored: scored.map(Arc::new), ..submission }, waiting)
            }
            Content::Retire(version) => {
                submit(id, digest, newest, RetireFramework { retirement: retirement(*version) })
            }
        };
        let (submission, waiting) = submitted;
        self.numbers += 1;
        self.contents.entry(id).or_default().push(content.clone());
        let sent = Sent { id, content, looked_up: newest, resolved_on: newest, decided_on: None, waiting };
        self.sent.insert(self.numbers, sent);
        self.registry.queue.push_back((self.numbers, submission));
    }

    /// Changes with their merges resolved at the newest revision.
    fn submit_changes(
        &self,
        (id, digest, looked_up): (SubmissionId, ContentDigest, Revision),
        changes: &[Change],
    ) -> (Submission, Waiting) {
        let shared = self.registry.shared();
        let mut changes = changes.to_vec();
        merging::resolve(shared.journal.as_ref(), &shared.state.load(), &shared.rules(), &mut changes)
            .expect("the journal is sound");
        let (submission, mut reply) =
            Submission::new(id.into(), digest, looked_up, SubmitChanges { changes });
        let waiting = move || match reply.try_recv() {
            Ok(Err(WriteError::Rejected(ChangesRejection::Outdated(_)))) => Some(Answer::Outdated),
            other => answer_of(&other),
        };
        (submission, Box::new(waiting))
    }

    /// Sends what was rejected because of a merge once more. What is merged changed since it was resolved.
    fn send_again(&mut self, sent: Sent) {
        let Sent { id, content, looked_up, resolved_on, decided_on, .. } = sent;
        let on = decided_on.expect("it was decided");
        assert!(on <= self.newest(), "a rejection shows what is not durable");
        let Content::Change(changes) = &content else { panic!("it merges nothing: {content:?}") };
        let (before, now) = (self.model.observations(resolved_on), self.model.observations(on));
        let mut merged = changes.iter().filter(|change| matches!(change, Change::Merge(_)));
        let revision = |known: Option<&(Observation, Revision)>| known.map(|(_, revision)| *revision);
        let is_outdated = merged.any(|one| {
            now.contains_key(one.key()) && revision(now.get(one.key())) != revision(before.get(one.key()))
        });
        assert!(is_outdated, "nothing changed between {resolved_on} and {on}: {content:?}");
        let (submission, waiting) = self.submit_changes((id, digest_of(&content), looked_up), changes);
        self.numbers += 1;
        let resolved_on = self.newest();
        self.sent
            .insert(self.numbers, Sent { id, content, looked_up, resolved_on, decided_on: None, waiting });
        self.registry.queue.push_back((self.numbers, submission));
    }

    fn decide(&mut self) {
        let decided = self.registry.decide();
        self.note(format!("decide: {decided:?}"));
        if let Some((number, revision)) = decided
            && let Some(sent) = self.sent.get_mut(&number)
        {
            sent.decided_on = Some(revision);
        }
    }

    fn flush(&mut self) {
        let failure = match self.random.below(24) {
            0 => Some(Failure::Storage),
            1..4 => Some(Failure::DiskFull),
            _ => None,
        };
        // A journal that failed takes no more.
        let failure = if self.registry.in_doubt.is_some() { Some(Failure::Storage) } else { failure };
        let has_flushed = self.registry.flush(&self.journal, failure);
        self.note(format!("flush: {has_flushed}, {failure:?}"));
    }

    /// Takes in the answers that are there, in the order in which their submissions were sent.
    fn collect_answers(&mut self) {
        let mut numbers: Vec<usize> = self.sent.keys().copied().collect();
        numbers.sort_unstable();
        let mut answers = Vec::new();
        for number in numbers {
            let Some(answer) = self.sent.get_mut(&number).and_then(|sent| (sent.waiting)()) else { continue };
            answers.extend(self.sent.remove(&number).map(|sent| (sent, answer)));
        }
        for (sent, answer) in answers {
            self.note(format!("{}: {answer:?}", sent.id));
            match answer {
                Answer::Receipt(receipt) => self.check_receipt(sent.id, &sent.content, receipt),
                Answer::Rejected => self.check_rejection(&sent),
                Answer::Outdated => self.send_again(sent),
                Answer::Failed(error) => self.check_failure(sent.id, &sent.content, error),
            }
        }
        assert!(self.newest() <= self.journal.head().revision, "what can be read is durable");
        assert!(self.newest() <= self.model.newest(), "what can be read is answered");
    }

    /// A receipt is of a revision that can be read, and the same whenever it is requested.
    fn check_receipt(&mut self, id: SubmissionId, content: &Content, receipt: Receipt) {
        let Receipt { revision, accepted_at: at, .. } = receipt;
        assert!(revision <= self.newest(), "an answer came before its state");
        if self.model.get(revision).is_none() {
            self.model.accept(revision, Accepted { id, at, content: content.clone() });
        }
        let accepted = self.model.get(revision).expect("it is there");
        assert_eq!((accepted.id, &accepted.content, accepted.at), (id, content, at));
        let before = self.model.observations(Revision::new(revision.number() - 1));
        let mut expected = ChangeCounts::default();
        match content {
            Content::Change(changes) => {
                for change in changes {
                    let known = before.get(change.key()).map(|(known, _)| known);
                    let count = match after(known, change) {
                        After::Nothing => &mut expected.withdrawn,
                        After::Observed(_) if known.is_none() => &mut expected.new,
                        After::Observed(now) if known == Some(&now) => &mut expected.unchanged,
                        After::Observed(_) => &mut expected.revised,
                        After::Rejected => panic!("it cannot be accepted: {content:?}"),
                    };
                    *count += 1;
                }
            }
            Content::Publish(version) => {
                let before = self.model.versions(Revision::new(revision.number() - 1));
                assert!(before.keys().all(|known| known < version));
            }
            Content::Retire(version) => {
                let before = Revision::new(revision.number() - 1);
                assert!(self.model.versions(before).contains_key(version));
                assert!(!self.model.retired(before).contains_key(version));
            }
        }
        assert_eq!(receipt.counts(), expected, "{content:?}");
    }

    /// What is rejected could not be accepted on top of what it was decided on, which is durable.
    fn check_rejection(&self, Sent { content, decided_on, .. }: &Sent) {
        let on = decided_on.expect("it was decided");
        assert!(on <= self.newest(), "a rejection shows what is not durable");
        match content {
            Content::Change(changes) => {
                let known = self.model.observations(on);
                let mut after =
                    changes.iter().map(|one| after(known.get(one.key()).map(|(known, _)| known), one));
                assert!(after.any(|after| after == After::Rejected), "it can be accepted: {content:?}");
            }
            Content::Publish(version) => {
                assert!(self.model.versions(on).keys().any(|known| known >= version));
            }
            Content::Retire(version) => {
                let is_published = self.model.versions(on).contains_key(version);
                assert!(!is_published || self.model.retired(on).contains_key(version));
            }
        }
    }

    fn check_failure(&self, id: SubmissionId, content: &Content, error: SubmissionError) {
        match error {
            SubmissionError::IdReused(reused) => {
                assert_eq!(self.model.revision_of(id), Some(reused.revision));
                assert!(self.model.get(reused.revision).is_some_and(|first| first.content != *content));
            }
            SubmissionError::JournalFull(_) | SubmissionError::JournalFailed(_) => {}
            SubmissionError::QueueFull(_) | SubmissionError::Closing(_) | SubmissionError::Unreadable(_) => {
                panic!("nothing of that happened: {error}")
            }
        }
    }

    /// Compares everything that a view shows with the model, at a revision or, for none, at the newest.
    fn compare(&mut self, revision: Revision) {
        let newest = revision == Revision::ZERO || revision == self.newest();
        let as_of = if newest { AsOf::Now } else { AsOf::Revision(revision) };
        let shared = Arc::clone(self.registry.shared());
        let view = self.runtime.block_on(View::open(&shared, as_of)).expect("it can be read");
        let at = view.revision();
        self.note(format!("compare {at}"));
        assert!(*view.state().panel() == self.model.panel(at), "the observations at {at}");
        for (version, published) in self.model.versions(at) {
            let reference = format!("target-10-7@{}", version_text(version)).parse().expect("a reference");
            let held = view.state().frameworks().get(&reference).expect("it was published");
            assert_eq!(held.revision, published);
            // What is retired is refused from then on, and readable as of before.
            if self.model.retired(at).contains_key(&version) {
                assert!(view.board(&held).is_err(), "{reference} is retired, and scored at {at}");
                continue;
            }
            let expected = self.model.scores(version, at, &shared.world);
            assert_eq!(scores_of(&view.board(&held).expect("it is scored")), expected, "the scores at {at}");
        }
    }

    fn read(&mut self) {
        let newest = self.newest();
        if self.watchers.len() < 6 && self.random.once_in(3) {
            let retired = self.model.retired(newest);
            let versions = self.model.versions(newest).into_iter();
            let versions: Vec<_> = versions.filter(|(version, _)| !retired.contains_key(version)).collect();
            if versions.is_empty() {
                return;
            }
            let (version, published) = *self.random.pick(&versions);
            let back = self.random.below(newest.number() - published.number() + 1);
            let after = Revision::new(newest.number() - back);
            self.note(format!("watch {version} after {after}"));
            self.watchers.push(Watcher::start(&self.registry.observatory, version, after));
        } else if !self.watchers.is_empty() {
            let index = self.random.index(self.watchers.len());
            let world = &self.registry.observatory.shared.world;
            let changes =
                self.watchers[index].read(&self.runtime, &mut self.random, (&self.model, world), newest);
            if changes.is_none() {
                self.watchers.remove(index);
            }
            self.note(format!("read {index}: {changes:?}"));
        }
    }

    fn ask_for_moment(&mut self) {
        let back = if self.random.once_in(2) { 0 } else { self.random.below(3_000).cast_signed() };
        let time = Timestamp::from_micros(self.clock.now().as_micros() - back);
        let shared = Arc::clone(self.registry.shared());
        self.note(format!("ask for {time:?}"));
        self.moments.push((time, Box::pin(async move { shared.moments.reach(time).await })));
    }

    /// Answers for the moments that can be answered for by now. Later answers are the same.
    fn poll_moments(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        let mut reached = Vec::new();
        self.moments.retain_mut(|(time, reaching)| match reaching.as_mut().poll(&mut context) {
            Poll::Pending => true,
            Poll::Ready(answer) => {
                reached.push((*time, answer));
                false
            }
        });
        for (time, answer) in reached {
            self.note(format!("{time:?}: {answer:?}"));
            if answer.is_ok() {
                let revision = self.model.at_time(time);
                self.answered.push((time, revision));
                self.check_moment(time, revision);
            }
        }
    }

    fn check_moment(&self, time: Timestamp, expected: Revision) {
        let shared = self.registry.shared();
        match self.runtime.block_on(View::open(shared, AsOf::Time(time))) {
            Ok(view) => assert_eq!(view.revision(), expected, "at {time:?}"),
            Err(ViewError::BeforeFirst(_)) => assert_eq!(expected, Revision::ZERO),
            Err(ViewError::NoSuchMoment(_)) => assert!(time > self.clock.now(), "{time:?} is over"),
            Err(ViewError::StampedAhead(ahead)) => {
                let first = self.model.get(ahead.first).map(|first| first.at);
                assert!(first.is_some_and(|first| first > self.clock.now()), "{ahead}");
            }
            Err(ViewError::Unsettled(_)) => {
                assert!(
                    self.registry.in_doubt.is_some(),
                    "no append failed since the start, and {time:?} is unsettled"
                );
            }
            Err(problem) => panic!("{problem}"),
        }
    }

    /// Once there is room on the disk, everything that waits is answered, and what comes then is accepted.
    fn recover(&mut self) {
        if self.registry.in_doubt.is_some() {
            return;
        }
        self.drain();
        let deaths = Value::Number(Number::try_from(self.numbers as f64).expect("a number"));
        let one = observation("migrant-casualties", "ESP", "2020", deaths);
        let id = submission_id(1_000_000 + u32::try_from(self.numbers).unwrap_or_default());
        self.send(id, Content::Change(vec![one.into()]));
        self.drain();
        assert_eq!(self.model.revision_of(id), Some(self.newest()), "a push is not accepted");
        self.poll_moments();
        let now = self.clock.now();
        let waiting: Vec<_> =
            self.moments.iter().map(|(time, _)| *time).filter(|time| *time <= now).collect();
        assert!(waiting.is_empty(), "nothing is under way, and somebody waits for {waiting:?}");
    }

    fn drain(&mut self) {
        // What is sent again because of a merge is in the queue once the answers are collected.
        while !self.registry.queue.is_empty()
            || self.registry.has_group()
            || !self.registry.flushed.is_empty()
        {
            for _ in 0..4 {
                self.decide();
            }
            self.registry.flush(&self.journal, None);
            self.registry.hand_over();
            if self.registry.queue.is_empty() && !self.registry.has_group() {
                while self.registry.publish(1) {}
                self.collect_answers();
            }
        }
        self.collect_answers();
        assert!(self.sent.is_empty(), "some are not answered");
    }

    /// Cuts the power, and starts again. What was in doubt may be there or not.
    fn crash(&mut self) {
        self.check_answered();
        if self.random.once_in(2) {
            self.recover();
        }
        self.moments.clear();
        self.sent.clear();
        self.journal.fail(None);
        if let Some((after, prepared)) = self.registry.in_doubt.take()
            && self.random.once_in(2)
        {
            self.journal.append_prepared(after, &prepared).expect("they follow the head");
        }
        self.registry = Registry::start(&self.journal, &self.clock);
        let head = self.journal.head().revision;
        self.note(format!("crash: {head}"));
        assert!(self.model.newest() <= head, "something that was answered is lost");
        for entry in self.journal.read_after(Revision::ZERO) {
            let entry = entry.expect("the journal is sound");
            let (id, at) = (entry.submission, entry.committed_at);
            if let Some(known) = self.model.get(entry.revision) {
                assert_eq!((known.id, known.at), (id, at));
                continue;
            }
            let sent = self
                .contents
                .get(&id)
                .and_then(|sent| sent.iter().find(|content| digest_of(content) == entry.digest));
            let content = sent.expect("nobody sent it").clone();
            self.model.accept(entry.revision, Accepted { id, at, content });
        }
        assert_eq!(self.newest(), head);
        for watcher in std::mem::take(&mut self.watchers) {
            self.watchers.extend(watcher.resume(&self.registry.observatory, &self.model.retired(head)));
        }
        // A clock that is set back while the registry is down can give a later entry an earlier time than one that was answered for.
        let last = self.model.get(head).map(|last| last.at);
        self.answered.retain(|(time, _)| last.is_some_and(|last| *time <= last));
        self.check_answered();
    }

    /// Every moment has the answer that it had before.
    fn check_answered(&self) {
        for (time, revision) in &self.answered {
            self.check_moment(*time, *revision);
        }
    }
}

fn digest_of(content: &Content) -> ContentDigest {
    match content.clone() {
        Content::Change(changes) => SubmitChanges { changes }.digest(),
        Content::Publish(version) => PublishFramework::digest_of(&definition(version)),
        Content::Retire(version) => RetireFramework { retirement: retirement(version) }.digest(),
    }
}

fn retirement(version: u64) -> FrameworkRetirement {
    FrameworkRetirement {
        id: "target-10-7".parse().expect("an id"),
        version: version_text(version).parse().expect("a version"),
        reason: "replaced".parse().expect("a reason"),
    }
}

fn submit<C>(
    id: SubmissionId,
    digest: ContentDigest,
    looked_up: Revision,
    command: C,
) -> (Submission, Waiting)
where
    C: Operation<Rejection: std::error::Error + Send + 'static> + Send + 'static,
{
    let (submission, mut reply): (_, Reply<C::Rejection>) =
        Submission::new(id.into(), digest, looked_up, command);
    (submission, Box::new(move || answer_of(&reply.try_recv())))
}

fn answer_of<R: std::error::Error>(reply: &Result<submission::Answer<R>, TryRecvError>) -> Option<Answer> {
    match reply {
        Ok(Ok(receipt)) => Some(Answer::Receipt(*receipt)),
        Ok(Err(WriteError::Rejected(_) | WriteError::Denied(_))) => Some(Answer::Rejected),
        Ok(Err(WriteError::Submission(error))) => Some(Answer::Failed(*error)),
        Err(_) => None,
    }
}
