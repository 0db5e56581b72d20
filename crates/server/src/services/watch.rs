//! Watches of observations: the changes after a revision, then new ones as they are published.
//!
//! *Invariant:* watchers read the journal with permits of their own, so that they do not delay other reads.

use std::{sync::Arc, time::Duration};

use tenseven_api::{
    Encoded,
    convert::{WatchObservations, observation_message, timestamp_message, withdrawal_message},
    v1,
};
use tenseven_observatory::{
    Attribution, ChangeFilter, Changed, Observatory, Position, RevisionChanges, Unreadable, WatchStart,
    WatchedScores,
};
use tokio::sync::Semaphore;
use tonic::{Request, Status};

use super::{
    Draining, Reading,
    event_sender::{Ended, EventSender, Events, HEARTBEAT, PART_BYTES_MAX, WatcherSlots},
    pulse::{Pulse, Serving},
    reading::{Asked, read},
    relay::{Joined, Next, Part, Relay},
};
use crate::{
    call::Call,
    present,
    processors::half_of_processors,
    status::{self, OrRefuse as _, Refusal as _},
};

/// How many watchers read the journal at once.
const READERS_MAX: usize = 2;

type Message = v1::WatchObservationsResponse;

/// All watches of a server.
#[derive(Clone)]
pub(crate) struct Watches {
    pub(super) observatory: Arc<Observatory>,
    pub(super) slots: WatcherSlots,
    pub(super) pulse: Arc<Pulse>,
    /// Permits to encode parts, so that watchers leave the other processors to writes and reads, however many there are.
    pub(super) making: Arc<Semaphore>,
    pub(super) scores: Arc<Relay<WatchedScores, v1::WatchScoresResponse>>,
    changes: Arc<Relay<ChangeFilter, Message>>,
    pub(super) reading: Reading,
}

/// One watch of observations and the sender of its events.
struct Watch {
    all: Watches,
    call: Call,
    attribution: Attribution,
    filter: Arc<ChangeFilter>,
    joined: Joined<Message>,
    sender: EventSender<Message>,
}

impl Watches {
    pub(crate) fn new(
        observatory: &Arc<Observatory>,
        draining: Draining,
        watchers_max: usize,
        stall_max: Duration,
        hides_partners: bool,
    ) -> Self {
        let reading = Reading::new(Arc::clone(observatory), READERS_MAX, draining.clone(), hides_partners);
        let pulse = Pulse::start(observatory, draining.clone());
        let slots = WatcherSlots::new(Arc::clone(observatory), draining, watchers_max, stall_max);
        let making = Arc::new(Semaphore::new(half_of_processors()));
        let (scores, changes) = (Arc::new(Relay::new()), Arc::new(Relay::new()));
        Self { observatory: Arc::clone(observatory), slots, pulse, making, scores, changes, reading }
    }

    /// Starts a watch. A refusal is the answer to the call itself.
    pub(super) async fn start(
        &self,
        request: Request<v1::WatchObservationsRequest>,
    ) -> Result<Events<Message>, Status> {
        let Asked { call, read_at, query, fingerprint: _ } = read(request)?;
        let WatchObservations { selection, after_revision } = query;
        self.reading.view(&call, read_at).await?;
        let filter = self.observatory.change_filter(selection);
        let filter = filter.map_err(|refusal| refusal.refuse().within(Some("selection"))).or_refuse()?;
        let attribution = self.reading.attribution(&call);
        let filter = filter.attributed(attribution.clone());
        let start = WatchStart { after: after_revision, history: read_at.history };
        let after = self.observatory.watch_after(start).or_refuse()?;
        let joined = self.changes.join(filter.clone());
        let (all, filter) = (self.clone(), Arc::new(filter));
        self.slots.start(after, |sender| Watch { all, call, attribution, filter, joined, sender }.run())
    }
}

impl Watch {
    async fn run(mut self) -> Ended {
        let mut ended = self.heartbeat().await;
        while ended.is_ok() {
            let newer = self.all.pulse.wait_for_newer(self.sender.sent());
            ended = match tokio::time::timeout(HEARTBEAT, newer).await {
                Ok(serving) => self.send_next(serving).await,
                Err(_) => self.heartbeat().await,
            };
        }
        ended.err().flatten()
    }

