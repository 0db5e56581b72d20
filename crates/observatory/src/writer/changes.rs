//! What flushed entries change of the scores.

use std::sync::Arc;

use tenseven_model::event::Event;
use tenseven_store::Entry;

use crate::{
    publication::{ScoredVersion, changed_since},
    score_watch::Followed,
    shared::Shared,
    snapshot::Changes,
};

/// What these entries change of the newest published state. The frameworks among them come with scores, those that are watched
/// were followed.
pub(super) fn changes_of(
    shared: &Shared,
    entries: &[Arc<Entry>],
    scored: &[ScoredVersion],
    followed: &[Followed],
) -> Changes {
    let versions = entries.iter().flat_map(|entry| entry.event.versions());
    let published = scored.iter().filter_map(|ScoredVersion { scored, .. }| {
        let missing = changed_since(shared, scored.revision);
        let reference = scored.command.framework().reference();
        Some((reference, Arc::clone(scored.board()), missing?))
    });
    Changes {
        keys: versions.map(|version| version.key().clone()).collect(),
        published: published.collect(),
        scored: followed
            .iter()
            .map(|followed| (followed.framework.clone(), Arc::clone(&followed.board)))
            .collect(),
        has_practices: entries.iter().any(|entry| matches!(entry.event, Event::Practices(_))),
    }
}
