//! The intake: the queue of submissions to the writer.
//!
//! *Invariant:* what is taken in is answered. What there is no room for is refused at once, or waits where its sender
//! wants to; what comes after the end is refused.

use std::{
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::Notify;

use crate::{
    Closing, JournalFailed, QueueFull, SubmissionError,
    queue::{Queue, Room},
    submission::Submission,
};

/// How long a submission waits for a notification of room before it checks again.
const ROOM_WAIT: Duration = Duration::from_secs(1);

/// A submission in the queue of the writer.
pub(crate) struct Job {
    pub(crate) submission: Submission,
    /// Held until the submission is decided.
    pub(crate) room: Room,
}

/// Where submissions come in.
pub(crate) struct Intake {
    jobs: Mutex<Option<Sender<Job>>>,
    queue: Queue,
    submissions_max: usize,
    freed: Notify,
}

/// Why a submission was not queued.
enum SendError {
    /// There is no room for it now.
    Full(Submission),
    /// It will not be.
    Refused(SubmissionError),
}

impl Intake {
    /// An intake with a limit on submissions and on their bytes, and the writer's receiver.
    pub(crate) fn new(submissions_max: usize, bytes_max: usize) -> (Self, Receiver<Job>) {
        let (sender, receiver) = bounded(submissions_max);
        let (jobs, queue, freed) = (Mutex::new(Some(sender)), Queue::new(bytes_max), Notify::new());
        (Self { jobs, queue, submissions_max, freed }, receiver)
    }

    /// Hands a submission to the writer, which answers it.
    pub(crate) fn submit(&self, submission: Submission) -> Result<(), SubmissionError> {
        self.offer(submission).map_err(|not_taken| match not_taken {
            SendError::Full(_) => QueueFull { waiting: self.submissions_max }.into(),
            SendError::Refused(refusal) => refusal,
        })
    }

    /// Hands a submission to the writer as soon as there is room for it.
    pub(crate) async fn submit_when_room(&self, mut submission: Submission) -> Result<(), SubmissionError> {
        loop {
            let mut freed = pin!(self.freed.notified());
            // From here on, so that room that is made between the look and the wait is not missed.
            freed.as_mut().enable();
            match self.offer(submission) {
                Ok(()) => return Ok(()),
                Err(SendError::Refused(refusal)) => return Err(refusal),
                Err(SendError::Full(back)) => submission = back,
            }
            drop(tokio::time::timeout(ROOM_WAIT, freed).await);
        }
    }

    fn offer(&self, submission: Submission) -> Result<(), SendError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = jobs.as_ref() else { return Err(SendError::Refused(Closing.into())) };
        let Some(room) = self.queue.take(submission.size.bytes) else {
            return Err(SendError::Full(submission));
        };
        match sender.try_send(Job { submission, room }) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(job)) => Err(SendError::Full(job.submission)),
            Err(TrySendError::Disconnected(_)) => Err(SendError::Refused(JournalFailed.into())),
        }
    }

    /// Notifies those who wait that there is room.
    pub(crate) fn room_was_made(&self) {
        self.freed.notify_waiters();
    }

    /// Takes nothing more; the writer ends when it has answered what was taken.
    pub(crate) fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.freed.notify_waiters();
    }
}
