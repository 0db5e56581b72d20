//! Watches of observations that resume after a broken connection.
//!
//! *Invariant:* every change comes once, in order, however often the connection breaks.

use std::time::Duration;

use futures_util::{Stream, stream};
use tenseven_api::v1;
use tonic::Streaming;

use crate::{
    Client, ClientError,
    error::{cut_short, from_status},
};

/// Longest time without a message: several heartbeats of the server.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(20);

struct Watch<'a> {
    client: &'a Client,
    request: v1::WatchObservationsRequest,
    events: Option<Streaming<v1::WatchObservationsResponse>>,
    /// Observations and withdrawals that came of a revision whose last message did not.
    of_open_revision: usize,
    /// How many of them come again, since the watch was taken up.
    again: usize,
}

impl Client {
    /// The changes after a revision, then new ones, without an end: what each revision changed of the observations
    /// that match or withdrew of them, and heartbeats, which have neither and name the revision up to which everything was sent.
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
    /// let selection = v1::ObservationSelection { area: "MAR".into(), ..Default::default() };
    /// let request = v1::WatchObservationsRequest { selection: Some(selection), ..Default::default() };
    /// let mut changes = pin!(client.watch_observations(request));
    /// while let Some(change) = changes.try_next().await? {
    ///     println!("revision {}: {} observations", change.revision, change.observations.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch_observations(
        &self,
        request: v1::WatchObservationsRequest,
    ) -> impl Stream<Item = Result<v1::WatchObservationsResponse, ClientError>> {
        let watch = Watch { client: self, request, events: None, of_open_revision: 0, again: 0 };
        stream::try_unfold(watch, async |mut watch| Ok(Some((watch.next().await?, watch))))
    }
}

impl Watch<'_> {
    async fn next(&mut self) -> Result<v1::WatchObservationsResponse, ClientError> {
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
                    self.again = self.of_open_revision;
                    self.client.caller.pause(tried, error).await?;
                }
            }
        }
    }

    async fn attempt(&mut self) -> Result<v1::WatchObservationsResponse, ClientError> {
        let caller = &self.client.caller;
        let events = match &mut self.events {
            Some(events) => events,
            none => {
                let service = self.client.observation_service();
                let send = async |request| service.clone().watch_observations(request).await;
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
    fn new_of(&mut self, mut event: v1::WatchObservationsResponse) -> Option<v1::WatchObservationsResponse> {
        let repeated = self.again.min(event.observations.len());
        event.observations.drain(..repeated);
        self.again -= repeated;
        let repeated = self.again.min(event.withdrawals.len());
        event.withdrawals.drain(..repeated);
        self.again -= repeated;
        if event.continues {
            let new = event.observations.len() + event.withdrawals.len();
            self.of_open_revision += new;
            return (new > 0).then_some(event);
        }
        // The first heartbeat of a resumed watch comes before the revision that is open.
        let is_heartbeat = event.accept_time.is_none();
        if !is_heartbeat {
            (self.of_open_revision, self.again) = (0, 0);
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

    /// Two histories, as if a replica had been restored after revision 4.
    const BEFORE: &str = "before";
    const AFTER: &str = "after";

    fn event(revision: u64, areas: &[&str], continues: bool) -> v1::WatchObservationsResponse {
        let one = |area: &&str| v1::Observation { area: (*area).to_owned(), ..Default::default() };
        v1::WatchObservationsResponse {
            revision,
            accept_time: (!areas.is_empty()).then(Default::default),
            observations: areas.iter().map(one).collect(),
            continues,
            history_id: if revision < 5 { BEFORE } else { AFTER }.to_owned(),
            ..Default::default()
        }
    }

    /// The history that the watch resumes in.
    fn history<'a>(watch: &'a Watch<'_>) -> &'a str {
        watch.request.read_at.as_ref().map_or("", |read_at| &read_at.history_id)
    }

    #[tokio::test]
    async fn what_came_of_a_revision_before_a_break_does_not_come_again() {
        let client = Client::lazy("http://127.0.0.1:1", ClientOptions::default()).unwrap();
        let request = v1::WatchObservationsRequest::default();
        let mut watch = Watch { client: &client, request, events: None, of_open_revision: 0, again: 0 };
        let mut received = Vec::new();
        let mut receive = |watch: &mut Watch<'_>, event| {
            let event = watch.new_of(event).unwrap_or_default();
            received.extend(event.observations.into_iter().map(|one| one.area));
        };
        receive(&mut watch, event(3, &[], false));
        receive(&mut watch, event(4, &["a", "b"], true));
        receive(&mut watch, event(4, &["c"], true));
        watch.again = watch.of_open_revision;
        assert_eq!((watch.request.after_revision, history(&watch)), (Some(3), BEFORE));
        receive(&mut watch, event(3, &[], false));
        receive(&mut watch, event(4, &["a", "b"], true));
        receive(&mut watch, event(4, &["c", "d"], true));
        receive(&mut watch, event(4, &["e"], false));
        receive(&mut watch, event(5, &["f"], false));
        assert_eq!(received, ["a", "b", "c", "d", "e", "f"]);
        assert_eq!((watch.request.after_revision, history(&watch)), (Some(5), AFTER));
    }

    #[tokio::test]
    async fn withdrawals_of_a_revision_in_several_messages_all_come_and_once() {
        let withdrawn = |areas: &[&str], continues| {
            let one = |area: &&str| v1::Withdrawal { area: (*area).to_owned(), ..Default::default() };
            let withdrawals = areas.iter().map(one).collect();
            v1::WatchObservationsResponse {
                withdrawals,
                // Belongs to a revision that has withdrawals, and so a time.
                observations: Vec::new(),
                ..event(4, &["none"], continues)
            }
        };
        let client = Client::lazy("http://127.0.0.1:1", ClientOptions::default()).unwrap();
        let request = v1::WatchObservationsRequest::default();
        let mut watch = Watch { client: &client, request, events: None, of_open_revision: 0, again: 0 };
        let mut received = Vec::new();
        let mut receive = |watch: &mut Watch<'_>, event| {
            let event = watch.new_of(event).unwrap_or_default();
            received.extend(event.withdrawals.into_iter().map(|one| one.area));
        };
        receive(&mut watch, event(3, &[], false));
        receive(&mut watch, withdrawn(&["a", "b"], true));
        watch.again = watch.of_open_revision;
        receive(&mut watch, event(3, &[], false));
        receive(&mut watch, withdrawn(&["a"], true));
        receive(&mut watch, withdrawn(&["b", "c"], true));
        receive(&mut watch, withdrawn(&["d"], false));
        assert_eq!(received, ["a", "b", "c", "d"]);
        assert_eq!(watch.request.after_revision, Some(4));
    }
}
