//! A session: one file after its header, batch by batch.

use std::io::Read;

use tenseven_client::{ClientError, Code, Refusal, SubmissionId, v1};
use uuid::Uuid;

use super::{Batch, Batches, PushSummary, Watcher, recheck::Refused, refusal::LineRefusal, submission_id};
use crate::observation_file::ReadError;

/// What a batch is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be accepted.
    Store,
    /// To be told what would become of it.
    Check,
}

/// How a file is pushed.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// The newest revision before the push.
    pub(crate) known_revision: u64,
    /// Makes the submission ids other ones than those of an earlier push of the same content.
    pub(crate) nonce: Option<Uuid>,
    /// Whether everything is only checked.
    pub(crate) dry_run: bool,
    /// Whether to leave the rest of the file after the first refusal.
    pub(crate) stop_on_refusal: bool,
}

/// Why a push ended before the end of the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    /// The file could not be read on.
    #[error("the rest of the file was not pushed")]
    File(#[source] ReadError),
    /// The server could not be reached any more or cannot accept anything now.
    #[error(
        "the rows from line {line} on were not pushed; push the file again when this is mended, what was accepted is recognised then"
    )]
    Server {
        /// The line that the first row begins on that was not pushed.
        line: u64,
        /// What went wrong.
        #[source]
        error: ClientError,
    },
}

impl Session {
    /// Pushes all batches with `send`; returns what became of the rows that were read, and why it ended early if so.
    pub(crate) async fn run<R: Read>(
        &self,
        batches: &mut Batches<R>,
        send: impl AsyncFn(
            Purpose,
            SubmissionId,
            &[v1::Observation],
        ) -> Result<v1::PushObservationsResponse, ClientError>,
        watcher: &mut dyn Watcher,
    ) -> (PushSummary, Option<anyhow::Error>) {
        let mut summary = PushSummary { dry_run: self.dry_run, ..PushSummary::default() };
        loop {
            let (batch, broken) = batches.next_batch();
            let more = batch.rows() > 0;
            if more {
                let refused = summary.batches_refused;
                // The rows before the place where the file breaks off are a whole batch only by accident; they go all
                // the same, as each is whole.
                if let Err(interrupted) = self.batch(batch, &send, &mut summary, watcher).await {
                    return (summary, Some(interrupted));
                }
                watcher.moved(batches.bytes_read(), &summary);
                summary.stopped = self.stop_on_refusal && summary.batches_refused > refused;
            }
            if let Some(error) = broken {
                return (summary, Some(Interrupted::File(error).into()));
            }
            if !more || summary.stopped {
                return (summary, None);
            }
        }
    }

    async fn batch(
        &self,
        batch: Batch,
        send: &impl AsyncFn(
            Purpose,
            SubmissionId,
            &[v1::Observation],
        ) -> Result<v1::PushObservationsResponse, ClientError>,
        summary: &mut PushSummary,
        watcher: &mut dyn Watcher,
    ) -> anyhow::Result<()> {
        let (rows, span) = (batch.rows(), batch.span.unwrap_or_default());
        let Batch { lines, observations, mut refusals, unreadable, .. } = batch;
        // The rows that could be read are checked all the same, so that everything wrong is told at once.
        let purpose = if self.dry_run || unreadable > 0 { Purpose::Check } else { Purpose::Store };
        let answer = if observations.is_empty() {
            Ok(v1::PushObservationsResponse::default())
        } else {
            send(purpose, submission_id(&observations, self.nonce)?, &observations).await
        };
        summary.rows += rows;
        let mut untold = 0;
        match answer {
            Ok(answer) if unreadable == 0 => {
                match purpose {
                    Purpose::Check => summary.correct += rows,
                    Purpose::Store => {
                        summary.accept(rows, &answer, self.known_revision.max(summary.revision));
                    }
                }
                return Ok(());
            }
            Ok(_) => {}
            Err(ClientError::Refused(refusal)) if is_about_the_batch(&refusal) => {
                let batch = Refused { observations: &observations, lines: &lines, span, nonce: self.nonce };
                let (told, more) = batch.all_that_is_wrong(&refusal, send).await?;
                refusals.extend(told);
                untold = more;
            }
            Err(error) => {
                summary.rows -= rows;
                return Err(Interrupted::Server { line: span.0, error }.into());
            }
        }
        refusals.sort_by_key(|refusal| refusal.line);
        if untold > 0 {
            let message =
                format!("and {untold} more; mend what is told and push the file again to be told them");
            refusals.push(LineRefusal::of_batch(span, message));
        }
        summary.refuse(rows, &refusals);
        for refusal in &refusals {
            watcher.refused(refusal);
        }
        Ok(())
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
        Code::ResourceExhausted => refusal.reason == "MESSAGE_TOO_LARGE",
        _ => false,
    }
}
