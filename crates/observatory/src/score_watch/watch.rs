//! One watch of scores.

use std::{collections::VecDeque, sync::Arc};

use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, Revision, ScoreSelection};
use tenseven_store::Journal as _;
use tokio::{sync::OwnedSemaphorePermit, task::JoinHandle};

use super::{
    change::{ScoreChange, ScoreChanges},
    error::{ScoreWatchError, WatchScoresError},
    follower::RevisionChange,
    live::Live,
    opening::Opening,
    past::{Chunk, board_at},
    selection::WatchedScores,
    sources::Sources,
};
use crate::{
    Compacted, NoSuchRevision, Observatory, Published, Unreadable, WatchStart, WatchStartError,
    records::unreadable, shared::Shared,
};

/// Maximum number of revisions that changed something that are taken together.
const TAKEN_TOGETHER_MAX: usize = 256;

/// Changes of scores after a revision, and then new ones as they are published.
pub struct ScoreWatch {
    shared: Arc<Shared>,
    sources: Arc<Sources>,
    published: Arc<Published>,
    selected: Arc<WatchedScores>,
    reached: Revision,
    /// What comes before any change.
    openings: VecDeque<OpeningKind>,
    opening: Option<Opening>,
    /// The part that is being made. It is kept here, so that nothing is lost where nobody waits for it any more.
    listed: Option<JoinHandle<Listed>>,
    live: Option<Arc<Live>>,
    waiting: Option<Waiting>,
}

/// What [`ScoreWatch::take`] can return.
enum Waiting {
    Opening(ScoreChanges),
    Live(Arc<Live>),
    Past(Arc<Chunk>),
}

/// What comes before any change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpeningKind {
    /// The current scores.
    Snapshot,
    /// The scores that the framework's publication made.
    Publication,
}

