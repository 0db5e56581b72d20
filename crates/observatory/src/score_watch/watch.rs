//! One watch of scores.

use std::{collections::VecDeque, sync::Arc};

use tenseven_model::{AsOf, FrameworkRef, Revision};
use tenseven_store::Journal as _;

use super::{
    feed::Feed,
    feeds::Feeds,
    follower::RevisionChange,
    news::{ScoreChange, ScoreNews},
    opening::Opening,
    selection::{ScoreWatchSelection, Selected},
};
use crate::{Observatory, Published, QueryError, Unreadable, View, WatchStart, shared::Shared};

/// Most revisions that are taken out of a ring together.
const TAKEN_TOGETHER_MAX: usize = 64;

/// Changes of scores behind a revision, and then those to come.
pub struct ScoreWatch {
    shared: Arc<Shared>,
    feeds: Arc<Feeds>,
    published: Arc<Published>,
    selected: Arc<Selected>,
    told: Revision,
    /// What is told first.
    openings: VecDeque<Opens>,
    opening: Option<Opening>,
    feed: Option<Arc<Feed>>,
}

/// What is told before any change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    /// The scores as they stand.
    Snapshot,
    /// The scores that the framework's publication made.
    Publication,
}

impl Observatory {
    /// Starts a watch of scores behind a revision, the newest if none is given; with their `snapshot` at that revision first.
    /// Refused where not all changes behind it are there, it is still to come, or it belongs to another history. Must be called where tasks can be
    /// spawned.
    ///
    /// A watch that starts before the version was published is told all scores that there were then as changes of that
    /// revision.
    pub fn watch_scores(
        &self,
        selection: &ScoreWatchSelection,
        start: WatchStart,
        snapshot: bool,
    ) -> Result<ScoreWatch, QueryError> {
        self.shared.check_start(&start)?;
        let (shared, feeds, state) = (Arc::clone(&self.shared), Arc::clone(&self.feeds), self.newest());
        let (published, selected) = Selected::of(selection, &state, &shared.world)?;
        state.check_scored(&published, &shared.rules())?;
        let told = start.after.unwrap_or(state.revision());
        if told > state.revision() {
            return Err(QueryError::NoSuchRevision { wanted: told, newest: state.revision() });
        }
        let (begin, oldest) = (told.max(published.revision), shared.journal.horizon());
        if begin < oldest {
            return Err(QueryError::Compacted { wanted: begin, oldest });
        }
        let mut openings = VecDeque::new();
        openings.extend(snapshot.then_some(Opens::Snapshot));
        openings.extend((told < published.revision).then_some(Opens::Publication));
        // Taken now, so that what comes meanwhile is kept for it.
        let feed = if begin == state.revision() {
            feeds.newest(&shared, &published, &state)
        } else {
            feeds.covering(&published.framework.reference(), begin)
        };
        let selected = Arc::new(selected);
        Ok(ScoreWatch { shared, feeds, published, selected, told, openings, opening: None, feed })
    }
}

impl Observatory {
    /// The newest version of a framework, where that is another than this one.
    pub fn newer_version(&self, published: &Published) -> Option<FrameworkRef> {
        let known = published.framework.reference();
        let state = self.shared.state.load();
        let newest = state.frameworks().newest_of(&known.id)?;
        Some(newest.framework.reference()).filter(|newest| *newest != known)
    }
}

impl ScoreWatch {
    /// The version that is watched.
    pub fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// The revision up to which everything was given out.
    pub fn told(&self) -> Revision {
        self.told
    }

    /// Waits for what is next: part of a snapshot, or what the next few revisions changed, which can be nothing that is
    /// selected.
    pub async fn next(&mut self) -> Result<Vec<ScoreNews>, QueryError> {
        if self.opening.is_some() || !self.openings.is_empty() {
            return Ok(vec![self.open().await?]);
        }
        loop {
            let feed = self.seat().await?;
            feed.beyond(self.told).await?;
            if let Some((changed, up_to)) = feed.after(self.told, TAKEN_TOGETHER_MAX) {
                self.told = up_to;
                return Ok(changed.iter().filter_map(|change| self.selected.news(change)).collect());
            }
            self.feed = None;
        }
    }

    /// The feed to read from; another than before where a better one reaches back far enough by now.
    async fn seat(&mut self) -> Result<Arc<Feed>, QueryError> {
        let (feeds, framework) = (&self.feeds, self.published.framework.reference());
        let feed = match self.feed.take() {
            Some(feed) if !feed.is_past() => feed,
            Some(past) => {
                let best = feeds.covering(&framework, self.told).unwrap_or(past);
                if best.is_past() && best.at() >= self.shared.state.load().revision() {
                    best.settle_in_present();
                }
                best
            }
            None => feeds.at(&self.shared, &framework, self.told).await?,
        };
        self.feed = Some(Arc::clone(&feed));
        Ok(feed)
    }

    /// The next part of what is told first.
    async fn open(&mut self) -> Result<ScoreNews, QueryError> {
        let mut opening = match self.opening.take() {
            Some(opening) => opening,
            None => self.prepare().await?,
        };
        // Both fail only where the listing panicked or the process ends.
        let unreadable = QueryError::from(Unreadable { revision: self.told });
        let turn = Arc::clone(&self.feeds.listings).acquire_owned().await;
        let turn = turn.map_err(|_| unreadable.clone())?;
        let selected = Arc::clone(&self.selected);
        let listing = tokio::task::spawn_blocking(move || {
            let part = opening.part(&selected);
            drop(turn);
            (opening, part)
        });
        let (opening, part) = listing.await.map_err(|_| unreadable)?;
        if part.continues {
            self.opening = Some(opening);
        } else {
            self.told = part.revision;
        }
        Ok(part)
    }

    async fn prepare(&mut self) -> Result<Opening, QueryError> {
        let published = self.published.revision;
        let opens = self.openings.pop_front().unwrap_or(Opens::Snapshot);
        let revision = if opens == Opens::Publication { published } else { self.told };
        if revision < published {
            return Ok(Opening::new(revision, None, None, &self.selected));
        }
        let view = View::open(&self.shared, AsOf::Revision(revision)).await?;
        let board = view.board_of(&self.published.framework.reference()).await?;
        let selected = Arc::clone(&self.selected);
        let opening = tokio::task::spawn_blocking(move || {
            let cause = match opens {
                Opens::Publication => {
                    let stamp = view.stamp(revision)?;
                    Some((stamp.committed_at, stamp.submission))
                }
                Opens::Snapshot => None,
            };
            Ok(Opening::new(revision, cause, Some(board), &selected))
        });
        opening.await.map_err(|_| QueryError::from(Unreadable { revision }))?
    }
}

impl Selected {
    /// What of a change is selected; none if nothing is.
    fn news(&self, change: &RevisionChange) -> Option<ScoreNews> {
        let RevisionChange { revision, accepted_at, submission, changes } = change;
        let taken = changes.iter().filter(|change| self.takes(change));
        let changes: Vec<_> = taken
            .map(|change| ScoreChange {
                area: change.area,
                period: change.period,
                node: change.node,
                before: change.before,
                score: change.score.clone(),
            })
            .collect();
        let cause = Some((*accepted_at, *submission));
        (!changes.is_empty()).then_some(ScoreNews { revision: *revision, cause, changes, continues: false })
    }
}
