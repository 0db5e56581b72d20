//! The path of every read: decode the request, resolve the view, compute the answer.
//!
//! *Invariant:* every page of a listing is answered at the revision of the first. Work that takes long runs on threads of its own, and
//! only a limited number at once; what the newest snapshot holds ready is answered on the thread that decoded the request, and what was
//! answered at the newest revision already is not answered again.

use std::sync::Arc;

use prost::Message;
use tenseven_api::{
    Encoded, HasNextPage, HasPage, HasReadAt, SetPosition,
    convert::{Page, ReadRequest, Reader, read_page, read_read_at},
    v1,
};
use tenseven_model::{ReadAt, access::Role};
use tenseven_observatory::{Attribution, Cursor, Observatory, QueryFingerprint, View};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::{Request, Response, Status};
use tracing::error;

use super::{Draining, answer_cache::AnswerCache};
use crate::{
    call::Call,
    memory::Size,
    status::{self, OrRefuse as _, Refusal, Refused},
};

/// Maximum number of exports and backups at once.
pub(crate) const TRANSFERS_MAX: usize = 128;

/// The observatory as readers use it.
#[derive(Clone)]
pub(crate) struct Reading {
    observatory: Arc<Observatory>,
    permits: Arc<Semaphore>,
    transfers: Arc<Semaphore>,
    held: Arc<AnswerCache>,
    draining: Draining,
    /// Whether readers are not shown which other partners made changes.
    hides_partners: bool,
}

/// What a request asks for.
pub(super) struct Asked<Q> {
    /// The call that asks.
    pub(super) call: Call,
    /// How fresh, and as of when.
    pub(super) read_at: ReadAt,
    /// What for.
    pub(super) query: Q,
    /// Identifies the query, without the page.
    pub(super) fingerprint: QueryFingerprint,
}

/// A request with what all reads share taken out of it.
struct Opened<M> {
    call: Call,
    message: M,
    read_at: Option<v1::ReadAt>,
    page: Option<v1::Page>,
    /// The method's request and its own fields: equal for requests that ask the same.
    identity: Vec<u8>,
}

/// Which part of a listing is requested.
pub(super) struct Part {
    /// Maximum number of entries of it.
    pub(super) size: usize,
    /// The last entry before it; none for the first.
    pub(super) after: Option<Cursor>,
}

impl<M: ReadRequest + HasReadAt> Opened<M> {
    /// Opens a request, whose answer may differ by caller beyond what is usual for its method.
    fn new(request: Request<M>, differs: bool, page: impl FnOnce(&mut M) -> Option<v1::Page>) -> Self {
        let (call, mut message) = (Call::of(&request), request.into_inner());
        let (read_at, page) = (message.read_at_mut().take(), page(&mut message));
        let mut identity = M::NAME.as_bytes().to_vec();
        // Nobody gets what somebody else was answered, where that differs.
        if let Some(partner) = call.principal.partner().filter(|_| differs || M::DIFFERS_BY_CALLER) {
            identity.extend_from_slice(partner.as_str().as_bytes());
        }
        identity.push(0);
        // A vector grows.
        let _ = message.encode(&mut identity);
        Self { call, message, read_at, page, identity }
    }

    /// Reads the request; the second part is the page that it asks for.
    fn read(self) -> Result<(Asked<M::Query>, Page), Status> {
        let Self { call, message, read_at, page, identity } = self;
        let mut reader = Reader::default();
        let page = read_page(&mut reader, M::PAGE, page);
        let read_at = read_read_at(&mut reader, read_at, M::OF_THE_PAST);
        let query = message.read(&mut reader);
        let ((read_at, query), page) = reader.finish(read_at.zip(query).zip(page)).or_refuse()?;
        let as_of = format!("{:?}", read_at.as_of);
        let fingerprint = QueryFingerprint::of(&[&identity, as_of.as_bytes()]);
        Ok((Asked { call, read_at, query, fingerprint }, page))
    }

    /// Whether its answer can be held until the next revision: it is of the newest state, and of nothing else.
    fn is_held(&self) -> bool {
        M::LASTS && self.read_at.as_ref().is_none_or(|read_at| *read_at == v1::ReadAt::default())
    }

