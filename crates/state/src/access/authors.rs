//! Authors: which partner made which revision.
//!
//! *Invariant:* consecutive revisions of one author take one entry, and what is full is shared between states, so that a commit
//! copies little.

use std::sync::Arc;

use tenseven_model::{PartnerId, Revision};

/// Runs that are copied when a state is changed that somebody reads.
const OPEN_RUNS_MAX: usize = 512;

/// Consecutive revisions with one author.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    first: Revision,
    author: Option<PartnerId>,
}

/// The author of every revision. Equal if they say the same.
#[derive(Debug, Clone, Default)]
pub struct Authors {
    full: Arc<Vec<Arc<[Run]>>>,
    open: Arc<Vec<Run>>,
}

impl Authors {
    /// Notes the author of the next revision.
    pub(crate) fn note(&mut self, revision: Revision, author: Option<&PartnerId>) {
        let last = self.open.last().or_else(|| self.full.last()?.last());
        if last.map_or(author.is_none(), |run| run.author.as_ref() == author) {
            return;
        }
        if self.open.len() >= OPEN_RUNS_MAX {
            let full = std::mem::take(Arc::make_mut(&mut self.open));
            Arc::make_mut(&mut self.full).push(full.into());
        }
        Arc::make_mut(&mut self.open).push(Run { first: revision, author: author.cloned() });
    }

    /// The authors of these runs, each with its first revision, in order.
    pub fn of_runs(runs: impl IntoIterator<Item = (Revision, Option<PartnerId>)>) -> Self {
        let mut authors = Self::default();
        for (first, author) in runs {
            authors.note(first, author.as_ref());
        }
        authors
    }

    /// The runs, each with its first revision, in order. Before the first there is no author.
    pub fn runs(&self) -> impl Iterator<Item = (Revision, Option<&PartnerId>)> {
        let full = self.full.iter().flat_map(|runs| runs.iter());
        full.chain(self.open.iter()).map(|run| (run.first, run.author.as_ref()))
    }

    /// How many runs there are.
    pub fn run_count(&self) -> usize {
        self.full.len() * OPEN_RUNS_MAX + self.open.len()
    }

    /// Who made a revision; none where nobody had to identify themselves.
    pub fn of(&self, revision: Revision) -> Option<&PartnerId> {
        let runs: &[Run] = match self.open.first() {
            Some(first) if first.first <= revision => &self.open,
            _ => {
                let after =
                    self.full.partition_point(|runs| runs.first().is_some_and(|run| run.first <= revision));
                self.full.get(after.checked_sub(1)?)?
            }
        };
        let after = runs.partition_point(|run| run.first <= revision);
        runs.get(after.checked_sub(1)?)?.author.as_ref()
    }
}

impl PartialEq for Authors {
    fn eq(&self, other: &Self) -> bool {
        self.run_count() == other.run_count() && self.runs().eq(other.runs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_of_every_revision_is_known_however_often_they_take_turns() {
        let names: Vec<PartnerId> = ["a", "b", "c"].map(|id| id.parse().unwrap()).to_vec();
        let author = |revision: u64| match revision {
            0..10 => None,
            10..3_000 => Some(&names[(revision / 2 % 3) as usize]),
            _ => revision.is_multiple_of(2).then(|| &names[0]),
        };
        let mut authors = Authors::default();
        for revision in 1..4_000 {
            authors.note(Revision::new(revision), author(revision));
        }
        for revision in 1..4_000 {
            assert_eq!(authors.of(Revision::new(revision)), author(revision), "{revision}");
        }
        let copied = authors.runs().map(|(first, author)| (first, author.cloned()));
        assert_eq!(Authors::of_runs(copied), authors);
        assert!(authors.run_count() > 2 * OPEN_RUNS_MAX);
    }

    #[test]
    fn revisions_without_authors_take_nothing() {
        let mut authors = Authors::default();
        (1..100).for_each(|revision| authors.note(Revision::new(revision), None));
        assert_eq!((authors.run_count(), authors.of(Revision::new(7))), (0, None));
    }
}
