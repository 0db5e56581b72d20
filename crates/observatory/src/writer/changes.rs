//! What flushed entries change of the scores.

use std::sync::Arc;

use tenseven_model::event::Event;
use tenseven_store::Entry;
use tracing::warn;

use crate::{publication::ScoredVersion, shared::Shared, snapshot::Changes, tail::keys_after};

/// What these entries change of the newest published state, and the frameworks among them that come with scores.
pub(super) fn changes_of(shared: &Shared, entries: &[Entry], scored: &[ScoredVersion]) -> Changes {
    let versions = entries.iter().flat_map(|entry| entry.event.versions());
    let published = scored.iter().filter_map(|ScoredVersion { scored, .. }| {
        let missing = keys_after(shared, scored.revision).inspect_err(|problem| {
            warn!(error = %problem, "what was pushed during a publication cannot be read; everything is scored again");
        });
        let reference = scored.command.framework().reference();
        Some((reference, Arc::clone(scored.board()), missing.ok()?))
    });
    Changes {
        keys: versions.map(|version| version.key().clone()).collect(),
        published: published.collect(),
        has_practices: entries.iter().any(|entry| matches!(entry.event, Event::Practices(_))),
    }
}
