//! The audit trail: pages of it, and a stream that resumes after a broken connection.
//!
//! *Invariant:* every event of a stream comes once, in order, however often the connection breaks.

use futures_util::{Stream, stream};
use tenseven_api::v1;
use tonic::Streaming;

use crate::{
    Client, ClientError,
    error::{cut_short, from_status},
    pages::pages,
    watch::SILENCE_MAX,
};

struct Following<'a> {
    client: &'a Client,
    request: v1::StreamAuditEventsRequest,
    events: Option<Streaming<v1::StreamAuditEventsResponse>>,
}

impl Client {
    /// One page of the audit trail, oldest events first.
    pub async fn list_audit_events(
        &self,
        request: v1::ListAuditEventsRequest,
    ) -> Result<v1::ListAuditEventsResponse, ClientError> {
        let service = self.audit_service();
        self.caller.call(request, async |request| service.clone().list_audit_events(request).await).await
    }

    /// All pages of the audit trail. A page can be without events.
    pub fn audit_event_pages(
        &self,
        request: v1::ListAuditEventsRequest,
    ) -> impl Stream<Item = Result<v1::ListAuditEventsResponse, ClientError>> {
        pages(request, async |request| self.list_audit_events(request).await)
    }

    /// The events of the audit trail from a time or a position on, then new ones, without an end. Heartbeats have no events.
    ///
    /// If the connection breaks, or the server cuts off a reader that was too slow, it is resumed after what came, as often as the options
    /// allow without a message in between.
    pub fn stream_audit_events(
        &self,
        request: v1::StreamAuditEventsRequest,
    ) -> impl Stream<Item = Result<v1::StreamAuditEventsResponse, ClientError>> {
        let following = Following { client: self, request, events: None };
        stream::try_unfold(following, async |mut following| Ok(Some((following.next().await?, following))))
    }
}

impl Following<'_> {
    async fn next(&mut self) -> Result<v1::StreamAuditEventsResponse, ClientError> {
        let mut tried = 0;
        loop {
            match self.attempt().await {
                Ok(message) => {
                    self.request.after_event.clone_from(&message.resume_token);
                    return Ok(message);
                }
                Err(error) => {
                    tried += 1;
                    self.events = None;
                    self.client.caller.pause(tried, error).await?;
                }
            }
        }
    }

    async fn attempt(&mut self) -> Result<v1::StreamAuditEventsResponse, ClientError> {
        let caller = &self.client.caller;
        let events = match &mut self.events {
            Some(events) => events,
            none => {
                let service = self.client.audit_service();
                let send = async |request| service.clone().stream_audit_events(request).await;
                none.insert(caller.attempt(self.request.clone(), &send).await?)
            }
        };
        match tokio::time::timeout(SILENCE_MAX, events.message()).await {
            Ok(event) => event
                .map_err(|status| from_status(status, &caller.endpoint, caller.deadline))?
                .ok_or_else(|| cut_short("the server ended the stream")),
            Err(_) => Err(cut_short("the server has been silent for too long")),
        }
    }
}
