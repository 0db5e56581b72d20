//! The intake: the way of submissions to the writer.
//!
//! *Invariant:* what is taken in is answered. What there is no room for, or comes after the end, is refused at once.

use std::sync::{Mutex, PoisonError, mpsc};

use tokio::sync::oneshot;

use crate::{Receipt, SubmitError, queue::Queue, submission::Submission, writer::Job};

/// Where submissions come in.
#[derive(Debug)]
pub(crate) struct Intake {
    jobs: Mutex<Option<mpsc::SyncSender<Job>>>,
    queue: Queue,
    submissions_max: usize,
}

impl Intake {
    /// An intake for so many submissions of so many bytes, and what the writer receives them by.
    pub(crate) fn new(submissions_max: usize, bytes_max: usize) -> (Self, mpsc::Receiver<Job>) {
        let (sender, receiver) = mpsc::sync_channel(submissions_max);
        (Self { jobs: Mutex::new(Some(sender)), queue: Queue::new(bytes_max), submissions_max }, receiver)
    }

    /// Hands a submission to the writer; the receiver gets its answer.
    pub(crate) fn submit(
        &self,
        submission: Submission,
    ) -> Result<oneshot::Receiver<Result<Receipt, SubmitError>>, SubmitError> {
        let full = SubmitError::QueueFull { waiting: self.submissions_max };
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = jobs.as_ref().ok_or(SubmitError::Closing)?;
        let Some(room) = self.queue.take(submission.size().bytes) else { return Err(full) };
        match sender.try_send(Job { submission, reply, room }) {
            Ok(()) => Ok(answer),
            Err(mpsc::TrySendError::Full(_)) => Err(full),
            Err(mpsc::TrySendError::Disconnected(_)) => Err(SubmitError::JournalFailed),
        }
    }

    /// Takes nothing more; the writer ends when it has answered what was taken.
    pub(crate) fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
