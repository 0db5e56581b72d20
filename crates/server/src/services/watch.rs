//! Watches of observations: the changes behind a revision, and then those to come.
//!
//! *Invariant:* watchers read the journal in places of their own, so that they hold up nobody who asks.

use std::{sync::Arc, time::Duration};

use tenseven_api::{
    Encoded,
    convert::{self, observation_message, timestamp_message, withdrawal_message},
    v1,
};
use tenseven_model::{HistoryId, Revision};
use tenseven_observatory::{
    Change, ChangeFilter, Changed, Observatory, Position, ReadAt, Unreadable, WatchStart, WatchedScores,
};
use tonic::Status;

use super::{
    Draining, Reading,
    pulse::{Pulse, Serving},
    relay::{Next, Part, Relay, Selection},
    teller::{Ended, Events, HEARTBEAT, PART_BYTES_MAX, Places, Teller},
};
use crate::status::OrRefuse as _;

/// How many watchers read the journal at once.
const READERS_MAX: usize = 2;

type Message = v1::WatchObservationsResponse;

/// All watches of a server.
#[derive(Clone)]
pub(crate) struct Watches {
    pub(super) observatory: Arc<Observatory>,
    pub(super) places: Places,
    pub(super) pulse: Arc<Pulse>,
    pub(super) scores: Arc<Relay<WatchedScores, v1::WatchScoresResponse>>,
    changes: Arc<Relay<ChangeFilter, Message>>,
    reading: Reading,
}

/// One watch of observations: what is told, and to whom.
struct Watch {
    all: Watches,
    filter: Arc<ChangeFilter>,
    selection: Arc<Selection<Message>>,
    teller: Teller<Message>,
}

impl Watches {
    pub(crate) fn new(
        observatory: &Arc<Observatory>,
        draining: Draining,
        watchers_max: usize,
        stall_max: Duration,
    ) -> Self {
        let reading = Reading::new(Arc::clone(observatory), READERS_MAX);
        let pulse = Pulse::start(observatory, draining.clone());
        let places = Places::new(Arc::clone(observatory), draining, watchers_max, stall_max);
        let (scores, changes) = (Arc::new(Relay::new()), Arc::new(Relay::new()));
        Self { observatory: Arc::clone(observatory), places, pulse, scores, changes, reading }
    }

    /// Starts a watch. What is refused of it is the answer to the call itself.
    pub(super) async fn start(
        &self,
        request: convert::WatchObservations,
        wait_max: Duration,
    ) -> Result<Events<Message>, Status> {
        let convert::WatchObservations { after_revision, indicator, area, source, min_revision, history } =
            request;
        self.reach(min_revision, history, wait_max).await?;
        let filter = self.observatory.change_filter(indicator, area.as_ref(), source).or_refuse()?;
        let start = WatchStart { after: after_revision, history };
        let told = self.observatory.watch_after(start).or_refuse()?;
        let selection = self.changes.join(filter.clone());
        let (all, filter) = (self.clone(), Arc::new(filter));
        self.places.tell(told, |teller| Watch { all, filter, selection, teller }.run())
    }

    /// Waits until the registry has applied this revision.
    pub(super) async fn reach(
        &self,
        min_revision: Revision,
        history: Option<HistoryId>,
        wait_max: Duration,
    ) -> Result<(), Status> {
        let read = ReadAt { min_revision, history, ..ReadAt::default() };
        self.observatory.view(read, wait_max).await.or_refuse().map(drop)
    }
}

impl Watch {
    async fn run(mut self) -> Ended {
        let mut ended = self.teller.send(&heartbeat(self.teller.position())).await;
        while ended.is_ok() {
            let newer = self.all.pulse.beyond(self.teller.told());
            ended = match tokio::time::timeout(HEARTBEAT, newer).await {
                Ok(serving) => self.tell(serving).await,
                Err(_) => self.teller.send(&heartbeat(self.teller.position())).await,
            };
        }
        ended.err().flatten()
    }

    /// Tells the next changes, if any match.
    async fn tell(&mut self, serving: Serving) -> Result<(), Ended> {
        let part = self.part(serving).await.map_err(Some)?;
        self.teller.share(&part).await?;
        if self.teller.is_silent() {
            self.teller.send(&heartbeat(self.teller.position())).await?;
        }
        Ok(())
    }

    /// The next changes, made by whoever of those who watch the same comes first.
    async fn part(&self, serving: Serving) -> Result<Arc<Part<Message>>, Status> {
        let after = self.teller.told();
        let until = match self.selection.after(after) {
            Next::Kept(part) => return Ok(part),
            Next::Missing(until) => until,
        };
        let (observatory, filter) = (Arc::clone(&self.all.observatory), Arc::clone(&self.filter));
        let is_recent = observatory.is_recent(after);
        let make = move || made(&observatory, &filter, (after, until));
        let part = if is_recent {
            make().or_refuse()?
        } else {
            // Others are not held up by what is read from the journal.
            drop(serving);
            self.all.reading.beside(make).await?
        };
        Ok(self.selection.keep(after, part))
    }
}

/// The next changes in messages. Blocks where it reads.
fn made(
    observatory: &Observatory,
    filter: &ChangeFilter,
    range: (Revision, Option<Revision>),
) -> Result<Part<Message>, Unreadable> {
    let Changed { changes, up_to } = observatory.changes_after(filter, range, PART_BYTES_MAX)?;
    let mut encoded = Vec::with_capacity(changes.len());
    for change in changes {
        let at = observatory.position(change.revision);
        for message in messages(change, at) {
            let reached = (!message.continues).then_some(at.revision);
            encoded.push((Encoded::from(&message), reached));
        }
    }
    Ok(Part { messages: encoded, up_to })
}

fn heartbeat(at: Position) -> Message {
    let Position { revision, history } = at;
    Message { revision: revision.number(), history: history.to_string(), ..Message::default() }
}

/// A change in messages that stock clients can read.
fn messages(change: Change, at: Position) -> Vec<Message> {
    let Change { revision, accepted_at, submission, observations, withdrawals } = change;
    let part = Message {
        revision: revision.number(),
        accepted_at: Some(timestamp_message(accepted_at)),
        submission_id: submission.to_string(),
        observations: Vec::new(),
        withdrawals: Vec::new(),
        continues: true,
        history: at.history.to_string(),
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
