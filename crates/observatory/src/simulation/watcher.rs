//! Watchers: what one knows from a watch of scores must be what the scores are.

use std::collections::BTreeMap;

use tenseven_model::{Revision, ScoreSelection};

use super::{
    model::{Model, Scores, version_text},
    random::Random,
};
use crate::{NotScored, Observatory, ScoreChanges, ScoreWatch, ScoreWatchError, WatchStart, World};

/// A watcher, and what it knows.
pub(super) struct Watcher {
    watch: ScoreWatch,
    version: u64,
    known: Scores,
    /// The last revision that it was sent changes of.
    last: Revision,
}

fn all_of(version: u64) -> ScoreSelection {
    let framework = format!("target-10-7@{}", version_text(version)).parse().expect("a reference");
    ScoreSelection { framework, areas: Vec::new(), from: None, to: None, nodes: Vec::new() }
}

impl Watcher {
    /// Starts at a revision, with a snapshot.
    pub(super) fn start(observatory: &Observatory, version: u64, after: Revision) -> Self {
        let start = WatchStart::after(after);
        let watch = observatory.watch_scores(&all_of(version), start, true).expect("it can be watched");
        Self { watch, version, known: Scores::new(), last: Revision::ZERO }
    }

    /// Goes on after a restart; none where the version is among those that are retired, which are refused.
    pub(super) fn resume(self, observatory: &Observatory, retired: &BTreeMap<u64, Revision>) -> Option<Self> {
        // A snapshot that was not read to its end is requested again.
        let is_new = self.last == Revision::ZERO;
        let start = WatchStart::after(self.watch.reached());
        let watch = observatory.watch_scores(&all_of(self.version), start, is_new);
        if retired.contains_key(&self.version) {
            assert!(watch.is_err(), "version {} is retired, and watched", self.version);
            return None;
        }
        let watch = watch.expect("it goes on");
        let known = if is_new { Scores::new() } else { self.known };
        Some(Self { watch, known, ..self })
    }

    /// Reads what there is up to a revision, a part of it at a time, and compares it. None where the watch ended, since its version is
    /// retired.
    pub(super) fn read(
        &mut self,
        runtime: &tokio::runtime::Runtime,
        random: &mut Random,
        (model, world): (&Model, &World),
        newest: Revision,
    ) -> Option<usize> {
        let mut changes = 0;
        while self.watch.reached() < newest || self.last == Revision::ZERO {
            let parts = match runtime.block_on(self.watch.ready()) {
                Ok(()) => self.watch.take(self.until(random)),
                Err(ScoreWatchError::NotScored(NotScored::Retired(retired))) => {
                    assert_eq!(model.retired(newest).get(&self.version), Some(&retired.retired.revision));
                    assert!(self.last < retired.retired.revision, "changes came after the retirement");
                    return None;
                }
                Err(problem) => panic!("{problem}"),
            };
            let continues = parts.last().is_some_and(|last| last.continues);
            for one in parts {
                changes += one.changes.len();
                self.take(one);
            }
            if !continues {
                let reached = self.watch.reached();
                self.last = self.last.max(reached);
                assert_eq!(
                    self.known,
                    model.scores(self.version, reached, world),
                    "what is known at {reached}"
                );
            }
        }
        assert!(
            !model.retired(self.watch.reached()).contains_key(&self.version),
            "the watch goes on after the retirement"
        );
        Some(changes)
    }

    /// Sometimes the revision that another watch of the same scores goes on after.
    fn until(&self, random: &mut Random) -> Option<Revision> {
        let is_shared = !self.watch.is_opening() && random.once_in(3);
        is_shared.then(|| Revision::new(self.watch.reached().number() + 1 + random.below(3)))
    }

    fn take(&mut self, changes: ScoreChanges) {
        let is_snapshot = changes.cause.is_none();
        assert!(is_snapshot || changes.revision > self.last, "revision {} comes twice", changes.revision);
        for change in changes.changes {
            let key = (change.area, change.period, change.node);
            let before =
                if change.no_data { self.known.remove(&key) } else { self.known.insert(key, change.score) };
            let before = before.map(|score| score.outcome.map(f64::to_bits));
            assert_eq!(before, change.before.map(|outcome| outcome.map(f64::to_bits)), "{key:?}");
        }
        if !changes.continues {
            self.last = changes.revision;
        }
    }
}
