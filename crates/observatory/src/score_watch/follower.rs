//! The follower: a board that applies one entry after the other.
//!
//! *Invariant:* the board is the one that the registry had at its revision, to the last bit.

use std::sync::Arc;

use tenseven_engine::{Board, Geography, NodeChange};
use tenseven_model::{Revision, SubmissionId, Timestamp, event::Event};
use tenseven_state::{frameworks::Retired, observations::apply_version};
use tenseven_store::Entry;

/// What a revision changed of the scores.
#[derive(Debug)]
pub(super) struct RevisionChange {
    pub(super) revision: Revision,
    pub(super) accepted_at: Timestamp,
    pub(super) submission: SubmissionId,
    /// By area, then period, then node.
    pub(super) changes: Vec<NodeChange>,
}

impl RevisionChange {
    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.changes.capacity() * size_of::<NodeChange>()
    }
}

/// The scores at a revision.
#[derive(Debug)]
pub(super) struct Follower {
    pub(super) board: Arc<Board>,
    pub(super) revision: Revision,
}

impl Follower {
    /// The retirement of the version that is followed, if that is what an entry is.
    pub(super) fn retired_by(&self, entry: &Entry) -> Option<Retired> {
        let Event::Retirement(retirement) = &entry.event else { return None };
        let framework = self.board.plan().framework().reference();
        let (revision, retired_at, reason) = (entry.revision, entry.committed_at, retirement.reason.clone());
        (retirement.framework() == framework).then_some(Retired { framework, revision, retired_at, reason })
    }

    /// Takes the next entry; gives what it changed.
    pub(super) fn take(&mut self, entry: &Entry, geography: &Geography) -> RevisionChange {
        let mut changes = Vec::new();
        // A version of a framework never changes, so others that are published change nothing here.
        let versions = entry.event.versions();
        if !versions.is_empty() {
            let mut panel = self.board.panel().clone();
            for version in versions {
                apply_version(&mut panel, entry.revision, version);
            }
            let keys: Vec<_> = versions.iter().map(|version| version.key().clone()).collect();
            let after = self.board.plan().rescore(&self.board, &panel, geography, &keys);
            changes = after.changes_since(&self.board, &keys);
            self.board = Arc::new(after);
        }
        self.revision = entry.revision;
        let Entry { revision, committed_at, submission, .. } = *entry;
        RevisionChange { revision, accepted_at: committed_at, submission, changes }
    }
}
