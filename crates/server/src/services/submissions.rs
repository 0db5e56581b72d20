//! Streams of batches: each is decided and answered in the order in which it was sent.
//!
//! *Invariant:* no more is read than the window holds, and what was read is answered, also when the server stops or the connection is to end. A batch
//! leaves the window when its answer is handed to the transport, so that HTTP/2 slows a sender that is too fast.

use std::{
    future::pending,
    pin::{Pin, pin},
    sync::Arc,
};

use futures_util::{Stream, stream};
use prost::Message as _;
use tenseven_api::v1::{self, stream_observations_response::Answer};
use tenseven_observatory::{ChangesError, Observatory, SubmissionError, Submitted};
use tokio::sync::mpsc;
use tonic::{Status, Streaming};

use super::{
    changes::{self, Changed, Submission},
    draining::Draining,
    reading::Reading,
    window::{Window, WindowPermit},
};
use crate::{
    call::Call,
    connections::Calls,
    layers::Turn,
    present,
    status::{self, OrRefuse as _, Refusal as _, RefusedChanges},
    violation::Listed,
};

/// Maximum number of batches of a stream that are under way.
const BATCHES_MAX: usize = 16;
/// Maximum number of bytes of them.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Longest submission id that is sent back.
const ID_BYTES_MAX: usize = 64;

/// The answers to a stream of batches.
pub(super) type Answers = Pin<Box<dyn Stream<Item = Result<v1::StreamObservationsResponse, Status>> + Send>>;

/// What a stream of batches needs.
pub(super) struct Intake {
    pub(super) call: Call,
    pub(super) observatory: Arc<Observatory>,
    pub(super) reading: Reading,
    pub(super) draining: Draining,
    /// The calls of the connection that the stream comes over; none where nobody counts them.
    pub(super) calls: Option<Calls>,
    /// Where large batches are read in turns.
    pub(super) turn: Option<Turn>,
    pub(super) message_bytes_max: usize,
}

/// An item of the request stream.
enum Read {
    Batch {
        submission_id: String,
        state: BatchState,
        permit: WindowPermit,
    },
    /// The last item of the stream.
    Ended(Status),
}

/// The state of a batch whose answer is pending.
enum BatchState {
    Submitted(Submitted, Listed),
    /// To be checked after those before it.
    Checked(Submission),
    Refused(Status),
}

/// Reads batches as long as there is room for them, and answers them.
pub(super) fn answers(intake: Intake, batches: Streaming<v1::StreamObservationsRequest>) -> Answers {
    let (sender, receiver) = mpsc::channel(BATCHES_MAX);
    let (observatory, reading) = (Arc::clone(&intake.observatory), intake.reading.clone());
    let call = intake.call.clone();
    // Ends when the stream does, or nobody waits for its answers any more.
    match intake.turn.clone() {
        Some(turn) => tokio::spawn(turn.take(intake.read(batches, sender))),
        None => tokio::spawn(intake.read(batches, sender)),
    };
    Box::pin(stream::unfold(
        (receiver, observatory, reading, call),
        async |(mut receiver, observatory, reading, call)| {
            let answer = answer(receiver.recv().await?, &observatory, &reading, &call).await;
            Some((answer, (receiver, observatory, reading, call)))
        },
    ))
}

impl Intake {
    async fn read(self, mut batches: Streaming<v1::StreamObservationsRequest>, read: mpsc::Sender<Read>) {
        let window = Window::new(BATCHES_MAX, BYTES_MAX, self.message_bytes_max);
        let mut draining = self.draining.clone();
        let calls = self.calls.clone();
        let mut leaving = pin!(async {
            match calls {
                Some(calls) => calls.leaving().await,
                None => pending().await,
            }
        });
        loop {
            let next = tokio::select! {
                biased;
                () = draining.begun() => Err(status::shutting_down()),
                () = &mut leaving => Err(status::connection_ends()),
                next = next(&mut batches, &window) => next,
            };
            let next = match next {
                // What was sent before the caller lost its access, but not read, is not taken in.
                Ok(Some((batch, permit))) => match self.call.check_again() {
                    Ok(()) => self.take(batch, permit).await,
                    Err(status) => Read::Ended(status),
                },
                Ok(None) => return,
                Err(status) => Read::Ended(status),
            };
            let is_last = matches!(next, Read::Ended(_));
            if read.send(next).await.is_err() || is_last {
                return;
            }
        }
    }

    async fn take(&self, batch: v1::StreamObservationsRequest, permit: WindowPermit) -> Read {
        let v1::StreamObservationsRequest { submission_id, observations, validate_only } = batch;
        let known = if submission_id.len() <= ID_BYTES_MAX { submission_id.clone() } else { String::new() };
        let charged = changes::charge_in_turn((&self.observatory, &self.call), observations.len()).await;
        let read = charged.and_then(|()| {
            changes::read_observations(&self.observatory, &submission_id, observations).or_refuse()
        });
        let state = match read {
            Err(refusal) => BatchState::Refused(refusal),
            Ok(submission) if validate_only => BatchState::Checked(submission),
            Ok(Submission { id, changes, listed }) => {
                match self.observatory.submit(self.call.attributed(id), changes).await {
                    Ok(submitted) => BatchState::Submitted(submitted, listed),
                    Err(ChangesError::Submission(SubmissionError::Closing(_))) => {
                        return Read::Ended(status::shutting_down());
                    }
                    Err(error) => BatchState::Refused(RefusedChanges(error, listed).into_status()),
                }
            }
        };
        Read::Batch { submission_id: known, state, permit }
    }
}

/// The next batch, once there is room for it.
async fn next(
    batches: &mut Streaming<v1::StreamObservationsRequest>,
    window: &Window,
) -> Result<Option<(v1::StreamObservationsRequest, WindowPermit)>, Status> {
    let Some(mut permit) = window.acquire().await else { return Ok(None) };
    let Some(batch) = batches.message().await? else { return Ok(None) };
    permit.keep(batch.encoded_len());
    Ok(Some((batch, permit)))
}

async fn answer(
    read: Read,
    observatory: &Arc<Observatory>,
    reading: &Reading,
    call: &Call,
) -> Result<v1::StreamObservationsResponse, Status> {
    let (submission_id, state, permit) = match read {
        Read::Batch { submission_id, state, permit } => (submission_id, state, permit),
        Read::Ended(status) => return Err(status),
    };
    let answer = match state {
        BatchState::Submitted(submitted, listed) => {
            let receipt = submitted.answer().await.map_err(|error| RefusedChanges(error, listed)).or_refuse();
            receipt.map(|receipt| Changed::accepted(observatory, &receipt))
        }
        BatchState::Checked(Submission { id, changes, listed }) => {
            let (checking, by) = (Arc::clone(observatory), call.attributed(id));
            let check =
                move || checking.preview_changes(by, changes).map_err(|error| RefusedChanges(error, listed));
            reading.ask(call, check).await.map(|preview| Changed::checked(observatory, preview))
        }
        BatchState::Refused(refusal) => Err(refusal),
    };
    drop(permit);
    let answer = match answer {
        Ok(changed) => Answer::Receipt(present::pushed(changed)),
        Err(refusal) => {
            call.audited.refuse(&refusal);
            Answer::Refusal(present::batch_refusal(&refusal))
        }
    };
    Ok(v1::StreamObservationsResponse { submission_id, answer: Some(answer) })
}
