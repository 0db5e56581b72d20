//! Watches of scores that resume after a broken connection.
//!
//! *Invariant:* every score of the snapshot and every change comes once, in order, of one version of the framework, however
//! often the connection breaks.

use futures_util::{Stream, stream};
use tenseven_api::v1;
use tonic::Streaming;

use crate::{
    Client, ClientError,
    error::{cut_short, from_status},
    watch::SILENCE_MAX,
};

struct Watch<'a> {
    client: &'a Client,
    request: v1::WatchScoresRequest,
    events: Option<Streaming<v1::WatchScoresResponse>>,
    /// Scores that came of a revision, or of the snapshot, whose last message did not.
    of_open: usize,
    /// How many of them come again, since the watch was taken up.
    again: usize,
}

impl Client {
    /// The current scores, if the request asks for a snapshot, then the changes of each revision, without an end:
    /// and heartbeats, which have no changes and name the revision up to which everything was sent. The first message names the
    /// version of the framework that is watched; the watch stays with it.
    ///
    /// If the connection breaks, or the server cuts off a watcher that was too slow, it is resumed after what came, as
    /// often as the options allow without a message in between. It names the history of what came: where the registry was restored
    /// from a backup that lacks some of it, the watch ends with the reason `OTHER_HISTORY`.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use std::pin::pin;
    /// use futures_util::TryStreamExt as _;
    /// use tenseven_api::v1;
    ///
    /// let selection = v1::ScoreSelection {
    ///     framework: "target-10-7".into(),
    ///     areas: vec!["m49:015".into()],
    ///     ..Default::default()
    /// };
    /// let request =
    ///     v1::WatchScoresRequest { selection: Some(selection), snapshot: true, ..Default::default() };
    /// let mut events = pin!(client.watch_scores(request));
    /// while let Some(event) = events.try_next().await? {
    ///     println!("revision {}: {} scores", event.revision, event.changes.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch_scores(
        &self,
        request: v1::WatchScoresRequest,
    ) -> impl Stream<Item = Result<v1::WatchScoresResponse, ClientError>> {
        let watch = Watch { client: self, request, events: None, of_open: 0, again: 0 };
        stream::try_unfold(watch, async |mut watch| Ok(Some((watch.next().await?, watch))))
    }
}

impl Watch<'_> {
    async fn next(&mut self) -> Result<v1::WatchScoresResponse, ClientError> {
        let mut tried = 0;
        loop {
            match self.attempt().await {
                Ok(event) => {
                    tried = 0;
                    if let Some(event) = self.new_of(event) {
                        return Ok(event);
                    }
                }
                Err(error) => {
                    tried += 1;
                    self.events = None;
                    self.again = self.of_open;
                    self.client.caller.pause(tried, error).await?;
                }
            }
        }
    }

    async fn attempt(&mut self) -> Result<v1::WatchScoresResponse, ClientError> {
        let caller = &self.client.caller;
        let events = match &mut self.events {
            Some(events) => events,
            none => {
                let service = self.client.score_service();
                let send = async |request| service.clone().watch_scores(request).await;
                none.insert(caller.attempt(self.request.clone(), &send).await?)
            }
        };
        match tokio::time::timeout(SILENCE_MAX, events.message()).await {
            Ok(event) => event
                .map_err(|status| from_status(status, &caller.endpoint, caller.deadline))?
                .ok_or_else(|| cut_short("the server ended the watch")),
            Err(_) => Err(cut_short("the server has been silent for too long")),
        }
    }

    /// What has not come before of a message; none if all has.
    fn new_of(&mut self, mut event: v1::WatchScoresResponse) -> Option<v1::WatchScoresResponse> {
        self.request.selection.get_or_insert_default().framework.clone_from(&event.framework);
        let repeated = self.again.min(event.changes.len());
        event.changes.drain(..repeated);
        self.again -= repeated;
        if event.continues {
            self.of_open += event.changes.len();
            return (!event.changes.is_empty()).then_some(event);
        }
        // A heartbeat may come before a revision that is open, and within it.
        let is_heartbeat = event.accept_time.is_none() && !event.snapshot;
        if !is_heartbeat {
            (self.of_open, self.again) = (0, 0);
            self.request.snapshot &= !event.snapshot;
        }
        self.request.after_revision = Some(event.revision);
        self.request.read_at.get_or_insert_default().history_id.clone_from(&event.history_id);
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClientOptions;

    fn event(revision: u64, areas: &[&str], continues: bool) -> v1::WatchScoresResponse {
        let one = |area: &&str| v1::ScoreChange { area: (*area).to_owned(), ..Default::default() };
        v1::WatchScoresResponse {
            revision,
            accept_time: (!areas.is_empty()).then(Default::default),
            changes: areas.iter().map(one).collect(),
            continues,
            framework: "x@1.0.0".to_owned(),
            ..Default::default()
        }
    }

    fn snapshot(areas: &[&str], continues: bool) -> v1::WatchScoresResponse {
        v1::WatchScoresResponse { accept_time: None, snapshot: true, ..event(3, areas, continues) }
    }

    #[tokio::test]
    async fn neither_snapshot_nor_changes_come_twice_across_breaks() {
        let client = Client::lazy("http://127.0.0.1:1", ClientOptions::default()).unwrap();
        let request = v1::WatchScoresRequest {
            selection: Some(v1::ScoreSelection { framework: "x".into(), ..Default::default() }),
            snapshot: true,
            ..Default::default()
        };
        let mut watch = Watch { client: &client, request, events: None, of_open: 0, again: 0 };
        let mut received = Vec::new();
        let mut receive = |watch: &mut Watch<'_>, event| {
            let event = watch.new_of(event).unwrap_or_default();
            received.extend(event.changes.into_iter().map(|one| one.area));
        };
        receive(&mut watch, event(3, &[], false));
        let selection = watch.request.selection.as_ref().unwrap();
        assert_eq!((selection.framework.as_str(), watch.request.after_revision), ("x@1.0.0", Some(3)));
        receive(&mut watch, snapshot(&["a", "b"], true));
        watch.again = watch.of_open;
        receive(&mut watch, event(3, &[], false));
        assert!(watch.request.snapshot, "a snapshot that is not whole is asked for again");
        receive(&mut watch, snapshot(&["a"], true));
        receive(&mut watch, snapshot(&["b", "c"], true));
        receive(&mut watch, event(3, &[], false));
        receive(&mut watch, snapshot(&["d"], false));
        assert!(!watch.request.snapshot);
        receive(&mut watch, event(4, &["e"], true));
        watch.again = watch.of_open;
        receive(&mut watch, event(3, &[], false));
        receive(&mut watch, event(4, &["e", "f"], false));
        assert_eq!(received, ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(watch.request.after_revision, Some(4));
    }
}
