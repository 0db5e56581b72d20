//! Tellers: how what a watch tells reaches its watcher.
//!
//! *Invariant:* what waits for a watcher is bounded in bytes and in time, and holds no thread. A watch ends with its
//! watcher, with the server, or when its watcher has taken nothing for too long; its place is free from then on.

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

/// About how many bytes travel together: well below the 4 MiB that stock clients read.
pub(super) const PART_BYTES_MAX: usize = 64 * 1024;
/// A heartbeat is sent where nothing was for so long.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);
/// Batches of messages, each of about [`PART_BYTES_MAX`], that wait for a slow watcher.
const WAITING_MAX: usize = 1;

/// What a watcher is told.
pub(super) type Events<M> = Pin<Box<dyn Stream<Item = Result<Encoded<M>, Status>> + Send>>;

/// Why a watch ends: its status, none where nobody listens any more.
pub(super) type Ended = Option<Status>;

/// The places of all watchers of a server.
#[derive(Clone)]
pub(super) struct Places {
    observatory: Arc<Observatory>,
    draining: Draining,
    free: Arc<Semaphore>,
    watchers_max: usize,
    stall_max: Duration,
}

/// Tells one watcher.
pub(super) struct Teller<M> {
    observatory: Arc<Observatory>,
    events: mpsc::Sender<Vec<Encoded<M>>>,
    stall_max: Duration,
    /// The revision up to which everything was told.
    told: Revision,
    told_at: Instant,
    /// What is told together, about how many bytes that is, and the revision up to which everything is in it.
    gathered: Vec<Encoded<M>>,
    bytes: usize,
    reached: Revision,
}

impl Places {
    pub(super) fn new(
        observatory: Arc<Observatory>,
        draining: Draining,
        watchers_max: usize,
        stall_max: Duration,
    ) -> Self {
        let free = Arc::new(Semaphore::new(watchers_max));
        Self { observatory, draining, free, watchers_max, stall_max }
    }

    /// Takes a place for a watcher, and lets `follow` tell it what is behind `told`; refused where no place is free.
    pub(super) fn tell<M, F>(
        &self,
        told: Revision,
        follow: impl FnOnce(Teller<M>) -> F,
    ) -> Result<Events<M>, Status>
    where
        M: Message + 'static,
        F: Future<Output = Ended> + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.free).try_acquire_owned() else {
            return Err(status::too_many_watchers(self.watchers_max));
        };
        let (events, receiver) = mpsc::channel(WAITING_MAX);
        let (end, ended) = oneshot::channel();
        let (listened, mut draining) = (events.clone(), self.draining.clone());
        let following = follow(Teller {
            observatory: Arc::clone(&self.observatory),
            events,
            stall_max: self.stall_max,
            told,
            told_at: Instant::now(),
            gathered: Vec::new(),
            bytes: 0,
            reached: told,
        });
        // Ends with its watcher, at the latest when that has taken nothing for too long.
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
            drop(place);
        });
        let last = stream::once(ended).filter_map(async |status| status.ok().map(Err));
        let told = ReceiverStream::new(receiver).flat_map(|batch| stream::iter(batch.into_iter().map(Ok)));
        Ok(Box::pin(told.chain(last)))
    }
}

impl<M: Message + 'static> Teller<M> {
    /// The revision up to which everything was told.
    pub(super) fn told(&self) -> Revision {
        self.told
    }

    /// The same, with the history that it belongs to.
    pub(super) fn position(&self) -> Position {
        self.observatory.position(self.told)
    }

    /// Adds a message to those that are told together; tells them where that is enough.
    async fn gather(&mut self, message: Encoded<M>) -> Result<(), Ended> {
        self.bytes += message.encoded_len();
        self.gathered.push(message);
        if self.bytes < PART_BYTES_MAX { Ok(()) } else { self.flush().await }
    }

    /// Tells a part that is shared with others, and with it those that follow and are kept, as long as they are small.
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

    /// Tells a part that nobody shares.
    pub(super) async fn tell_part(&mut self, part: &Part<M>) -> Result<(), Ended> {
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

    /// Notes that everything up to a revision is gathered.
    fn reach(&mut self, revision: Revision) {
        self.reached = revision;
        if self.gathered.is_empty() {
            // The last of it was enough to be told at once.
            self.told = revision;
        }
    }

    /// Tells what is gathered, once there is room for it.
    async fn flush(&mut self) -> Result<(), Ended> {
        if !self.gathered.is_empty() {
            (self.bytes, self.told_at) = (0, Instant::now());
            let batch = std::mem::take(&mut self.gathered);
            self.events.send_timeout(batch, self.stall_max).await.map_err(|unsent| match unsent {
                SendTimeoutError::Timeout(_) => Some(status::slow_reader(self.stall_max, self.position())),
                SendTimeoutError::Closed(_) => None,
            })?;
        }
        self.told = self.reached;
        Ok(())
    }

    /// Tells one message.
    pub(super) async fn send(&mut self, message: &M) -> Result<(), Ended> {
        self.gather(Encoded::from(message)).await?;
        self.flush().await
    }

    /// Whether nothing was told for so long that it is time for a heartbeat.
    pub(super) fn is_silent(&self) -> bool {
        self.told_at.elapsed() >= HEARTBEAT
    }
}
