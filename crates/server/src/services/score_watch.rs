//! Watches of scores: the current scores, then the changes of each revision.

use std::{
    pin::{Pin, pin},
    sync::Arc,
};

use futures_util::FutureExt as _;
use prost::Message as _;
use tenseven_api::{
    Encoded,
    convert::{WatchScores, timestamp_message},
    v1,
};
use tenseven_model::Revision;
use tenseven_observatory::{Observatory, Published, ScoreChanges, ScoreWatch, ScoreWatchError, WatchStart};
use tokio::{sync::Semaphore, time::timeout};
use tonic::{Request, Status};

use super::{
    Watches,
    event_sender::{Ended, EventSender, Events, HEARTBEAT, PART_BYTES_MAX},
    pulse::Pulse,
    reading::{Asked, read},
    relay::{Joined, Next, Part},
};
use crate::{
    present,
    status::{OrRefuse as _, Refusal as _},
};

type Message = v1::WatchScoresResponse;

/// The messages that a watcher receives.
pub(super) type ScoreEvents = Events<Message>;

/// One watch of scores and the sender of its events.
struct Watch {
    observatory: Arc<Observatory>,
    published: Arc<Published>,
    /// The version that is watched, as sent to the watcher.
    framework: String,
    joined: Joined<Message>,
    pulse: Arc<Pulse>,
    making: Arc<Semaphore>,
    sender: EventSender<Message>,
}

impl Watches {
    /// Starts a watch of scores. What is refused of it is the answer to the call itself.
    pub(super) async fn start_scores(
        &self,
        request: Request<v1::WatchScoresRequest>,
    ) -> Result<ScoreEvents, Status> {
        let Asked { call, read_at, query, fingerprint: _ } = read(request)?;
        let WatchScores { selection, after_revision, snapshot } = query;
        self.reading.view(&call, read_at).await?;
        let start = WatchStart { after: after_revision, history: read_at.history };
        let watch = self.observatory.watch_scores(&selection, start, snapshot);
        let watch = watch.map_err(|refusal| refusal.refuse().within(Some("selection"))).or_refuse()?;
        let observatory = Arc::clone(&self.observatory);
        let joined = self.scores.join(watch.watched().clone());
        let (pulse, making) = (Arc::clone(&self.pulse), Arc::clone(&self.making));
        self.slots.start(watch.reached(), |sender| {
            let published = Arc::clone(watch.published());
            let framework = published.framework.reference().to_string();
            Watch { observatory, published, framework, joined, pulse, making, sender }.run(watch)
        })
    }
}

impl Watch {
    async fn run(mut self, mut watch: ScoreWatch) -> Ended {
        let mut ended = self.heartbeat().await;
        while ended.is_ok() {
            ended = self.send_next(&mut watch).await;
        }
        ended.err().flatten()
    }

    /// Waits for the next part, with heartbeats, and sends it.
    async fn send_next(&mut self, watch: &mut ScoreWatch) -> Result<(), Ended> {
        if watch.is_opening() {
            self.wait(pin!(watch.ready())).await?;
            let part = self.part(watch, None);
            self.sender.send_part(&part).await?;
        } else {
            let part = self.changes(watch).await?;
            self.sender.share(part, self.joined.selection()).await?;
            watch.skip_to(self.sender.sent());
        }
        if self.sender.is_silent() {
            self.heartbeat().await?;
        }
        Ok(())
    }

    /// The changes of the next revisions, encoded by the first of the watchers of the same selection.
    async fn changes(&mut self, watch: &mut ScoreWatch) -> Result<Arc<Part<Message>>, Ended> {
        let after = watch.reached();
        let serving = loop {
            match timeout(HEARTBEAT, self.pulse.wait_for_newer(after)).await {
                Ok(serving) => break serving,
                Err(_) => self.heartbeat().await?,
            }
        };
        if let Next::Kept(part) = self.joined.selection().after(after) {
            return Ok(part);
        }
        {
            let mut ready = pin!(watch.ready());
            if let Some(ready) = ready.as_mut().now_or_never() {
                ready.or_refuse().map_err(Some)?;
            } else {
                // Reading past revisions must not delay other watchers.
                drop(serving);
                self.wait(ready).await?;
            }
        }
        // None only while the server ends.
        let _turn = self.making.acquire().await.ok();
        Ok(match self.joined.selection().after(after) {
            Next::Kept(part) => part,
            Next::Missing(until) => self.joined.selection().keep(after, self.part(watch, until)),
        })
    }

    /// Waits until a watch has a part ready, with heartbeats.
    async fn wait(
        &mut self,
        mut ready: Pin<&mut impl Future<Output = Result<(), ScoreWatchError>>>,
    ) -> Result<(), Ended> {
        loop {
            match timeout(HEARTBEAT, ready.as_mut()).await {
                Ok(ready) => return ready.or_refuse().map_err(Some),
                Err(_) => self.heartbeat().await?,
            }
        }
    }

    fn part(&self, watch: &mut ScoreWatch, until: Option<Revision>) -> Part<Message> {
        let messages = watch.take(until).into_iter().flat_map(|event| self.messages(event));
        let encoded = |message: Message| {
            let reached = (!message.continues).then_some(Revision::new(message.revision));
            (Encoded::from(&message), reached)
        };
        Part { messages: messages.map(encoded).collect(), up_to: watch.reached() }
    }

    /// Sends the revision that is reached, and the newer version if there is one.
    async fn heartbeat(&mut self) -> Result<(), Ended> {
        self.joined.selection().drop_old();
        let newer = self.observatory.newer_version(&self.published);
        let beat = Message {
            revision: self.sender.sent().number(),
            framework: self.framework.clone(),
            history_id: self.sender.position().history.to_string(),
            newer_version: newer.map(|newer| newer.to_string()).unwrap_or_default(),
            ..Message::default()
        };
        self.sender.send(&beat).await
    }

    /// Splits an event into messages that stock clients can read.
    fn messages(&self, event: ScoreChanges) -> Vec<Message> {
        let ScoreChanges { revision, cause, changes, continues } = event;
        let part = Message {
            revision: revision.number(),
            accept_time: cause.map(|(accepted_at, _)| timestamp_message(accepted_at)),
            submission_id: cause.map(|(_, submission)| submission.to_string()).unwrap_or_default(),
            changes: Vec::new(),
            continues: true,
            snapshot: cause.is_none(),
            framework: self.framework.clone(),
            newer_version: String::new(),
            history_id: self.observatory.position(revision).history.to_string(),
        };
        let (mut parts, mut next, mut bytes) = (Vec::new(), part.clone(), 0);
        for change in &changes {
            if bytes >= PART_BYTES_MAX {
                parts.push(std::mem::replace(&mut next, part.clone()));
                bytes = 0;
            }
            let change = present::score_change(&self.published.framework, change);
            bytes += change.encoded_len();
            next.changes.push(change);
        }
        next.continues = continues;
        parts.push(next);
        parts
    }
}
