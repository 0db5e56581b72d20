//! Watches of scores: as they stand, then what each revision changes of them.

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
use tenseven_observatory::{Observatory, Published, ScoreNews, ScoreWatch, ScoreWatchError, WatchStart};
use tokio::{sync::Semaphore, time::timeout};
use tonic::{Request, Status};

use super::{
    Watches,
    pulse::Pulse,
    reading::{Asked, read},
    relay::{Joined, Next, Part},
    teller::{Ended, Events, HEARTBEAT, PART_BYTES_MAX, Teller},
};
use crate::{
    present,
    status::{OrRefuse as _, Refusal as _},
};

type Message = v1::WatchScoresResponse;

/// What a watcher is told.
pub(super) type ScoreEvents = Events<Message>;

/// One watch of scores: what is told, and to whom.
struct Telling {
    observatory: Arc<Observatory>,
    published: Arc<Published>,
    /// The version that is watched, as it is told.
    framework: String,
    joined: Joined<Message>,
    pulse: Arc<Pulse>,
    making: Arc<Semaphore>,
    teller: Teller<Message>,
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
        self.places.tell(watch.told(), |teller| {
            let published = Arc::clone(watch.published());
            let framework = published.framework.reference().to_string();
            Telling { observatory, published, framework, joined, pulse, making, teller }.run(watch)
        })
    }
}

impl Telling {
    async fn run(mut self, mut watch: ScoreWatch) -> Ended {
        let mut ended = self.heartbeat().await;
        while ended.is_ok() {
            ended = self.tell(&mut watch).await;
        }
        ended.err().flatten()
    }

    /// Waits for what is next, with heartbeats, and tells it.
    async fn tell(&mut self, watch: &mut ScoreWatch) -> Result<(), Ended> {
        if watch.is_opening() {
            self.wait(pin!(watch.ready())).await?;
            let part = self.part(watch, None);
            self.teller.tell_part(&part).await?;
        } else {
            let part = self.changes(watch).await?;
            self.teller.share(part, self.joined.selection()).await?;
            watch.skip_to(self.teller.told());
        }
        if self.teller.is_silent() {
            self.heartbeat().await?;
        }
        Ok(())
    }

    /// What the next revisions changed, made by whoever of those who watch the same comes first.
    async fn changes(&mut self, watch: &mut ScoreWatch) -> Result<Arc<Part<Message>>, Ended> {
        let after = watch.told();
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
                // Others are not held up by what is read from the past.
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

    /// Waits until a watch has something, with heartbeats.
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
        let messages = watch.take(until).into_iter().flat_map(|news| self.messages(news));
        let encoded = |message: Message| {
            let reached = (!message.continues).then_some(Revision::new(message.revision));
            (Encoded::from(&message), reached)
        };
        Part { messages: messages.map(encoded).collect(), up_to: watch.told() }
    }

    /// Tells how far it is, and whether there is a newer version.
    async fn heartbeat(&mut self) -> Result<(), Ended> {
        self.joined.selection().drop_old();
        let newer = self.observatory.newer_version(&self.published);
        let beat = Message {
            revision: self.teller.told().number(),
            framework: self.framework.clone(),
            history_id: self.teller.position().history.to_string(),
            newer_version: newer.map(|newer| newer.to_string()).unwrap_or_default(),
            ..Message::default()
        };
        self.teller.send(&beat).await
    }

    /// News in messages that stock clients can read.
    fn messages(&self, news: ScoreNews) -> Vec<Message> {
        let ScoreNews { revision, cause, changes, continues } = news;
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
