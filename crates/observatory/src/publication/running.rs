//! The publication in progress, on a thread of its own.

use std::{sync::Arc, thread::JoinHandle};

use tenseven_model::{ContentDigest, SubmissionId};
use tenseven_state::frameworks::PublishFramework;
use tokio::sync::watch;
use tracing::error;

use super::{Publication, PublicationStep, publisher::publish_now};
use crate::{Attributed, PublicationAborted, shared::Shared};

/// The publication under way, or the last one.
#[derive(Debug)]
pub(crate) struct Running {
    submission: SubmissionId,
    digest: ContentDigest,
    steps: watch::Receiver<PublicationStep>,
    thread: JoinHandle<()>,
}

impl Running {
    /// Starts the publication of a text.
    pub(crate) fn start(
        shared: Arc<Shared>,
        by: Attributed,
        definition: String,
    ) -> Result<Self, PublicationAborted> {
        let (submission, digest) = (by.submission, PublishFramework::digest_of(&definition));
        let (sender, steps) = watch::channel(PublicationStep::Reading);
        let thread = std::thread::Builder::new().name("tenseven-publisher".to_owned()).spawn(move || {
            let mut report = |progress| drop(sender.send_replace(PublicationStep::Working(progress)));
            let answer = publish_now(&shared, &by, definition, &mut report);
            sender.send_replace(PublicationStep::Ended(answer));
        });
        let thread = thread.map_err(|problem| {
            error!(error = %problem, "the thread of a publication cannot be started");
            PublicationAborted
        })?;
        Ok(Self { submission, digest, steps, thread })
    }

    /// Whether it publishes this text by this submission.
    pub(crate) fn is_of(&self, submission: SubmissionId, definition: &str) -> bool {
        self.submission == submission && self.digest == PublishFramework::digest_of(definition)
    }

    pub(crate) fn is_over(&self) -> bool {
        // The last step is sent before the thread is gone, or never where it died.
        matches!(*self.steps.borrow(), PublicationStep::Ended(_)) || self.thread.is_finished()
    }

    /// Its steps, from the current one on.
    pub(crate) fn follow(&self) -> Publication {
        Publication::of(&self.steps)
    }

    /// Waits for it to end.
    pub(crate) fn join(self) {
        if self.thread.join().is_err() {
            error!("the thread of a publication had died");
        }
    }
}
