//! Every version of every observation, by key.
//!
//! *Invariant:* a fold over the journal: it can be thrown away and rebuilt. Cloning is cheap; a clone never changes,
//! because the maps share their structure. Versions of one key stand oldest first.

use std::{ops::Bound, sync::Arc};

use imbl::OrdMap;
use tenseven_model::{
    AreaCode, IndicatorId, Observation, ObservationKey, Period, Revision, SourceId, SubmissionId, Timestamp,
};

/// One version of an observation: what it said from its revision on.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What it says.
    pub observation: Arc<Observation>,
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The submission that brought it.
    pub submission: SubmissionId,
}

/// What became of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Its key was new.
    New,
    /// Its key was known with other content, since this revision.
    Revised(Revision),
    /// It said what was known.
    Unchanged,
}

/// Every version of every observation.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    versions: OrdMap<ObservationKey, Arc<Vec<Recorded>>>,
}

impl History {
    /// What this observation would change.
    pub(crate) fn change(&self, observation: &Observation) -> Change {
        match self.versions.get(observation.key()).and_then(|versions| versions.last()) {
            None => Change::New,
            Some(latest) if *latest.observation == *observation => Change::Unchanged,
            Some(latest) => Change::Revised(latest.revision),
        }
    }

    /// Adds a version; its revision is newer than all that are known.
    pub(crate) fn record(&mut self, recorded: Recorded) {
        let key = recorded.observation.key().clone();
        match self.versions.get_mut(&key) {
            Some(versions) => Arc::make_mut(versions).push(recorded),
            None => {
                self.versions.insert(key, Arc::new(vec![recorded]));
            }
        }
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.versions.len()
    }

    /// What was current at a revision, in the order of keys, from behind `after` on; only that of an indicator, if one
    /// is given.
    pub(crate) fn current_at<'a>(
        &'a self,
        revision: Revision,
        indicator: Option<&'a IndicatorId>,
        after: Option<&ObservationKey>,
    ) -> impl Iterator<Item = &'a Recorded> {
        let first = indicator.map(first_key);
        let start = match (after, &first) {
            (Some(after), Some(first)) if after < first => Bound::Included(first.clone()),
            (Some(after), _) => Bound::Excluded(after.clone()),
            (None, Some(first)) => Bound::Included(first.clone()),
            (None, None) => Bound::Unbounded,
        };
        self.versions
            .range((start, Bound::Unbounded))
            .take_while(move |(key, _)| indicator.is_none_or(|indicator| key.indicator == *indicator))
            .filter_map(move |(_, versions)| {
                versions.iter().rev().find(|version| version.revision <= revision)
            })
    }
}

/// A key that no key of the indicator comes before.
fn first_key(indicator: &IndicatorId) -> ObservationKey {
    ObservationKey {
        indicator: indicator.clone(),
        area: AreaCode::FIRST,
        source: SourceId::first(),
        period: Period::FIRST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenseven_model::{Notes, Value};

    fn recorded(area: &str, revision: u64, flag: bool) -> Recorded {
        let key = ObservationKey {
            indicator: "x".parse().unwrap(),
            area: area.parse().unwrap(),
            source: "s".parse().unwrap(),
            period: "2020".parse().unwrap(),
        };
        Recorded {
            observation: Arc::new(Observation::new(key, Value::Flag(flag), None, Notes::default()).unwrap()),
            revision: Revision::new(revision),
            accepted_at: Timestamp::from_micros(0),
            submission: SubmissionId::from_bytes([1; 16]).unwrap(),
        }
    }

    #[test]
    fn tells_what_was_current_at_each_revision() {
        let mut history = History::default();
        for version in [recorded("MAR", 1, false), recorded("CAN", 2, false), recorded("MAR", 3, true)] {
            history.record(version);
        }
        let at = |revision| {
            history
                .current_at(Revision::new(revision), None, None)
                .map(|one| one.revision.number())
                .collect::<Vec<_>>()
        };
        assert_eq!([at(0), at(1), at(2), at(3)], [vec![], vec![1], vec![2, 1], vec![2, 3]]);
    }

    #[test]
    fn tells_new_revised_and_unchanged_apart() {
        let mut history = History::default();
        let first = recorded("MAR", 1, false);
        assert_eq!(history.change(&first.observation), Change::New);
        history.record(first.clone());
        assert_eq!(history.change(&first.observation), Change::Unchanged);
        let revised = Change::Revised(Revision::new(1));
        assert_eq!(history.change(&recorded("MAR", 2, true).observation), revised);
    }

    #[test]
    fn a_clone_does_not_see_later_versions() {
        let mut history = History::default();
        history.record(recorded("MAR", 1, false));
        let before = history.clone();
        history.record(recorded("MAR", 2, true));
        assert_eq!(
            before
                .current_at(Revision::new(9), None, None)
                .map(|one| one.revision.number())
                .collect::<Vec<_>>(),
            [1]
        );
        assert_eq!(before.len(), history.len());
    }
}
