//! Reading: views, pages, and the threads that answer.
//!
//! *Invariant:* every page of a listing is answered at the revision of the first. Work that takes long runs beside the
//! threads that serve connections, and only so much of it at once.

use std::{sync::Arc, time::Duration};

use tenseven_api::convert::{Freshness, Page};
use tenseven_model::Revision;
use tenseven_observatory::{Cursor, Observatory, Position, QueryFingerprint, ReadAt, View};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::{Request, Status};

use crate::{
    layers::CallLimit,
    status::{self, OrRefuse as _, Refusal},
};

/// Most exports and backups at once.
const TRANSFERS_MAX: usize = 128;
/// What part of a call's time a wait for a revision leaves for the answer.
const ANSWER_SHARE: u32 = 10;

/// The observatory as readers use it.
#[derive(Clone)]
pub(crate) struct Reading {
    observatory: Arc<Observatory>,
    places: Arc<Semaphore>,
    transfers: Arc<Semaphore>,
}

/// How long a call may wait for what it asks for.
pub(super) fn wait_max<T>(request: &Request<T>) -> Duration {
    let limit = request.extensions().get::<CallLimit>().map_or(Duration::ZERO, |CallLimit(limit)| *limit);
    limit.saturating_sub(limit / ANSWER_SHARE)
}

impl Reading {
    pub(crate) fn new(observatory: Arc<Observatory>, readers_max: usize) -> Self {
        let (places, transfers) = (Semaphore::new(readers_max), Semaphore::new(TRANSFERS_MAX));
        Self { observatory, places: Arc::new(places), transfers: Arc::new(transfers) }
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

    /// A view that is fresh enough.
    pub(super) async fn view(&self, freshness: Freshness, wait_max: Duration) -> Result<View, Status> {
        self.observatory.view(read_at(freshness), wait_max).await.or_refuse()
    }

    /// The view that a page is read from, and where the page before ended.
    pub(super) async fn page(
        &self,
        freshness: Freshness,
        page: &Page,
        query: QueryFingerprint,
        wait_max: Duration,
    ) -> Result<(View, Option<Cursor>), Status> {
        let after = Cursor::from_token(&page.token, query).or_refuse()?;
        let view = match &after {
            Some(cursor) => self.observatory.view_of_page(read_at(freshness), cursor, wait_max).await,
            None => self.observatory.view(read_at(freshness), wait_max).await,
        };
        let view = view.or_refuse()?;
        Ok((view, after))
    }

    /// An answer, or the refusal of it, made on a thread that serves no connections.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        // Both fail only while the process ends.
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| status::ended())?;
        let answer = tokio::task::spawn_blocking(move || {
            let answer = question();
            drop(place);
            answer
        });
        answer.await.map_err(|_| status::ended())?
    }

    /// The result of work that takes long, done on a thread that serves no connections.
    pub(super) async fn run_blocking<T: Send + 'static, R: Refusal + Send + 'static>(
        &self,
        question: impl FnOnce() -> Result<T, R> + Send + 'static,
    ) -> Result<T, Status> {
        self.ask(move || question().or_refuse()).await
    }
}

fn read_at(freshness: Freshness) -> ReadAt {
    let Freshness { min_revision, as_of, history } = freshness;
    ReadAt { min_revision, as_of, history }
}

/// The token of the next page; empty on the last.
pub(super) fn next_token(next: Option<Cursor>, query: QueryFingerprint) -> String {
    next.map(|cursor| cursor.token(query)).unwrap_or_default()
}
