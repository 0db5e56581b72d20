//! The model: what was accepted, and what follows from it in the simplest way.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use tenseven_catalog::{Catalog, parse_framework};
use tenseven_engine::{Board, Cell, NodeScore, Panel, Plan};
use tenseven_model::{
    Alpha3, Observation, ObservationKey, Period, Revision, SubmissionId, Timestamp, framework::NodeIndex,
};
use tenseven_state::{
    World,
    observations::{Change, notes_fingerprint},
};

use super::client::Content;

/// Scores by area, period and node, without the values of leaves.
pub(super) type Scores = BTreeMap<(Alpha3, Period, NodeIndex), NodeScore>;

/// What was accepted.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    pub(super) id: SubmissionId,
    pub(super) at: Timestamp,
    pub(super) content: Content,
}

/// Everything that was accepted, by revision.
#[derive(Default)]
pub(super) struct Model {
    accepted: BTreeMap<u64, Accepted>,
    plans: RefCell<HashMap<u64, Plan>>,
}

impl Model {
    pub(super) fn newest(&self) -> Revision {
        Revision::new(self.accepted.last_key_value().map_or(0, |(number, _)| *number))
    }

    pub(super) fn get(&self, revision: Revision) -> Option<&Accepted> {
        self.accepted.get(&revision.number())
    }

    pub(super) fn accept(&mut self, revision: Revision, accepted: Accepted) {
        assert_eq!(revision, self.newest().next(), "revisions follow each other");
        let last = self.get(self.newest()).map(|last| last.at);
        assert!(last.is_none_or(|last| last <= accepted.at), "time does not go back");
        self.accepted.insert(revision.number(), accepted);
    }

    /// The last revision up to a time.
    pub(super) fn at_time(&self, time: Timestamp) -> Revision {
        let last = self.accepted.iter().rev().find(|(_, accepted)| accepted.at <= time);
        Revision::new(last.map_or(0, |(number, _)| *number))
    }

    /// The revision that a submission was accepted at.
    pub(super) fn revision_of(&self, id: SubmissionId) -> Option<Revision> {
        let found = self.accepted.iter().find(|(_, accepted)| accepted.id == id);
        found.map(|(number, _)| Revision::new(*number))
    }

    /// The observations at a revision, each with the one that it is from.
    pub(super) fn observations(&self, at: Revision) -> BTreeMap<ObservationKey, (Observation, Revision)> {
        let mut current = BTreeMap::new();
        for (number, accepted) in self.accepted.range(..=at.number()) {
            match &accepted.content {
                Content::Change(changes) => {
                    for change in changes {
                        let known = current.get(change.key()).map(|(known, _)| known);
                        match after(known, change) {
                            After::Observed(now) if known != Some(&now) => {
                                current.insert(change.key().clone(), (now, Revision::new(*number)));
                            }
                            After::Observed(_) => {}
                            After::Nothing => {
                                current.remove(change.key());
                            }
                            After::Rejected => panic!("{change:?} was accepted"),
                        }
                    }
                }
                Content::Publish(_) | Content::Retire(_) => {}
            }
        }
        current
    }

    /// The versions of the framework at a revision, each with the revision that published it.
    pub(super) fn versions(&self, at: Revision) -> BTreeMap<u64, Revision> {
        let published = self.accepted.range(..=at.number()).filter_map(|(number, accepted)| {
            let Content::Publish(version) = accepted.content else { return None };
            Some((version, Revision::new(*number)))
        });
        published.collect()
    }

    /// The versions that are retired at a revision, each with the revision that retired it.
    pub(super) fn retired(&self, at: Revision) -> BTreeMap<u64, Revision> {
        let retired = self.accepted.range(..=at.number()).filter_map(|(number, accepted)| {
            let Content::Retire(version) = accepted.content else { return None };
            Some((version, Revision::new(*number)))
        });
        retired.collect()
    }

    pub(super) fn panel(&self, at: Revision) -> Panel {
        let mut panel = Panel::default();
        for (key, (observation, revision)) in self.observations(at) {
            let (value, status) = (observation.value().clone(), observation.status());
            let notes = notes_fingerprint(observation.notes());
            panel.set(&key, Cell { value, status, revision, notes });
        }
        panel
    }

    /// The scores of a version at a revision, made from scratch.
    pub(super) fn scores(&self, version: u64, at: Revision, world: &World) -> Scores {
        let mut plans = self.plans.borrow_mut();
        let plan = plans.entry(version).or_insert_with(|| {
            Plan::new(parse_framework(&definition(version)).expect("it is a framework").into())
        });
        scores_of(&plan.score(&self.panel(at), world.geography()))
    }
}

/// What a change makes of what is observed for its key.
#[derive(Debug, PartialEq)]
pub(super) enum After {
    Observed(Observation),
    Nothing,
    /// It cannot be accepted.
    Rejected,
}

/// What a change makes of what is observed for its key.
pub(super) fn after(before: Option<&Observation>, change: &Change) -> After {
    match (change, before) {
        (Change::Put(observation), _) => After::Observed(observation.clone()),
        (Change::Merge(merge), Some(before)) => {
            merge.request().apply(before).map_or(After::Rejected, After::Observed)
        }
        (Change::Withdraw(_), Some(_)) => After::Nothing,
        (Change::Merge(_) | Change::Withdraw(_), None) => After::Rejected,
    }
}

/// The version with this number; none that is bundled.
pub(super) fn version_text(version: u64) -> String {
    format!("2.{version}.0")
}

/// A bundled framework, as the version with this number.
pub(super) fn definition(version: u64) -> String {
    let catalog = Catalog::bundled();
    let texts = catalog.framework_texts();
    let text = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).expect("it ships");
    text.replacen("version = \"1.0.0\"", &format!("version = \"{}\"", version_text(version)), 1)
}

/// Everything that a board shows.
pub(super) fn scores_of(board: &Board) -> Scores {
    let mut scores = Scores::new();
    for period in board.periods() {
        for area in board.areas(period) {
            let Some(row) = board.row(period, area) else { continue };
            for (node, score) in row.nodes.iter().enumerate() {
                scores.insert((area, period, node), NodeScore { leaf: None, ..score.clone() });
            }
        }
    }
    scores
}
