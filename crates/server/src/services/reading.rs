//! The path of every read: its request is read, its view is found, its answer is made.
//!
//! *Invariant:* every page of a listing is answered at the revision of the first. Work that takes long runs on threads of its own, and
//! only a limited number at once; what the newest snapshot holds ready is answered on the thread that decoded the request.

use std::{convert::Infallible, sync::Arc};

use tenseven_api::{
    HasNextPage, HasPage, HasReadAt, SetPosition,
    convert::{Page, ReadRequest, Reader, read_page, read_read_at},
};
use tenseven_model::{AsOf, ReadAt, Revision};
use tenseven_observatory::{Cursor, Observatory, Position, QueryFingerprint, View};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::{Request, Response, Status};
use tracing::error;

use crate::{
    call::Call,
    status::{self, OrRefuse as _, Refusal, Refused},
};

/// Most exports and backups at once.
const TRANSFERS_MAX: usize = 128;

/// The observatory as readers use it.
#[derive(Clone)]
pub(crate) struct Reading {
    observatory: Arc<Observatory>,
    places: Arc<Semaphore>,
    transfers: Arc<Semaphore>,
}

/// What a request asks for.
pub(super) struct Asked<Q> {
    /// The call that asks.
    pub(super) call: Call,
    /// How fresh, and as of when.
    pub(super) read_at: ReadAt,
    /// What for.
    pub(super) query: Q,
    /// Identifies what is asked for, its page apart.
    pub(super) fingerprint: QueryFingerprint,
}

/// Which part of a listing is asked for.
pub(super) struct Part {
    /// Most entries of it.
    pub(super) size: usize,
    /// The last entry before it; none for the first.
    pub(super) after: Option<Cursor>,
}

/// Reads a request.
pub(super) fn read<M>(request: Request<M>) -> Result<Asked<M::Query>, Status>
where
    M: ReadRequest + HasReadAt,
{
    read_with(request, |_, _| Some(())).map(|(asked, ())| asked)
}

/// Reads a request, and what `more` takes out of it.
fn read_with<M, T>(
    request: Request<M>,
    more: impl FnOnce(&mut Reader, &mut M) -> Option<T>,
) -> Result<(Asked<M::Query>, T), Status>
where
    M: ReadRequest + HasReadAt,
{
    let (call, mut message) = (Call::of(&request), request.into_inner());
    let mut reader = Reader::default();
    let more = more(&mut reader, &mut message);
    let read_at = read_read_at(&mut reader, message.read_at_mut().take(), M::OF_THE_PAST);
    let fingerprint = fingerprint(&message, read_at);
    let query = message.read(&mut reader);
    let read = read_at.zip(query).zip(more);
    let ((read_at, query), more) = reader.finish(read).or_refuse()?;
    Ok((Asked { call, read_at, query, fingerprint }, more))
}

/// Identifies what a request asks for.
fn fingerprint<M: ReadRequest>(message: &M, read_at: Option<ReadAt>) -> QueryFingerprint {
    let as_of = read_at.map_or(AsOf::Now, |read_at| read_at.as_of);
    QueryFingerprint::of(&[M::NAME.as_bytes(), &message.encode_to_vec(), format!("{as_of:?}").as_bytes()])
}

impl Reading {
    pub(crate) fn new(observatory: Arc<Observatory>, readers_max: usize) -> Self {
        let (places, transfers) = (Semaphore::new(readers_max), Semaphore::new(TRANSFERS_MAX));
        Self { observatory, places: Arc::new(places), transfers: Arc::new(transfers) }
    }

