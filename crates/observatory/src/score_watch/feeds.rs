//! All feeds, by version of a framework.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tenseven_model::{AsOf, FrameworkRef, Revision};
use tokio::sync::Semaphore;

use super::feed::Feed;
use crate::{Published, QueryError, Unreadable, View, shared::Shared, snapshot::Snapshot};

/// Most feeds that start in the past at once; more wait for one to end.
const PAST_FEEDS_MAX: usize = 4;
/// Most listings of scores as they stand that are read at once.
const LISTINGS_MAX: usize = 2;
/// A feed that is so many revisions back is joined by one who would have to wait for it.
const NEAR_REVISIONS: u64 = 1_024;

/// All feeds. They are held by their watchers alone.
#[derive(Debug)]
pub(crate) struct Feeds {
    known: Mutex<HashMap<FrameworkRef, Vec<Weak<Feed>>>>,
    places: Arc<Semaphore>,
    /// One is made at a time, so that those who come together share it.
    making: tokio::sync::Mutex<()>,
    pub(super) listings: Arc<Semaphore>,
}

impl Default for Feeds {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            places: Arc::new(Semaphore::new(PAST_FEEDS_MAX)),
            making: tokio::sync::Mutex::default(),
            listings: Arc::new(Semaphore::new(LISTINGS_MAX)),
        }
    }
}

impl Feeds {
    /// The best feed for one who was told up to a revision: one of the present where it reaches back far enough.
    pub(super) fn covering(&self, framework: &FrameworkRef, told: Revision) -> Option<Arc<Feed>> {
        best(self.lock().get(framework)?, told)
    }

    /// A feed for one who starts at the newest revision.
    pub(super) fn newest(
        &self,
        shared: &Arc<Shared>,
        published: &Published,
        state: &Snapshot,
    ) -> Option<Arc<Feed>> {
        let framework = published.framework.reference();
        let mut known = self.lock();
        let feeds = known.entry(framework).or_default();
        if let Some(feed) = best(feeds, state.revision()) {
            return Some(feed);
        }
        let board = Arc::clone(state.board(published)?);
        let feed = Feed::start(shared, (board, state.revision()), None);
        add(feeds, &feed);
        Some(feed)
    }

    /// A feed for one who was told up to a revision; one that starts there, made from the past, if no other reaches back so
    /// far. Waits while there are as many of those as there may be.
    pub(super) async fn at(
        &self,
        shared: &Arc<Shared>,
        framework: &FrameworkRef,
        told: Revision,
    ) -> Result<Arc<Feed>, QueryError> {
        let turn = self.making.lock().await;
        if let Some(feed) = self.covering(framework, told) {
            return Ok(feed);
        }
        // Fails only while the process ends.
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| QueryError::from(Unreadable { revision: told }))?;
        let view = View::open(shared, AsOf::Revision(told)).await?;
        let board = view.board_of(framework).await?;
        let feed = Feed::start(shared, (board, told), Some(place));
        add(self.lock().entry(framework.clone()).or_default(), &feed);
        drop(turn);
        Ok(feed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<FrameworkRef, Vec<Weak<Feed>>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn best(feeds: &[Weak<Feed>], told: Revision) -> Option<Arc<Feed>> {
    let is_near = |feed: &Arc<Feed>| told.number().saturating_sub(feed.at().number()) <= NEAR_REVISIONS;
    let covering = feeds.iter().filter_map(Weak::upgrade);
    let covering = covering.filter(|feed| feed.reaches_back_to(told)).filter(is_near);
    covering.max_by_key(|feed| (!feed.is_past(), feed.at()))
}

fn add(feeds: &mut Vec<Weak<Feed>>, feed: &Arc<Feed>) {
    feeds.retain(|known| known.strong_count() > 0);
    feeds.push(Arc::downgrade(feed));
}
