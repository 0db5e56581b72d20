//! The scores made with a framework at the revision of a view.

use std::sync::Arc;

use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, ObservationKey, Revision};

use crate::{Published, View, snapshot::NotScored, tail::Tail};

/// Maximum number of revisions, and of keys, between cached scores and the requested ones: with more, scoring from scratch is faster.
const CAUGHT_UP_REVISIONS_MAX: u64 = 1_000;
const CAUGHT_UP_KEYS_MAX: usize = 10_000;

impl View {
    /// Whether the scores made with a framework are held, so that they need not be made.
    pub fn holds(&self, framework: &FrameworkRef) -> bool {
        let published = self.state().version_of(framework);
        published.is_ok_and(|published| self.state().board(&published.framework.reference()).is_some())
    }

    /// The scores made with a framework at this revision. Blocks while they are made.
    pub(crate) fn board(&self, published: &Published) -> Result<Arc<Board>, NotScored> {
        if let Some(board) = self.state().board(&published.framework.reference()) {
            return Ok(Arc::clone(board));
        }
        self.state().check_scored(published, &self.shared().rules())?;
        let moment = (published.framework.reference(), self.revision());
        Ok(self.shared().past_boards.get(moment, |earlier| {
            let (panel, geography) = (self.state().panel(), self.world().geography());
            let caught_up = earlier.and_then(|(at, board)| {
                let keys = self.keys_after(at)?;
                Some(published.plan.rescore(&board, panel, geography, &keys))
            });
            caught_up.unwrap_or_else(|| published.plan.score(panel, geography))
        }))
    }

    /// The keys that changed between an earlier revision and this one; none if that takes longer than to score from scratch, or
    /// cannot be read.
    fn keys_after(&self, earlier: Revision) -> Option<Vec<ObservationKey>> {
        let revisions = self.revision().number().checked_sub(earlier.number())?;
        let mut keys = Vec::new();
        if revisions > CAUGHT_UP_REVISIONS_MAX {
            return None;
        }
        for entry in Tail::new(self.shared(), earlier).take(usize::try_from(revisions).ok()?) {
            keys.extend(entry.ok()?.event.versions().iter().map(|version| version.key().clone()));
            if keys.len() > CAUGHT_UP_KEYS_MAX {
                return None;
            }
        }
        Some(keys)
    }
}
