//! Delivers the events of a watch to its client, with backpressure.
//!
//! *Invariant:* what is buffered for a watcher is bounded in bytes and in time, and holds no thread. A watch ends with its
//! watcher, with the server, or when its watcher has received nothing for too long; its slot is free from then on.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use prost::Message;
use tenseven_api::Encoded;
use tenseven_model::Revision;
use tenseven_observatory::{Observatory, Position};
use tokio::{
    sync::{
        Semaphore,
        mpsc::{self, error::SendTimeoutError},
        oneshot,
    },
    time::Instant,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{
    Draining,
    relay::{Next, Part, Selection},
};
use crate::status;

/// Approximate size of a batch in bytes: well below the 4 MiB that stock clients read.
pub(super) const PART_BYTES_MAX: usize = 64 * 1024;
/// A heartbeat is sent after this long without an event.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);
/// Batches of messages, each of about [`PART_BYTES_MAX`], that wait for a slow watcher.
const WAITING_MAX: usize = 1;

/// The messages that a watcher receives.
pub(super) type Events<M> = Pin<Box<dyn Stream<Item = Result<Encoded<M>, Status>> + Send>>;

/// Why a watch ends: its status; none if the client is gone.
pub(super) type Ended = Option<Status>;

/// Limits the number of watchers of a server.
#[derive(Clone)]
pub(super) struct WatcherSlots {
    observatory: Arc<Observatory>,
    draining: Draining,
    free: Arc<Semaphore>,
    watchers_max: usize,
    stall_max: Duration,
}

/// Sends events to one watcher.
pub(super) struct EventSender<M> {
    observatory: Arc<Observatory>,
    events: mpsc::Sender<Vec<Encoded<M>>>,
    stall_max: Duration,
    /// The revision up to which everything was sent.
    sent: Revision,
    sent_at: Instant,
    /// The messages that are sent together, their approximate bytes, and the revision up to which they are complete.
    gathered: Vec<Encoded<M>>,
    bytes: usize,
    gathered_up_to: Revision,
}

impl WatcherSlots {
    pub(super) fn new(
        observatory: Arc<Observatory>,
        draining: Draining,
        watchers_max: usize,
        stall_max: Duration,
    ) -> Self {
        let free = Arc::new(Semaphore::new(watchers_max));
        Self { observatory, draining, free, watchers_max, stall_max }
    }

    /// Takes a slot for a watcher and starts `follow`, which sends what comes after `after`; refused if no slot is free.
    pub(super) fn start<M, F>(
        &self,
        after: Revision,
        follow: impl FnOnce(EventSender<M>) -> F,
    ) -> Result<Events<M>, Status>
    where
        M: Message + 'static,
        F: Future<Output = Ended> + Send + 'static,
    {
        let Ok(slot) = Arc::clone(&self.free).try_acquire_owned() else {
            return Err(status::too_many_watchers(self.watchers_max));
        };
        let (events, receiver) = mpsc::channel(WAITING_MAX);
        let (end, ended) = oneshot::channel();
        let (listened, mut draining) = (events.clone(), self.draining.clone());
        let following = follow(EventSender {
            observatory: Arc::clone(&self.observatory),
            events,
            stall_max: self.stall_max,
            sent: after,
            sent_at: Instant::now(),
            gathered: Vec::new(),
            bytes: 0,
            gathered_up_to: after,
        });
        // Ends with its watcher, at the latest when that has received nothing for too long.
        tokio::spawn(async move {
            let status = tokio::select! {
                biased;
                () = draining.begun() => Some(status::shutting_down()),
                () = listened.closed() => None,
                ended = following => ended,
            };
            if let Some(status) = status {
                drop(end.send(status));
            }
            drop(slot);
        });
        let last = stream::once(ended).filter_map(async |status| status.ok().map(Err));
        let events = ReceiverStream::new(receiver).flat_map(|batch| stream::iter(batch.into_iter().map(Ok)));
        Ok(Box::pin(events.chain(last)))
    }
}

impl<M: Message + 'static> EventSender<M> {
    /// The revision up to which everything was sent.
    pub(super) fn sent(&self) -> Revision {
        self.sent
    }

    /// That revision, with the history that it belongs to.
    pub(super) fn position(&self) -> Position {
        self.observatory.position(self.sent)
    }

    /// Adds a message to the batch, and sends the batch if it is full.
    async fn gather(&mut self, message: Encoded<M>) -> Result<(), Ended> {
        self.bytes += message.encoded_len();
        self.gathered.push(message);
        if self.bytes < PART_BYTES_MAX { Ok(()) } else { self.flush().await }
    }

    /// Sends a part that is shared with other watchers, and with it the cached parts that follow, as long as they are small.
    pub(super) async fn share(
        &mut self,
        mut part: Arc<Part<M>>,
        selection: &Selection<M>,
    ) -> Result<(), Ended> {
        loop {
            self.gather_part(&part).await?;
            match selection.after(part.up_to) {
                Next::Kept(next) if !self.gathered.is_empty() => part = next,
                Next::Kept(_) | Next::Missing(_) => return self.flush().await,
            }
        }
    }

    /// Sends a part that is not shared.
    pub(super) async fn send_part(&mut self, part: &Part<M>) -> Result<(), Ended> {
        self.gather_part(part).await?;
        self.flush().await
    }

    async fn gather_part(&mut self, part: &Part<M>) -> Result<(), Ended> {
        for (message, reached) in &part.messages {
            self.gather(message.clone()).await?;
            if let Some(reached) = reached {
                self.reach(*reached);
            }
        }
        self.reach(part.up_to);
        Ok(())
    }

    /// Records that everything up to a revision is gathered.
    fn reach(&mut self, revision: Revision) {
        self.gathered_up_to = revision;
        if self.gathered.is_empty() {
            // The last message filled the batch, which was sent at once.
            self.sent = revision;
        }
    }

    /// Sends the batch, once there is room for it.
    async fn flush(&mut self) -> Result<(), Ended> {
        if !self.gathered.is_empty() {
            (self.bytes, self.sent_at) = (0, Instant::now());
            let batch = std::mem::take(&mut self.gathered);
            self.events.send_timeout(batch, self.stall_max).await.map_err(|unsent| match unsent {
                SendTimeoutError::Timeout(_) => Some(status::slow_reader(self.stall_max, self.position())),
                SendTimeoutError::Closed(_) => None,
            })?;
        }
        self.sent = self.gathered_up_to;
        Ok(())
    }

    /// Sends one message.
    pub(super) async fn send(&mut self, message: &M) -> Result<(), Ended> {
        self.gather(Encoded::from(message)).await?;
        self.flush().await
    }

    /// Whether it is time for a heartbeat: no event was sent for [`HEARTBEAT`].
    pub(super) fn is_silent(&self) -> bool {
        self.sent_at.elapsed() >= HEARTBEAT
    }
}
