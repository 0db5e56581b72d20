//! Watches: the changes behind a revision, and then those to come.
//!
//! *Invariant:* what waits for a watcher is bounded in bytes and in time, and holds no thread. Watchers read the journal in
//! places of their own, so that they hold up nobody who asks.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_api::{
    convert::{self, observation_message, timestamp_message, withdrawal_message},
    v1,
};
use tenseven_model::Revision;
use tenseven_observatory::{Change, ChangeFilter, Observatory};
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

use super::{Draining, Reading};
use crate::status::{self, OrRefuse as _};

/// About how many bytes of observations travel together: well below the 4 MiB that stock clients read.
const PART_BYTES_MAX: usize = 1024 * 1024;
/// Messages that wait for a slow watcher.
const WAITING_MAX: usize = 2;
/// A heartbeat is sent where nothing was for so long.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How many watchers read the journal at once.
const READERS_MAX: usize = 2;

type Message = v1::WatchObservationsResponse;

/// What a watcher is told.
pub(super) type Events = Pin<Box<dyn Stream<Item = Result<Message, Status>> + Send>>;

/// All watches of a server.
#[derive(Clone)]
pub(crate) struct Watches {
    observatory: Arc<Observatory>,
    reading: Reading,
    draining: Draining,
    places: Arc<Semaphore>,
    watchers_max: usize,
    stall_max: Duration,
}

/// One watch: what is told, how far it is, and to whom.
struct Watch {
    all: Watches,
    filter: Arc<ChangeFilter>,
    told: Revision,
    told_at: Instant,
    events: mpsc::Sender<Result<Message, Status>>,
}

/// Why a watch ends: its status, none where nobody listens any more.
type Ended = Option<Status>;

impl Watches {
    pub(crate) fn new(
        observatory: &Arc<Observatory>,
        draining: Draining,
        watchers_max: usize,
        stall_max: Duration,
    ) -> Self {
        let (places, reading) =
            (Arc::new(Semaphore::new(watchers_max)), Reading::new(Arc::clone(observatory), READERS_MAX));
        Self { observatory: Arc::clone(observatory), reading, draining, places, watchers_max, stall_max }
    }

    /// Starts a watch. What is refused of it is the answer to the call itself.
    pub(super) fn start(&self, request: convert::WatchObservations) -> Result<Events, Status> {
        let convert::WatchObservations { after_revision, indicator, area, source } = request;
        let filter = self.observatory.change_filter(indicator, area.as_ref(), source).or_refuse()?;
        let told = self.observatory.watch_after(after_revision).or_refuse()?;
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return Err(status::too_many_watchers(self.watchers_max));
        };
        let (events, receiver) = mpsc::channel(WAITING_MAX);
        let (end, ended) = oneshot::channel();
        let (all, filter, told_at) = (self.clone(), Arc::new(filter), Instant::now());
        let watch = Watch { all, filter, told, told_at, events };
        // Ends with its watcher, at the latest when that has taken nothing for too long.
        tokio::spawn(async move {
            if let Some(status) = watch.run().await {
                drop(end.send(status));
            }
            drop(place);
        });
        let last = stream::once(ended).filter_map(async |status| status.ok().map(Err));
        Ok(Box::pin(ReceiverStream::new(receiver).chain(last)))
    }
}

impl Watch {
    async fn run(mut self) -> Ended {
        let mut draining = self.all.draining.clone();
        let events = self.events.clone();
        tokio::select! {
            biased;
            () = draining.begun() => Some(status::shutting_down()),
            () = events.closed() => None,
            ended = self.follow() => ended,
        }
    }

    async fn follow(&mut self) -> Ended {
        let mut ended = self.send(heartbeat(self.told)).await;
        while ended.is_ok() {
            let newer = self.all.observatory.newer_than(self.told);
            ended = match tokio::time::timeout(HEARTBEAT, newer).await {
                Ok(()) => self.tell().await,
                Err(_) => self.send(heartbeat(self.told)).await,
            };
        }
        ended.err().flatten()
    }

    /// Tells the next changes, if any match.
    async fn tell(&mut self) -> Result<(), Ended> {
        let (observatory, filter) = (Arc::clone(&self.all.observatory), Arc::clone(&self.filter));
        let told = self.told;
        let read = move || observatory.changes_after(&filter, told, PART_BYTES_MAX);
        let changed = self.all.reading.ask(read).await.map_err(Some)?;
        for change in changed.changes {
            let revision = change.revision;
            for message in messages(change) {
                self.send(message).await?;
            }
            self.told = revision;
        }
        self.told = changed.up_to;
        if self.told_at.elapsed() >= HEARTBEAT {
            self.send(heartbeat(self.told)).await?;
        }
        Ok(())
    }

    async fn send(&mut self, message: Message) -> Result<(), Ended> {
        let stall_max = self.all.stall_max;
        let sent = self.events.send_timeout(Ok(message), stall_max).await;
        self.told_at = Instant::now();
        sent.map_err(|unsent| match unsent {
            SendTimeoutError::Timeout(_) => Some(status::slow_reader(stall_max, self.told)),
            SendTimeoutError::Closed(_) => None,
        })
    }
}

fn heartbeat(told: Revision) -> Message {
    Message { revision: told.number(), ..Message::default() }
}

/// A change in messages that stock clients can read.
fn messages(change: Change) -> Vec<Message> {
    let Change { revision, accepted_at, submission, observations, withdrawals } = change;
    let part = Message {
        revision: revision.number(),
        accepted_at: Some(timestamp_message(accepted_at)),
        submission_id: submission.to_string(),
        observations: Vec::new(),
        withdrawals: Vec::new(),
        continues: true,
    };
    let mut parts = Parts { whole: Vec::new(), next: part.clone(), bytes: 0, part };
    for observation in observations {
        parts.make_room(observation.notes().text_bytes());
        let message = observation_message(&observation, revision, accepted_at, submission);
        parts.next.observations.extend(message.observation);
    }
    for withdrawal in withdrawals {
        parts.make_room(withdrawal.reason().as_str().len());
        parts.next.withdrawals.push(withdrawal_message(&withdrawal));
    }
    let Parts { mut whole, mut next, .. } = parts;
    next.continues = false;
    whole.push(next);
    whole
}

/// The parts of a change while they are filled.
struct Parts {
    whole: Vec<Message>,
    next: Message,
    /// What `next` holds, about.
    bytes: usize,
    /// A part that is empty.
    part: Message,
}

impl Parts {
    /// Starts another part if the one that is filled has enough, and counts what comes.
    fn make_room(&mut self, text_bytes: usize) {
        if self.bytes >= PART_BYTES_MAX {
            self.whole.push(std::mem::replace(&mut self.next, self.part.clone()));
            self.bytes = 0;
        }
        self.bytes += text_bytes + OBSERVATION_BYTES;
    }
}

/// Bytes of an observation beside its texts, about.
const OBSERVATION_BYTES: usize = 128;