    /// Answers a request from the view that it asks for, on a thread that may block.
    pub(super) async fn unary<M, A, R>(
        &self,
        request: Request<M>,
        answer: impl FnOnce(&View, M::Query) -> Result<A, R> + Send + 'static,
    ) -> Result<Response<A>, Status>
    where
        M: ReadRequest<Query: Send + 'static> + HasReadAt,
        A: SetPosition + Send + 'static,
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
    ) -> Result<Response<A>, Status>
    where
        M: ReadRequest<Query: Send + 'static> + HasReadAt,
        A: SetPosition + Send + 'static,
        R: Refusal,
    {
        let Asked { call, read_at, query, fingerprint: _ } = read(request)?;
        let view = self.observatory.view(read_at, call.wait_max()).await.or_refuse()?;
        let is_ready = is_ready(&view, &query);
        let answer = move || {
            let answer = answer(&view, query).map_err(|refusal| refusal.refuse().within(M::WITHIN))?;
            Ok::<_, Refused>(positioned(answer, view.position()))
        };
        let answer = if is_ready { answer().or_refuse() } else { self.ask(&call, answer).await };
        answer.map(Response::new)
    }

    /// Answers a request for a page of a listing, on a thread that may block. The answer comes with where the listing goes on.
    pub(super) async fn listing<M, A, R>(
        &self,
        request: Request<M>,
        answer: impl FnOnce(&View, M::Query, &Part) -> Result<(A, Option<Cursor>), R> + Send + 'static,
    ) -> Result<Response<A>, Status>
    where
        M: ReadRequest<Query: Send + 'static> + HasReadAt + HasPage,
        A: SetPosition + HasNextPage + Send + 'static,
        R: Refusal,
    {
        let (asked, Page { size, token }) =
            read_with(request, |reader, message| read_page(reader, M::PAGE, message.page_mut().take()))?;
        let Asked { call, read_at, query, fingerprint } = asked;
        let (view, after) = self.view_after(&call, read_at, &token, fingerprint).await?;
        let part = Part { size, after };
        let answer = self.ask(&call, move || {
            let answered = answer(&view, query, &part);
            let (mut answer, next) = answered.map_err(|refusal| refusal.refuse().within(M::WITHIN))?;
            *answer.next_page_token_mut() = next_token(next, fingerprint);
            Ok::<_, Refused>(positioned(answer, view.position()))
        });
        answer.await.map(Response::new)
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
        let view = match &after {
            Some(cursor) => self.observatory.view_of_page(read_at, cursor, call.wait_max()).await,
            None => self.observatory.view(read_at, call.wait_max()).await,
        };
        Ok((view.or_refuse()?, after))
    }

    /// A view of the newest state that is fresh enough.
    pub(super) async fn view(&self, call: &Call, read_at: ReadAt) -> Result<View, Status> {
        self.observatory.view(read_at, call.wait_max()).await.or_refuse()
    }

    /// A place for an export or a backup, which holds memory for as long as its reader takes; refused where none is free.
    pub(super) fn transfer(&self) -> Result<OwnedSemaphorePermit, Status> {
        let place = Arc::clone(&self.transfers).try_acquire_owned();
        place.map_err(|_| status::too_many_transfers(TRANSFERS_MAX))
    }

    /// The position of a revision of the registry.
    pub(super) fn position(&self, revision: Revision) -> Position {
        self.observatory.position(revision)
    }

    /// The result of work that takes long, done on a thread that may block.
    pub(super) async fn ask<T: Send + 'static, R: Refusal>(
        &self,
        call: &Call,
        question: impl FnOnce() -> Result<T, R> + Send + 'static,
    ) -> Result<T, Status> {
        // Fails only while the process ends.
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| status::ended())?;
        let answer = tokio::task::spawn_blocking(move || {
            let answer = question().or_refuse();
            drop(place);
            answer
        });
        answer.await.map_err(|problem| {
            error!(id = %call.request_id, peer = ?call.peer, %problem, "a read did not end");
            status::ended()
        })?
    }
}

/// An answer with the revision that it shows.
pub(super) fn positioned<A: SetPosition>(mut answer: A, at: Position) -> A {
    answer.set_position(at.revision.number(), at.history.to_string());
    answer
}

/// The token of the next page; empty on the last.
pub(super) fn next_token(next: Option<Cursor>, query: QueryFingerprint) -> String {
    next.map(|cursor| cursor.token(query)).unwrap_or_default()
}

/// An answer that cannot be refused.
#[expect(clippy::unnecessary_wraps, reason = "what answers a request returns a result")]
pub(super) fn certain<A>(answer: A) -> Result<A, Infallible> {
    Ok(answer)
}
