//! Pushes many batches in one stream.
//!
//! *Invariant:* every batch is answered once, in order, and accepted at most once, however often the connection breaks:
//! what was not answered is sent again under the same submission id.

use std::{collections::VecDeque, future::pending, pin::Pin, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_api::v1::{self, stream_observations_response::Answer};
use tokio::sync::mpsc;
use tonic::{Code, Streaming};
use uuid::Uuid;

use crate::{Client, ClientError, FieldViolation, Refusal, call::Caller, error::cut_short};

/// What became of one batch of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchAnswer {
    /// The batch's submission id.
    pub submission_id: String,
    /// The observations that were sent.
    pub observations: Vec<v1::Observation>,
    /// Its receipt, or why it was refused.
    pub outcome: Result<v1::PushObservationsResponse, Box<Refusal>>,
}

/// A stream of batches under way.
struct Pushing<'a> {
    client: &'a Client,
    batches: Pin<Box<dyn Stream<Item = v1::StreamObservationsRequest> + Send + 'a>>,
    has_ended: bool,
    window: usize,
    unanswered: VecDeque<v1::StreamObservationsRequest>,
    call: Option<Call>,
}

struct Call {
    /// None once no more will be sent.
    sender: Option<mpsc::Sender<v1::StreamObservationsRequest>>,
    answers: Streaming<v1::StreamObservationsResponse>,
}

impl Client {
    /// Pushes batches in one stream, up to `window` of them (at least 1) before the first is answered, and returns the
    /// answers in the order of the batches. An answer means that the batch survives a power cut; a refused batch is
    /// answered with its refusal, and the rest goes on. A batch without a submission id is given a random one.
    ///
    /// The client's deadline is here the longest time without an answer to what was sent. Where the connection breaks,
    /// what was not answered is sent again, as often as the options allow without an answer in between.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// # let batches: Vec<tenseven_api::v1::StreamObservationsRequest> = vec![];
    /// use std::pin::pin;
    /// use futures_util::{TryStreamExt as _, stream};
    ///
    /// let mut answers = pin!(client.push_stream(stream::iter(batches), 8));
    /// while let Some(answer) = answers.try_next().await? {
    ///     match answer.outcome {
    ///         Ok(receipt) => println!("{} accepted at {}", answer.submission_id, receipt.revision),
    ///         Err(refusal) => eprintln!("{} refused: {refusal}", answer.submission_id),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn push_stream<'a>(
        &'a self,
        batches: impl Stream<Item = v1::StreamObservationsRequest> + Send + 'a,
        window: usize,
    ) -> impl Stream<Item = Result<BatchAnswer, ClientError>> + 'a {
        let (window, unanswered) = (window.max(1), VecDeque::new());
        let batches = Box::pin(batches);
        let pushing = Pushing { client: self, batches, has_ended: false, window, unanswered, call: None };
        stream::try_unfold(pushing, async |mut pushing| {
            Ok(pushing.next().await?.map(|answer| (answer, pushing)))
        })
    }
}

impl Pushing<'_> {
    /// The next answer; none after the last.
    async fn next(&mut self) -> Result<Option<BatchAnswer>, ClientError> {
        let mut tried = 0;
        while !(self.has_ended && self.unanswered.is_empty()) {
            match self.step().await {
                Ok(Some(answer)) => return Ok(Some(answer)),
                Ok(None) => {}
                Err(error) => {
                    tried += 1;
                    self.call = None;
                    self.client.caller.pause(tried, error).await?;
                }
            }
        }
        Ok(None)
    }

    /// Sends a batch, or receives an answer, whichever can be done first.
    async fn step(&mut self) -> Result<Option<BatchAnswer>, ClientError> {
        if self.call.is_none() && !self.unanswered.is_empty() {
            self.call = Some(self.open().await?);
        }
        let may_send = !self.has_ended && self.unanswered.len() < self.window;
        let Self { client, batches, unanswered, call, .. } = self;
        tokio::select! {
            batch = batches.next(), if may_send => {
                self.send(batch);
                Ok(None)
            }
            answer = answer(&client.caller, call.as_mut()), if !unanswered.is_empty() => {
                let answer = answer?;
                let batch = unanswered.front().ok_or_else(|| cut_short("the server answered a batch too many"))?;
                let outcome = read(answer, &batch.submission_id)?;
                let batch = unanswered.pop_front().unwrap_or_default();
                let v1::StreamObservationsRequest { submission_id, observations, .. } = batch;
                Ok(Some(BatchAnswer { submission_id, observations, outcome }))
            }
        }
    }

    fn send(&mut self, batch: Option<v1::StreamObservationsRequest>) {
        let Some(mut batch) = batch else {
            self.has_ended = true;
            if let Some(call) = &mut self.call {
                call.sender = None;
            }
            return;
        };
        if batch.submission_id.is_empty() {
            batch.submission_id = Uuid::new_v4().to_string();
        }
        if let Some(sender) = self.call.as_ref().and_then(|call| call.sender.as_ref()) {
            // It holds as many as the window. Where the call has ended, its answers say so.
            drop(sender.try_send(batch.clone()));
        }
        self.unanswered.push_back(batch);
    }

    /// A new call, to which all that is unanswered was sent.
    async fn open(&self) -> Result<Call, ClientError> {
        let (sender, receiver) = mpsc::channel(self.window);
        for batch in &self.unanswered {
            drop(sender.try_send(batch.clone()));
        }
        let requests = stream::unfold(receiver, async |mut receiver| {
            receiver.recv().await.map(|batch| (batch, receiver))
        });
        let service = self.client.observation_service();
        let send = async |request| service.clone().stream_observations(request).await;
        let answers = self.client.caller.attempt(requests, &send).await?;
        Ok(Call { sender: (!self.has_ended).then_some(sender), answers })
    }
}

async fn answer(
    caller: &Caller,
    call: Option<&mut Call>,
) -> Result<v1::StreamObservationsResponse, ClientError> {
    let Some(call) = call else { return pending().await };
    let answer = caller.in_time(call.answers.message()).await?;
    answer.ok_or_else(|| cut_short("the stream ended before all batches were answered"))
}

/// The answer to the batch with the `expected` id.
fn read(
    answer: v1::StreamObservationsResponse,
    expected: &str,
) -> Result<Result<v1::PushObservationsResponse, Box<Refusal>>, ClientError> {
    let v1::StreamObservationsResponse { submission_id, answer } = answer;
    // The server leaves out an id that is far too long to be one.
    if submission_id != expected && !submission_id.is_empty() {
        return Err(cut_short("the server answered another batch than the next one"));
    }
    match answer {
        Some(Answer::Receipt(receipt)) => Ok(Ok(receipt)),
        Some(Answer::Refusal(refusal)) => Ok(Err(Box::new(refusal_of(refusal)))),
        None => Err(cut_short("the server sent an answer that says nothing")),
    }
}

fn refusal_of(refusal: v1::BatchRefusal) -> Refusal {
    let v1::BatchRefusal { code, message, reason, metadata, fields, retry_delay } = refusal;
    let violations = fields
        .into_iter()
        .map(|v1::RefusedField { path, reason, description }| FieldViolation { path, description, reason });
    Refusal {
        code: Code::from_i32(code),
        reason,
        message,
        violations: violations.collect(),
        metadata: metadata.into_iter().collect(),
        retry_after: retry_delay.and_then(|delay| Duration::try_from(delay).ok()),
    }
}