    /// Identifies its answer among those to other requests.
    fn key(&self) -> Vec<u8> {
        let mut key = self.identity.clone();
        if let Some(page) = &self.page {
            key.push(0);
            // A vector grows.
            let _ = page.encode(&mut key);
        }
        key
    }
}

/// Reads a request.
pub(super) fn read<M>(request: Request<M>) -> Result<Asked<M::Query>, Status>
where
    M: ReadRequest + HasReadAt,
{
    Opened::new(request, false, |_| None).read().map(|(asked, _)| asked)
}

impl Reading {
    pub(crate) fn new(
        observatory: Arc<Observatory>,
        readers_max: usize,
        draining: Draining,
        hides_partners: bool,
    ) -> Self {
        let (permits, transfers) = (Semaphore::new(readers_max), Semaphore::new(TRANSFERS_MAX));
        Self {
            observatory,
            permits: Arc::new(permits),
            transfers: Arc::new(transfers),
            held: Arc::default(),
            draining,
            hides_partners,
        }
    }

    /// The same with readers of its own, so that it does not wait for others.
    pub(crate) fn with_own_readers(&self, readers_max: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(readers_max)), ..self.clone() }
    }

    /// Answers a request from the view that it asks for, on a thread that may block.
    pub(super) async fn unary<M, A, R>(
        &self,
        request: Request<M>,
        answer: impl FnOnce(&View, M::Query) -> Result<A, R> + Send + 'static,
    ) -> Result<Response<Encoded<A>>, Status>
    where
        M: ReadRequest<Query: Send + 'static> + HasReadAt,
        A: Message + SetPosition + 'static,
        R: Refusal,
    {
        self.unary_unless_ready(request, |_, _| false, answer).await
    }

    /// The same, but on this thread where the view `is_ready` to answer at once.
    pub(super) async fn unary_unless_ready<M, A, R>(
        &self,
        request: Request<M>,
        is_ready: impl FnOnce(&View, &M::Query) -> bool,
        answer: impl FnOnce(&View, M::Query) -> Result<A, R> + Send + 'static,
    ) -> Result<Response<Encoded<A>>, Status>
    where
        M: ReadRequest<Query: Send + 'static> + HasReadAt,
        A: Message + SetPosition + 'static,
        R: Refusal,
    {
        let opened = Opened::new(request, self.hides_partners, |_| None);
        opened.call.room(Size::Small).await?;
        let key = opened.is_held().then(|| opened.key());
        if let Some(answer) = self.held(key.as_deref()) {
            return opened.call.answered_in_turn(answer).await;
        }
        let (Asked { call, read_at, query, fingerprint: _ }, _) = opened.read()?;
        let view = self.view(&call, read_at).await?;
        let is_ready = is_ready(&view, &query);
        let held = Arc::clone(&self.held);
        let answer = move || {
            let answer = answer(&view, query).map_err(|refusal| refusal.refuse().within(M::WITHIN))?;
            Ok::<_, Refused>(held.encoded(&view, key, answer))
        };
        if is_ready {
            return call.answered_in_turn(answer().or_refuse()?).await;
        }
        let counting = call.clone();
        self.ask(&call, move || answer().map(|answer| counting.answered(answer))).await
    }

    /// Answers a request for a page of a listing, on a thread that may block. The answer comes with the cursor of the next page.
    pub(super) async fn listing<M, A, R>(
        &self,
        request: Request<M>,
        answer: impl FnOnce(&View, M::Query, &Part) -> Result<(A, Option<Cursor>), R> + Send + 'static,
    ) -> Result<Response<Encoded<A>>, Status>
    where
        M: ReadRequest<Query: Send + 'static> + HasReadAt + HasPage,
        A: Message + SetPosition + HasNextPage + 'static,
        R: Refusal,
    {
        let opened = Opened::new(request, self.hides_partners, |message| message.page_mut().take());
        opened.call.room(Size::Small).await?;
        let key = opened.is_held().then(|| opened.key());
        if let Some(answer) = self.held(key.as_deref()) {
            return opened.call.answered_in_turn(answer).await;
        }
        let (Asked { call, read_at, query, fingerprint }, Page { size, token }) = opened.read()?;
        let (view, after) = self.view_after(&call, read_at, &token, fingerprint).await?;
        let (part, held, counting) = (Part { size, after }, Arc::clone(&self.held), call.clone());
        let answer = move || {
            let answered = answer(&view, query, &part);
            let (mut answer, next) = answered.map_err(|refusal| refusal.refuse().within(M::WITHIN))?;
            *answer.next_page_token_mut() = next_token(next, fingerprint);
            Ok::<_, Refused>(counting.answered(held.encoded(&view, key, answer)))
        };
        self.ask(&call, answer).await
    }

    /// The answer to the request with this key, if it is held.
    fn held<A: 'static>(&self, key: Option<&[u8]>) -> Option<Encoded<A>> {
        self.held.get(self.observatory.revision(), key?)
    }

    /// The view that a part is read from, and where the part before ended.
    pub(super) async fn view_after(
        &self,
        call: &Call,
        read_at: ReadAt,
        token: &str,
        fingerprint: QueryFingerprint,
    ) -> Result<(View, Option<Cursor>), Status> {
        let after = Cursor::from_token(token, fingerprint).or_refuse()?;
        let Some(cursor) = &after else { return Ok((self.view(call, read_at).await?, after)) };
        let view = self.unless_stopping(self.observatory.view_of_page(read_at, cursor, call.wait_max()));
        Ok((view.await?.attributed(self.attribution(call)), after))
    }

    /// A view of the newest state that is fresh enough.
    pub(super) async fn view(&self, call: &Call, read_at: ReadAt) -> Result<View, Status> {
        let view = self.unless_stopping(self.observatory.view(read_at, call.wait_max())).await?;
        Ok(view.attributed(self.attribution(call)))
    }

    /// Whom the caller is shown as the makers of changes. Admins see all.
    pub(super) fn attribution(&self, call: &Call) -> Attribution {
        if !self.hides_partners {
            return Attribution::All;
        }
        let reader = call.principal.partner();
        let is_admin = reader.is_some_and(|partner| {
            self.observatory
                .check_grants(partner, |stored| stored.grants().check_role(&[Role::Admin]))
                .is_ok()
        });
        if is_admin { Attribution::All } else { Attribution::Own(reader.cloned()) }
    }

    /// A view that may have to be waited for; a server that stops waits no longer.
    async fn unless_stopping<R: Refusal>(
        &self,
        view: impl Future<Output = Result<View, R>>,
    ) -> Result<View, Status> {
        let mut draining = self.draining.clone();
        tokio::select! {
            biased;
            view = view => view.or_refuse(),
            () = draining.begun() => Err(status::shutting_down()),
        }
    }

    /// A permit for an export or a backup, which holds memory for as long as its reader takes; refused where none is free.
    pub(super) fn transfer(&self) -> Result<OwnedSemaphorePermit, Status> {
        let permit = Arc::clone(&self.transfers).try_acquire_owned();
        permit.map_err(|_| status::too_many_transfers(TRANSFERS_MAX))
    }

    /// What is read.
    pub(super) fn observatory(&self) -> &Observatory {
        &self.observatory
    }

    /// The result of work that takes long, done on a thread that may block.
    pub(super) async fn ask<T: Send + 'static, R: Refusal>(
        &self,
        call: &Call,
        question: impl FnOnce() -> Result<T, R> + Send + 'static,
    ) -> Result<T, Status> {
        let permit = loop {
            call.room(Size::Any).await?;
            // Fails only while the process ends.
            let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| status::ended())?;
            // Those who waited for a permit as well may have filled the room.
            if !call.must_wait(Size::Any) {
                break permit;
            }
        };
        let answer = tokio::task::spawn_blocking(move || {
            let answer = question().or_refuse();
            drop(permit);
            answer
        });
        answer.await.map_err(|problem| {
            error!(id = %call.request_id, peer = ?call.peer, %problem, "a read did not end");
            status::ended()
        })?
    }
}

/// The token of the next page; empty on the last.
pub(super) fn next_token(next: Option<Cursor>, query: QueryFingerprint) -> String {
    next.map(|cursor| cursor.token(query)).unwrap_or_default()
}
