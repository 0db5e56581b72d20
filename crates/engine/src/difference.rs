//! Differences: which scores a change made others, given the boards before and after it.
//!
//! *Invariant:* of a row that is on both boards, those nodes are returned that differ from before, to the last bit, and no others; of
//! a row that came or went, all are. Values of leaves are not compared.
//!
//! Chunks that both boards share are passed over, so that a change costs about as much here as it did to follow.

use std::collections::{BTreeMap, BTreeSet};

use tenseven_model::{Alpha3, ObservationKey, Outcome, Period, framework::NodeIndex};

use crate::{Board, NodeScore, Row, Slot, chunked::CHUNK};

/// A node whose score is another than before, in value, gap, coverage or marks.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeChange {
    /// The area.
    pub area: Alpha3,
    /// The period.
    pub period: Period,
    /// The node, by its place in the framework.
    pub node: NodeIndex,
    /// The score before; none where there was no row.
    pub before: Option<Outcome>,
    /// The score now, without the value of a leaf.
    pub score: NodeScore,
    /// Whether the board has a row of the area and period now.
    pub has_row: bool,
}

impl Board {
    /// The nodes whose scores are others than on `before`, by area, then period, then node. `changed` names all keys whose
    /// cell was set, replaced or removed in between, in any order, and may name others.
    pub fn changes_since(&self, before: &Self, changed: &[ObservationKey]) -> Vec<NodeChange> {
        let mut places = self.other_slots(before);
        self.add_touched(changed, &mut places);
        let mut by_period: BTreeMap<Period, Vec<Alpha3>> = BTreeMap::new();
        for (period, area) in places {
            if self.has_row(period, area) || before.has_row(period, area) {
                by_period.entry(period).or_default().push(area);
            }
        }
        let mut others = Vec::new();
        for (period, areas) in by_period {
            for (area, is) in areas.iter().zip(self.answers(period, &areas)) {
                let (was, has_row) = (before.row(period, *area), self.has_row(period, *area));
                add_others(&mut others, (*area, period), was.as_ref(), (is, has_row));
            }
        }
        others.sort_by_key(|other| (other.area, other.period, other.node));
        others
    }

    /// The places where some node's slot is another than before, or that were not there.
    fn other_slots(&self, before: &Self) -> BTreeSet<(Period, Alpha3)> {
        let (axis, old) = (&self.axis, &before.axis);
        let columns = || self.nodes.iter().zip(&before.nodes);
        let mut places = BTreeSet::new();
        if axis.periods == old.periods && axis.areas == old.areas {
            // By the first cell of a chunk: which of its cells differ in any column.
            let mut differing: BTreeMap<usize, [bool; CHUNK]> = BTreeMap::new();
            for (now, then) in columns() {
                now.apart(then, |first, now, then| {
                    let differing = differing.entry(first).or_insert([false; CHUNK]);
                    for ((differs, now), then) in differing.iter_mut().zip(now).zip(then) {
                        *differs |= !now.same_bits(*then);
                    }
                });
            }
            for (first, differing) in differing {
                let cells = (first..).zip(differing).filter(|(_, differs)| *differs);
                places.extend(cells.map(|(cell, _)| axis.place(cell)));
            }
            return places;
        }
        for cell in 0..axis.len() {
            let (period, area) = axis.place(cell);
            let differs =
                |known: usize| columns().any(|(now, then)| !now.at(cell).same_bits(*then.at(known)));
            if old.find(period, area).is_none_or(differs) {
                places.insert((period, area));
            }
        }
        let gone = (0..old.len()).map(|cell| old.place(cell));
        places.extend(gone.filter(|(period, area)| axis.find(*period, *area).is_none()));
        places
    }

    /// The places that changed keys bear on.
    fn add_touched(&self, changed: &[ObservationKey], places: &mut BTreeSet<(Period, Alpha3)>) {
        let steps = self.plan.steps();
        for key in changed {
            let Some(area) = key.area.country() else { continue };
            for reader in steps.readers(&key.indicator) {
                let leaf = &steps.leaves[reader.leaf];
                let is_anywhere = leaf.is_over_time() || leaf.reads_nodes();
                let is_touched = |at: &&Period| {
                    is_anywhere || key.period.periods_until(**at).is_some_and(|age| age <= reader.reach)
                };
                places.extend(self.axis.periods.iter().filter(is_touched).map(|period| (*period, area)));
            }
        }
    }
}

/// Adds the nodes of a row that differ from before, all where the row came or went.
fn add_others(
    others: &mut Vec<NodeChange>,
    (area, period): (Alpha3, Period),
    was: Option<&Row>,
    (is, has_row): (Row, bool),
) {
    for (node, is) in is.nodes.into_iter().enumerate() {
        let was = was.and_then(|row| row.nodes.get(node));
        if !has_row || was.is_none_or(|was| !same(was, &is)) {
            let (before, score) = (was.map(|was| was.outcome), NodeScore { leaf: None, ..is });
            others.push(NodeChange { area, period, node, before, score, has_row });
        }
    }
}

/// Whether both say the same, the values of leaves apart.
fn same(one: &NodeScore, other: &NodeScore) -> bool {
    let counts = |score: &NodeScore| {
        let NodeScore { outcome: _, coverage, carried, rolled_up, imputed, imputed_nodes, leaf: _ } = score;
        (*coverage, *carried, *rolled_up, *imputed, *imputed_nodes)
    };
    Slot::from(one.outcome).same_bits(Slot::from(other.outcome)) && counts(one) == counts(other)
}