    /// Sends the next changes, if any match.
    async fn send_next(&mut self, serving: Serving) -> Result<(), Ended> {
        // A caller who may see less or more than at the start has to begin again.
        if self.all.reading.attribution(&self.call) != self.attribution {
            return Err(Some(status::connection_ends()));
        }
        let part = self.part(serving).await.map_err(Some)?;
        self.sender.share(part, self.joined.selection()).await?;
        if self.sender.is_silent() {
            self.heartbeat().await?;
        }
        Ok(())
    }

    /// The next changes, encoded by the first of the watchers of the same selection.
    async fn part(&self, serving: Serving) -> Result<Arc<Part<Message>>, Status> {
        let (after, selection) = (self.sender.sent(), self.joined.selection());
        if let Next::Kept(part) = selection.after(after) {
            return Ok(part);
        }
        let turn = self.all.making.acquire().await;
        let until = match selection.after(after) {
            Next::Kept(part) => return Ok(part),
            Next::Missing(until) => until,
        };
        let observatory = Arc::clone(&self.all.observatory);
        if let Some(changed) = observatory.recent_changes_after(&self.filter, (after, until), PART_BYTES_MAX)
        {
            return Ok(selection.keep(after, encoded(&observatory, changed)));
        }
        // Reading the journal must not delay other watchers.
        drop((serving, turn));
        let (filter, selection) = (Arc::clone(&self.filter), Arc::clone(selection));
        let read = move || match selection.after(after) {
            Next::Kept(part) => Ok(part),
            Next::Missing(until) => {
                let changed = observatory.changes_after(&filter, (after, until), PART_BYTES_MAX)?;
                Ok(selection.keep(after, encoded(&observatory, changed)))
            }
        };
        self.all.reading.ask::<_, Unreadable>(&self.call, read).await
    }

    async fn heartbeat(&mut self) -> Result<(), Ended> {
        self.joined.selection().drop_old();
        self.sender.send(&heartbeat(self.sender.position())).await
    }
}

/// Encodes changes as messages.
fn encoded(observatory: &Observatory, changed: Changed) -> Part<Message> {
    let Changed { changes, up_to } = changed;
    let mut encoded = Vec::with_capacity(changes.len());
    for change in changes {
        let at = observatory.position(change.revision);
        for message in messages(change, at) {
            let reached = (!message.continues).then_some(at.revision);
            encoded.push((Encoded::from(&message), reached));
        }
    }
    Part { messages: encoded, up_to }
}

fn heartbeat(at: Position) -> Message {
    let Position { revision, history } = at;
    Message { revision: revision.number(), history_id: history.to_string(), ..Message::default() }
}

/// Splits a change into messages that stock clients can read.
fn messages(change: RevisionChanges, at: Position) -> Vec<Message> {
    let RevisionChanges { revision, accepted_at, submission, author, observations, withdrawals } = change;
    let part = Message {
        revision: revision.number(),
        accept_time: Some(timestamp_message(accepted_at)),
        submission_id: submission.to_string(),
        partner: present::partner_id(author.as_ref()),
        observations: Vec::new(),
        withdrawals: Vec::new(),
        continues: true,
        history_id: at.history.to_string(),
    };
    let mut parts = Parts { whole: Vec::new(), next: part.clone(), bytes: 0, part };
    for observation in observations {
        parts.make_room(observation.notes().text_bytes());
        let message = observation_message(&observation, revision, accepted_at, submission, author.as_ref());
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
    /// Starts another part if the current one is full, and counts the bytes of the next item.
    fn make_room(&mut self, text_bytes: usize) {
        if self.bytes >= PART_BYTES_MAX {
            self.whole.push(std::mem::replace(&mut self.next, self.part.clone()));
            self.bytes = 0;
        }
        self.bytes += text_bytes + OBSERVATION_BYTES;
    }
}

/// Bytes of an observation without its texts, about.
const OBSERVATION_BYTES: usize = 128;
