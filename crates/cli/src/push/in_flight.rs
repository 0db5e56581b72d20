//! Batches in flight: from when they are taken to when they are counted.
//!
//! *Invariant:* the first batch in flight is counted before any other, whichever was answered first. At most [`SENT_MAX`]
//! batches are sent and not answered; at most one if the push stops after a refusal.

use std::{collections::VecDeque, pin::pin};

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_client::{BatchAnswer, ClientError, Code, Refusal, v1};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::{
    Batch, PushSummary, Registry, Session, Watcher,
    disposition::{DisposedBatch, Disposition},
    interrupted::Interrupted,
    read_ahead::ReadBatch,
    recheck::Refused,
    refusal::LineRefusal,
    submission_id,
};

/// Maximum batches that are sent and not answered: the window of the server.
const SENT_MAX: usize = 16;
/// Maximum batches in flight.
const IN_FLIGHT_MAX: usize = 64;

/// A batch in flight.
struct InFlightBatch {
    rows: u64,
    /// The lines that its first and last row begin on.
    span: (u64, u64),
    lines: Vec<u64>,
    bytes_read: u64,
    state: State,
    /// Released when the batch is counted.
    _room: OwnedSemaphorePermit,
}

enum State {
    Known(v1::PushObservationsResponse),
    /// Its observations come back with the answer.
    Sent,
    ToCheck {
        observations: Vec<v1::Observation>,
        refusals: Vec<LineRefusal>,
        unreadable: u64,
    },
}

/// All batches in flight.
pub(super) struct InFlight<'a, R> {
    session: &'a Session,
    registry: &'a R,
    watcher: &'a mut dyn Watcher,
    batches: VecDeque<InFlightBatch>,
    sent: usize,
    summary: PushSummary,
}

type ToSend = mpsc::Sender<v1::StreamObservationsRequest>;

impl<'a, R: Registry> InFlight<'a, R> {
    pub(super) fn new(session: &'a Session, registry: &'a R, watcher: &'a mut dyn Watcher) -> Self {
        let summary = PushSummary { dry_run: session.dry_run, ..PushSummary::default() };
        Self { session, registry, watcher, batches: VecDeque::new(), sent: 0, summary }
    }

    pub(super) fn into_summary(self) -> PushSummary {
        self.summary
    }

    /// Brings all batches to their end.
    pub(super) async fn run(
        &mut self,
        found: impl Stream<Item = anyhow::Result<DisposedBatch>>,
    ) -> anyhow::Result<()> {
        let (sent_max, in_flight_max) =
            if self.session.stop_on_refusal { (1, 1) } else { (SENT_MAX, IN_FLIGHT_MAX) };
        let (to_send, receiver) = mpsc::channel(SENT_MAX);
        let requests = stream::unfold(receiver, async |mut receiver| {
            receiver.recv().await.map(|request| (request, receiver))
        });
        let registry = self.registry;
        let mut answers = pin!(registry.stream(requests, sent_max));
        let mut found = pin!(found);
        let (mut all_found, mut broken) = (false, None);
        loop {
            self.settle().await?;
            if self.summary.stopped || (all_found && self.batches.is_empty()) {
                return broken.map_or(Ok(()), Err);
            }
            let may_take = !all_found && self.sent < sent_max && self.batches.len() < in_flight_max;
            tokio::select! {
                answer = answers.next(), if self.sent > 0 => self.answered(answer).await?,
                next = found.next(), if may_take => match next {
                    Some(Ok(next)) => self.take(next, &to_send),
                    Some(Err(error)) => (all_found, broken) = (true, Some(error)),
                    None => all_found = true,
                },
            }
        }
    }

    /// Takes a batch, and sends it if it is to be sent.
    fn take(&mut self, (read, disposition): DisposedBatch, to_send: &ToSend) {
        let ReadBatch { batch, id: _, bytes_read, room } = read;
        let (rows, span) = (batch.rows(), batch.span.unwrap_or_default());
        let Batch { lines, observations, refusals, unreadable, .. } = batch;
        let state = match disposition {
            Disposition::Known(receipt) => State::Known(receipt),
            Disposition::Check => State::ToCheck { observations, refusals, unreadable },
            Disposition::Send(id) => {
                let (submission_id, validate_only) = (id.to_string(), false);
                let request = v1::StreamObservationsRequest { submission_id, observations, validate_only };
                // The channel has room for all that may be sent. If its receiver is closed, the answers give the reason.
                drop(to_send.try_send(request));
                self.sent += 1;
                State::Sent
            }
        };
        self.batches.push_back(InFlightBatch { rows, span, lines, bytes_read, state, _room: room });
    }