impl Observatory {
    /// Starts a watch of scores after a revision, the newest if none is given; with their `snapshot` at that revision first.
    /// Refused if not all changes after it are available, it does not exist yet, or it belongs to another history.
    ///
    /// A watch that starts before the version was published receives all scores of the publication as changes of that
    /// revision.
    pub fn watch_scores(
        &self,
        selection: &ScoreSelection,
        start: WatchStart,
        snapshot: bool,
    ) -> Result<ScoreWatch, WatchScoresError> {
        self.shared.check_start(&start).map_err(WatchStartError::from)?;
        let (shared, sources, state) = (Arc::clone(&self.shared), Arc::clone(&self.sources), self.newest());
        let (published, selected) = WatchedScores::of(selection, &state, &shared.world)?;
        state.check_scored(&published, &shared.rules())?;
        let reached = start.after.unwrap_or(state.revision());
        if reached > state.revision() {
            let newest = state.revision();
            return Err(WatchStartError::from(NoSuchRevision { wanted: reached, newest }).into());
        }
        let (begin, oldest) = (reached.max(published.revision), shared.journal.horizon());
        if begin < oldest {
            return Err(WatchStartError::from(Compacted { wanted: begin, oldest }).into());
        }
        let mut openings = VecDeque::new();
        openings.extend(snapshot.then_some(OpeningKind::Snapshot));
        openings.extend((reached < published.revision).then_some(OpeningKind::Publication));
        // From now on, so that what comes meanwhile is kept for it.
        let live = live_scores(&shared, &published);
        let selected = Arc::new(selected);
        Ok(ScoreWatch {
            shared,
            sources,
            published,
            selected,
            reached,
            openings,
            opening: None,
            listed: None,
            live,
            waiting: None,
        })
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

/// The live scores of a version, if the writer scores it.
fn live_scores(shared: &Shared, published: &Published) -> Option<Arc<Live>> {
    let framework = published.framework.reference();
    shared.hub.live(&framework, || {
        let newest = shared.state.load();
        newest.board(&framework).map(|_| newest.revision())
    })
}

impl ScoreWatch {
    /// The version that is watched.
    pub fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// The scores of it that are watched.
    pub fn watched(&self) -> &WatchedScores {
        &self.selected
    }

    /// The revision up to which everything was returned.
    pub fn reached(&self) -> Revision {
        self.reached
    }

    /// Waits for what is next: part of a snapshot, or what the next few revisions changed, which can be nothing that is
    /// selected.
    pub async fn next(&mut self) -> Result<Vec<ScoreChanges>, ScoreWatchError> {
        self.ready().await?;
        Ok(self.take(None))
    }

    /// Waits until [`Self::take`] has something to return. What takes long is done here; what is left is to copy it.
    pub async fn ready(&mut self) -> Result<(), ScoreWatchError> {
        if self.waiting.is_none() {
            let waiting =
                if self.is_opening() { Waiting::Opening(self.open().await?) } else { self.changed().await? };
            self.waiting = Some(waiting);
        }
        Ok(())
    }

    /// Whether part of a snapshot, or of a publication, comes next. What comes after it are changes, and watches of the same scores return
    /// the same changes after the same revision.
    pub fn is_opening(&self) -> bool {
        let is_waiting = matches!(self.waiting, Some(Waiting::Opening(_)));
        is_waiting || self.listed.is_some() || self.opening.is_some() || !self.openings.is_empty()
    }

    /// Goes on after a revision: its changes up to there came from another watch of the same scores.
    pub fn skip_to(&mut self, revision: Revision) {
        (self.reached, self.waiting) = (revision, None);
    }

    /// Returns what [`Self::ready`] waited for; of changes those up to `until`, if that is given.
    pub fn take(&mut self, until: Option<Revision>) -> Vec<ScoreChanges> {
        match self.waiting.take() {
            None => Vec::new(),
            Some(Waiting::Opening(part)) => {
                if !part.continues {
                    self.reached = part.revision;
                }
                vec![part]
            }
            Some(Waiting::Live(live)) => {
                // It can have fallen out of the ring since; then the past has it.
                let Some((changed, up_to)) = live.after(self.reached, TAKEN_TOGETHER_MAX) else {
                    return Vec::new();
                };
                self.select(&changed, up_to, until)
            }
            Some(Waiting::Past(chunk)) => self.select(&chunk.changes, chunk.up_to, until),
        }
    }

    /// Waits for changes after what was returned.
    async fn changed(&mut self) -> Result<Waiting, ScoreWatchError> {
        loop {
            if let Some(live) = self.live.clone().filter(|live| live.reaches_back_to(self.reached)) {
                live.wait_beyond(self.reached).await;
                // Otherwise it ended, or the ring went on without this watch.
                if live.reaches_back_to(self.reached) {
                    return Ok(Waiting::Live(live));
                }
            }
            let framework = self.published.framework.reference();
            if self.reached < self.shared.state.load().revision() {
                return Ok(Waiting::Past(
                    self.sources.past.after(&self.shared, &framework, self.reached).await?,
                ));
            }
            self.live = live_scores(&self.shared, &self.published);
            if self.live.is_none() {
                // The sender lives as long as the registry.
                drop(self.shared.revisions().wait_for(|newest| *newest > self.reached).await);
            }
        }
    }

    fn select(
        &mut self,
        changed: &[Arc<RevisionChange>],
        up_to: Revision,
        until: Option<Revision>,
    ) -> Vec<ScoreChanges> {
        self.reached = until.map_or(up_to, |until| up_to.min(until));
        let changed = changed.iter().take_while(|change| change.revision <= self.reached);
        changed.filter_map(|change| self.selected.select(change)).collect()
    }

    /// The next part of what comes before any change.
    async fn open(&mut self) -> Result<ScoreChanges, ScoreWatchError> {
        // Both fail only where the listing panicked or the process ends.
        let failed = ScoreWatchError::from(Unreadable { revision: self.reached });
        if self.listed.is_none() {
            let turn = Arc::clone(&self.sources.listings).acquire_owned().await;
            self.listed = Some(self.list(turn.map_err(|_| failed.clone())?));
        }
        let listed = match &mut self.listed {
            Some(listed) => listed.await,
            None => return Err(failed),
        };
        self.listed = None;
        let (opening, part) = listed.map_err(|_| failed)??;
        self.opening = Some(opening).filter(|_| part.continues);
        Ok(part)
    }

    /// Starts to make the next part.
    fn list(&mut self, turn: OwnedSemaphorePermit) -> JoinHandle<Listed> {
        let kind = self.openings.front().copied().unwrap_or(OpeningKind::Snapshot);
        let listing = Listing {
            shared: Arc::clone(&self.shared),
            published: Arc::clone(&self.published),
            selected: Arc::clone(&self.selected),
            revision: if kind == OpeningKind::Publication { self.published.revision } else { self.reached },
            kind,
        };
        let opening = self.opening.take();
        if opening.is_none() {
            self.openings.pop_front();
        }
        // The turn ends with the work, also where nobody waits for it any more.
        tokio::task::spawn_blocking(move || {
            let listed = listing.next(opening);
            drop(turn);
            listed
        })
    }
}

/// A part of an opening, and the rest of it.
type Listed = Result<(Opening, ScoreChanges), ScoreWatchError>;

/// What is listed of which scores. Its methods block.
struct Listing {
    shared: Arc<Shared>,
    published: Arc<Published>,
    selected: Arc<WatchedScores>,
    revision: Revision,
    kind: OpeningKind,
}

impl Listing {
    /// The next part of an opening, or the first where there is none yet.
    fn next(&self, opening: Option<Opening>) -> Result<(Opening, ScoreChanges), ScoreWatchError> {
        let mut opening = opening.map_or_else(|| self.prepare(), Ok)?;
        let board = opening.needs_scores_of().map(|revision| self.scores_at(revision)).transpose()?;
        let part = opening.part(board.as_deref(), &self.selected);
        Ok((opening, part))
    }

    fn prepare(&self) -> Result<Opening, ScoreWatchError> {
        let revision = self.revision;
        if revision < self.published.revision {
            return Ok(Opening::new(revision, None, None, &self.selected));
        }
        let board = self.scores_at(revision)?;
        let cause = match self.kind {
            OpeningKind::Publication => {
                let stamp = self.shared.journal.stamp(revision).map_err(|problem| unreadable(&problem))?;
                Some((stamp.committed_at, stamp.submission))
            }
            OpeningKind::Snapshot => None,
        };
        Ok(Opening::new(revision, cause, Some(&board), &self.selected))
    }

    /// The scores at a revision, which are kept for the next part.
    fn scores_at(&self, revision: Revision) -> Result<Arc<Board>, ScoreWatchError> {
        let moment = (self.published.framework.reference(), revision);
        if let Some(board) = self.shared.past_boards.kept(&moment) {
            return Ok(board);
        }
        let board = board_at(&self.shared, &moment)?;
        self.shared.past_boards.keep(moment, Arc::clone(&board));
        Ok(board)
    }
}

impl WatchedScores {
    /// The selected part of a change; none if nothing is selected.
    fn select(&self, change: &RevisionChange) -> Option<ScoreChanges> {
        let RevisionChange { revision, accepted_at, submission, changes } = change;
        let taken = changes.iter().filter(|change| self.takes(change));
        let changes: Vec<_> = taken
            .map(|change| ScoreChange {
                area: change.area,
                period: change.period,
                node: change.node,
                before: change.before,
                score: change.score.clone(),
                no_data: !change.has_row,
            })
            .collect();
        let cause = Some((*accepted_at, *submission));
        (!changes.is_empty()).then_some(ScoreChanges {
            revision: *revision,
            cause,
            changes,
            continues: false,
        })
    }
}
