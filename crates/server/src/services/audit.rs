//! `AuditService`.
//!
//! *Invariant:* a stream of events is a watch: it takes a slot of those, waits with their pulse, and ends as they do.

use std::time::Duration;

use tenseven_api::{
    Encoded,
    convert::{AuditFilter, FieldReason, ListAuditEvents, Reader, StreamAuditEvents},
    v1::{self, audit_service_server::AuditService},
};
use tenseven_observatory::{Cursor, InvalidPageToken, QueryFingerprint};
use tonic::{Request, Response, Status};

use super::{
    Reading, Watches,
    event_sender::{Ended, EventSender, Events, HEARTBEAT},
    reading::next_token,
    relay::Part,
    trail::{Trail, TrailError, TrailPage, TrailPosition},
};
use crate::{access::Audited, audit::AuditLog, call::Call, status::OrRefuse as _};

/// Maximum number of events of a message of a stream.
const MESSAGE_EVENTS_MAX: usize = 200;

/// Before the trail is looked at again where it could not be read further.
const PAUSE: Duration = Duration::from_millis(100);

type Message = v1::StreamAuditEventsResponse;

/// `AuditService` over the journal and the log.
pub(crate) struct AuditAdapter {
    reading: Reading,
    watches: Watches,
    trail: Trail,
}

/// One stream of events.
struct Following {
    watches: Watches,
    trail: Trail,
    call: Call,
    filter: AuditFilter,
    fingerprint: QueryFingerprint,
    reached: TrailPosition,
    sender: EventSender<Message>,
}

impl AuditAdapter {
    pub(crate) fn new(reading: Reading, watches: Watches, log: AuditLog) -> Self {
        let observatory = std::sync::Arc::clone(&watches.observatory);
        Self { reading, watches, trail: Trail { observatory, log } }
    }
}

#[tonic::async_trait]
impl AuditService for AuditAdapter {
    type StreamAuditEventsStream = Events<Message>;

    async fn list_audit_events(
        &self,
        request: Request<v1::ListAuditEventsRequest>,
    ) -> Result<Response<v1::ListAuditEventsResponse>, Status> {
        let call = Call::of(&request);
        let ListAuditEvents { filter, identity, page } =
            ListAuditEvents::try_from(request.into_inner()).or_refuse()?;
        check_method(&filter)?;
        let fingerprint = QueryFingerprint::of(&[b"ListAuditEvents", &identity]);
        let after = self.trail.position(&page.token, fingerprint)?;
        let (trail, size) = (self.trail.clone(), page.size);
        let read = move || {
            if after.is_none() {
                trail.log.flush();
            }
            let after = after.map_or_else(|| trail.before(&filter), Ok)?;
            trail.page(&filter, after, size)
        };
        let TrailPage { events, up_to, is_last } = self.reading.ask::<_, TrailError>(&call, read).await?;
        let next = (!is_last).then(|| self.trail.cursor(up_to));
        Ok(Response::new(v1::ListAuditEventsResponse {
            events,
            next_page_token: next_token(next, fingerprint),
            history_id: self.trail.history_id(),
        }))
    }

    async fn stream_audit_events(
        &self,
        request: Request<v1::StreamAuditEventsRequest>,
    ) -> Result<Response<Self::StreamAuditEventsStream>, Status> {
        let call = Call::of(&request);
        let StreamAuditEvents { filter, identity, after_event } =
            StreamAuditEvents::try_from(request.into_inner()).or_refuse()?;
        check_method(&filter)?;
        let fingerprint = QueryFingerprint::of(&[b"StreamAuditEvents", &identity]);
        let reached = match self.trail.position(&after_event, fingerprint)? {
            Some(position) => position,
            None if filter.from.is_none() => self.trail.newest(),
            None => {
                let (trail, filter) = (self.trail.clone(), filter.clone());
                self.reading.ask::<_, TrailError>(&call, move || trail.before(&filter)).await?
            }
        };
        let (watches, trail) = (self.watches.clone(), self.trail.clone());
        let follow = |sender| Following { watches, trail, call, filter, fingerprint, reached, sender }.run();
        self.watches.slots.start(reached.revision, follow).map(Response::new)
    }
}

/// Succeeds if the contract has the method that a filter names.
fn check_method(filter: &AuditFilter) -> Result<(), Status> {
    let mut reader = Reader::default();
    if let Some(method) = filter.method.as_ref().filter(|method| !Audited::is_method(method)) {
        let shown: String = method.chars().take(100).collect();
        let problem = format!("{shown:?} is no method; give one as AccessService/IssueKey");
        reader.refuse("filter.method", FieldReason::NotAllowed, problem);
    }
    reader.finish(Some(())).or_refuse()
}

impl Trail {
    /// The position of a token; none if it is empty.
    fn position(&self, token: &str, fingerprint: QueryFingerprint) -> Result<Option<TrailPosition>, Status> {
        let Some(Cursor { at, after }) = Cursor::from_token(token, fingerprint).or_refuse()? else {
            return Ok(None);
        };
        self.observatory.check_position(at).or_refuse()?;
        let after = after.parse().map_err(|_| InvalidPageToken).or_refuse()?;
        Ok(Some(TrailPosition { revision: at.revision, at: after }))
    }

    fn cursor(&self, position: TrailPosition) -> Cursor {
        Cursor { at: self.observatory.position(position.revision), after: position.at.to_string() }
    }

    fn history_id(&self) -> String {
        self.observatory.position(self.observatory.revision()).history.to_string()
    }
}

impl Following {
    async fn run(mut self) -> Ended {
        let mut ended = self.send(Vec::new()).await;
        while ended.is_ok() {
            ended = self.send_next().await;
        }
        ended.err().flatten()
    }

    /// Sends the next events, once there are any, or a heartbeat.
    async fn send_next(&mut self) -> Result<(), Ended> {
        let (trail, filter, after) = (self.trail.clone(), self.filter.clone(), self.reached);
        let read = move || trail.page(&filter, after, MESSAGE_EVENTS_MAX);
        let page = self.watches.reading.ask::<_, TrailError>(&self.call, read).await;
        let TrailPage { events, up_to, is_last } = page.map_err(Some)?;
        self.reached = up_to;
        if !events.is_empty() || self.sender.is_silent() {
            self.send(events).await?;
        }
        if up_to == after {
            tokio::time::sleep(PAUSE).await;
        }
        if is_last {
            let mut log = self.trail.log.newest();
            tokio::select! {
                _ = self.watches.pulse.wait_for_newer(up_to.revision) => {}
                // The sender lives as long as the log.
                _ = log.wait_for(|newest| *newest > up_to.at) => {}
                () = tokio::time::sleep(HEARTBEAT) => {}
            }
        }
        Ok(())
    }

    async fn send(&mut self, events: Vec<v1::AuditEvent>) -> Result<(), Ended> {
        let message = Message {
            events,
            resume_token: self.trail.cursor(self.reached).token(self.fingerprint),
            history_id: self.trail.history_id(),
        };
        let (up_to, message) = (self.reached.revision, Encoded::from(&message));
        self.sender.send_part(&Part { messages: vec![(message, Some(up_to))], up_to }).await
    }
}