    /// Counts the first batches, up to one that waits for its answer.
    async fn settle(&mut self) -> anyhow::Result<()> {
        while !self.summary.stopped
            && let Some(first) = self.batches.pop_front_if(|first| !matches!(first.state, State::Sent))
        {
            self.one(first).await?;
        }
        Ok(())
    }

    async fn one(&mut self, mut first: InFlightBatch) -> anyhow::Result<()> {
        let refused = self.summary.batches_refused;
        match std::mem::replace(&mut first.state, State::Sent) {
            State::Known(receipt) => self.summary.known(first.rows, &receipt),
            State::ToCheck { observations, refusals, unreadable } => {
                self.check(&first, observations, refusals, unreadable).await?;
            }
            State::Sent => {}
        }
        self.counted(&first, refused);
        Ok(())
    }

    fn counted(&mut self, batch: &InFlightBatch, refused_before: u64) {
        self.watcher.moved(batch.bytes_read, &self.summary);
        self.summary.stopped = self.session.stop_on_refusal && self.summary.batches_refused > refused_before;
    }

    /// Has a batch checked that is not to be stored.
    async fn check(
        &mut self,
        batch: &InFlightBatch,
        observations: Vec<v1::Observation>,
        refusals: Vec<LineRefusal>,
        unreadable: u64,
    ) -> anyhow::Result<()> {
        let answer = if observations.is_empty() {
            Ok(v1::PushObservationsResponse::default())
        } else {
            let id = submission_id(&observations, self.session.nonce)?;
            self.registry.check(id, &observations).await
        };
        match answer {
            Ok(answer) if unreadable == 0 => self.summary.check(batch.rows, &answer),
            Ok(_) => self.refuse(batch, refusals, 0),
            Err(error) => self.refused(batch, &observations, refusals, error).await?,
        }
        Ok(())
    }

    /// Counts the first batch, which waited for this answer.
    async fn answered(&mut self, answer: Option<Result<BatchAnswer, ClientError>>) -> anyhow::Result<()> {
        let line = self.batches.front().map_or(1, |first| first.span.0);
        let answer = match answer {
            Some(Ok(answer)) => answer,
            Some(Err(error)) => return Err(Interrupted::Server { line, error }.into()),
            None => anyhow::bail!("the answers ended before the rows from line {line} on were answered"),
        };
        let Some(batch) = self.batches.pop_front() else { return Ok(()) };
        self.sent -= 1;
        let refused = self.summary.batches_refused;
        match answer.outcome {
            Ok(receipt) => self.summary.accept(batch.rows, &receipt),
            Err(refusal) => {
                let error = ClientError::Refused(refusal);
                self.refused(&batch, &answer.observations, Vec::new(), error).await?;
            }
        }
        self.counted(&batch, refused);
        Ok(())
    }

    /// Gathers what is wrong with a batch; fails where it is not the batch that is wrong.
    async fn refused(
        &mut self,
        batch: &InFlightBatch,
        observations: &[v1::Observation],
        mut refusals: Vec<LineRefusal>,
        error: ClientError,
    ) -> anyhow::Result<()> {
        let refusal = match error {
            ClientError::Refused(refusal) if is_about_the_batch(&refusal) => refusal,
            error => return Err(Interrupted::Server { line: batch.span.0, error }.into()),
        };
        let (lines, span, nonce) = (batch.lines.as_slice(), batch.span, self.session.nonce);
        let refused = Refused { observations, lines, span, nonce };
        let (listed, unlisted) = refused.all_that_is_wrong(&refusal, self.registry).await?;
        refusals.extend(listed);
        self.refuse(batch, refusals, unlisted);
        Ok(())
    }

    fn refuse(&mut self, batch: &InFlightBatch, mut refusals: Vec<LineRefusal>, unlisted: usize) {
        refusals.sort_by_key(|refusal| refusal.line);
        if unlisted > 0 {
            let message = format!(
                "and {unlisted} more; correct the listed rows and push the file again to see the rest"
            );
            refusals.push(LineRefusal::of_batch(batch.span, message));
        }
        self.summary.rows += batch.rows;
        self.summary.refuse(batch.rows, &refusals);
        self.watcher.refused(&refusals);
    }
}

/// Whether the server refused this batch, so that it may accept the next.
fn is_about_the_batch(refusal: &Refusal) -> bool {
    match refusal.code {
        Code::InvalidArgument
        | Code::AlreadyExists
        | Code::NotFound
        | Code::FailedPrecondition
        | Code::OutOfRange => true,
        // Without violations the partner may push nothing at all.
        Code::PermissionDenied => !refusal.violations.is_empty(),
        Code::ResourceExhausted => refusal.reason == "MESSAGE_TOO_LARGE",
        _ => false,
    }
}
