//! Submissions: commands that wait for the writer, each with a channel for its answer.

use std::{error::Error, sync::Arc};

use tenseven_model::{ContentDigest, Revision, SubmissionId};
use tenseven_state::{Decision, Operation, Receipt, Rules, Size, State, access::Author, authorize, decide};
use tokio::sync::oneshot;

use crate::{Attributed, SubmissionError, WriteError, publication::Scored};

/// What a submission is answered, with the rejection of its own operation.
pub(crate) type Answer<R> = Result<Receipt, WriteError<R>>;

/// The answer to come to a submission that the writer was handed.
pub(crate) type Reply<R> = oneshot::Receiver<Answer<R>>;

/// Answers a command that was accepted, once it is flushed or that failed.
pub(crate) type SendReceipt = Box<dyn FnOnce(Result<Receipt, SubmissionError>) + Send>;

/// Answers a command that was rejected, or, if what it was decided on could not be flushed, with that failure.
pub(crate) type SendRejection = Box<dyn FnOnce(Option<SubmissionError>) + Send>;

/// A submission that waits for the writer.
pub(crate) struct Submission {
    pub(crate) id: SubmissionId,
    /// Whose grants it needs; none where nobody has to identify themselves.
    pub(crate) author: Option<Author>,
    pub(crate) digest: ContentDigest,
    pub(crate) size: Size,
    /// The journal has no such submission up to this revision.
    pub(crate) looked_up: Revision,
    /// The scores of the framework that it publishes.
    pub(crate) scored: Option<Arc<Scored>>,
    pub(crate) command: Box<dyn Undecided>,
}

/// A command of any kind whose caller waits for the answer.
pub(crate) trait Undecided: Send {
    /// Decides it on top of a state, by the grants of its author.
    fn decide(
        self: Box<Self>,
        state: &State,
        rules: &Rules<'_>,
        author: Option<&Author>,
    ) -> Result<(Decision, SendReceipt), SendRejection>;

    /// Answers it without deciding it.
    fn answer(self: Box<Self>, answer: Result<Receipt, SubmissionError>);
}

struct Waiting<C: Operation<Rejection: Error + 'static>> {
    command: C,
    reply: oneshot::Sender<Answer<C::Rejection>>,
}

impl<C> Undecided for Waiting<C>
where
    C: Operation<Rejection: Error + Send + 'static> + Send + 'static,
{
    fn decide(
        self: Box<Self>,
        state: &State,
        rules: &Rules<'_>,
        author: Option<&Author>,
    ) -> Result<(Decision, SendReceipt), SendRejection> {
        let Self { command, reply } = *self;
        let allowed = authorize(state, &command, rules, author).map_err(WriteError::Denied);
        match allowed.and_then(|()| decide(state, command, rules).map_err(WriteError::Rejected)) {
            Ok(decision) => {
                Ok((decision, Box::new(move |answer| send(reply, answer.map_err(WriteError::from)))))
            }
            Err(error) => Err(Box::new(move |failure| {
                send(reply, Err(failure.map_or(error, WriteError::from)));
            })),
        }
    }

    fn answer(self: Box<Self>, answer: Result<Receipt, SubmissionError>) {
        send(self.reply, answer.map_err(WriteError::from));
    }
}

fn send<R: Error + 'static>(reply: oneshot::Sender<Answer<R>>, answer: Answer<R>) {
    // A sender that has gone away will ask again with the same id.
    drop(reply.send(answer));
}

impl Submission {
    /// A submission that the journal does not have up to a revision, and the answer to come.
    pub(crate) fn new<C>(
        by: Attributed,
        digest: ContentDigest,
        looked_up: Revision,
        command: C,
    ) -> (Self, Reply<C::Rejection>)
    where
        C: Operation<Rejection: Error + Send + 'static> + Send + 'static,
    {
        let size = command.size();
        let (reply, answer) = oneshot::channel();
        let command = Box::new(Waiting { command, reply });
        let Attributed { submission: id, author } = by;
        (Self { id, author, digest, size, looked_up, scored: None, command }, answer)
    }
}
