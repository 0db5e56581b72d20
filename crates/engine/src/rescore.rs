//! Scoring again after a change: only what the changed keys touch.
//!
//! A changed key touches its indicator's leaves from its period on, as far as they carry. A leaf that is compared with
//! others is normalised anew as a whole only if what it is compared with changed: of its own period, or of all
//! periods where it is pooled.
//!
//! *Invariant:* the board is the one that [`Plan::score`] would make, to the last bit. A column that nothing touches
//! is shared with the board before, and so is a whole period.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tenseven_model::{Alpha3, AreaCode, ObservationKey, Period, framework::Pool};

use crate::{
    Board, Column, Geography, Panel, Plan,
    normalise::Basis,
    plan::{LeafStep, Steps},
    score::{Axis, PeriodBoard, Prepared},
};

/// By leaf: the places whose cells a change can have touched.
type Touched = BTreeMap<usize, BTreeSet<usize>>;

/// A period between its preparation and its scores.
enum Draft<'a> {
    /// A period that the board before does not have.
    Fresh(Prepared),
    /// A period that it has.
    Known(Patch<'a>),
}

/// What is new about a period that was scored before.
struct Patch<'a> {
    before: &'a Arc<PeriodBoard>,
    /// By leaf: the places touched, and the prepared cells that now stand there.
    parts: BTreeMap<usize, (Vec<usize>, Column)>,
    /// By leaf that is compared with others: its prepared column as it is now.
    prepared: Vec<Option<Arc<Column>>>,
    /// By place touched: whether anything is known of the area.
    heard: BTreeMap<usize, bool>,
}

/// How much of a node's column is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Change {
    #[default]
    None,
    /// Some of the places that are touched.
    Part,
    /// Any place.
    Whole,
}

impl Plan {
    /// The scores of all areas and periods after a change, given the board before it. `panel` is the panel of
    /// `previous` with every change made; `changed` names all keys whose cell was set, replaced or removed, in any
    /// order, and may name others.
    pub fn rescore(
        &self,
        previous: &Board,
        panel: &Panel,
        geography: &Geography,
        changed: &[ObservationKey],
    ) -> Board {
        let steps = self.steps();
        let periods = steps.periods(panel);
        if !self.is(&previous.plan) || !geography.is(&previous.geography) {
            return self.score(panel, geography);
        }
        let Some(mut touched) = steps.touched(previous, panel, &periods, changed) else {
            return self.score(panel, geography);
        };
        let axis = &previous.axis;
        let drafts: Vec<_> = periods
            .into_iter()
            .map(|period| {
                let draft = match previous.periods.get(&period) {
                    None => Draft::Fresh(steps.prepare(panel, period, &axis.areas)),
                    Some(before) => {
                        let touched = touched.remove(&period).unwrap_or_default();
                        Draft::Known(steps.patch(before, panel, (period, &axis.areas), touched))
                    }
                };
                (period, draft)
            })
            .collect();
        let same_periods = drafts.iter().map(|(period, _)| period).eq(previous.periods.keys());
        let pooled = steps
            .leaves
            .iter()
            .enumerate()
            .map(|(place, leaf)| {
                if same_periods && !drafts.iter().any(|(_, draft)| draft.touches(place)) {
                    return previous.pooled[place].clone();
                }
                let columns = drafts.iter().filter_map(|(_, draft)| draft.prepared(place));
                leaf.pooled_basis(columns, axis)
            })
            .collect::<Vec<_>>();
        let periods =
            drafts.into_iter().map(|(period, draft)| (period, steps.finish(draft, axis, &pooled))).collect();
        Board {
            plan: self.clone(),
            panel: panel.clone(),
            geography: geography.clone(),
            axis: Arc::clone(axis),
            pooled,
            periods,
        }
    }
}

impl Draft<'_> {
    /// Whether cells of a leaf were resolved again.
    fn touches(&self, leaf: usize) -> bool {
        match self {
            Self::Fresh(_) => true,
            Self::Known(patch) => patch.parts.contains_key(&leaf),
        }
    }

    /// The prepared column of a leaf that is compared with others.
    fn prepared(&self, leaf: usize) -> Option<&Column> {
        match self {
            Self::Fresh(prepared) => prepared.leaves.get(leaf),
            Self::Known(patch) => patch.prepared.get(leaf)?.as_deref(),
        }
    }
}

impl Steps {
    /// What the changed keys touch; none if the list of areas itself changes.
    fn touched(
        &self,
        previous: &Board,
        panel: &Panel,
        periods: &[Period],
        changed: &[ObservationKey],
    ) -> Option<BTreeMap<Period, Touched>> {
        let frequency = self.framework.draft().frequency;
        let mut touched: BTreeMap<Period, Touched> = BTreeMap::new();
        let mut areas = BTreeSet::new();
        for key in changed.iter().filter(|key| key.period.frequency() == frequency) {
            let Some(area) = key.area.country() else { continue };
            for leaf in self.leaves_of(&key.indicator) {
                let rule = &self.leaves[*leaf].rule;
                if matches!(key.area, AreaCode::Local(..)) && !rule.add_units {
                    continue;
                }
                areas.insert(area);
                let first = periods.partition_point(|period| *period < key.period);
                let is_near = |period: &&Period| {
                    key.period.periods_until(**period).is_some_and(|age| age <= rule.max_age)
                };
                let place = previous.axis.place(area)?;
                for period in periods[first..].iter().take_while(is_near) {
                    touched.entry(*period).or_default().entry(*leaf).or_default().insert(place);
                }
            }
        }
        let as_before = |area: &Alpha3| {
            let place = previous.axis.place(*area)?;
            Some(*previous.axis.heard.get(place)? == self.is_heard(panel, *area))
        };
        areas.iter().all(|area| as_before(area) == Some(true)).then_some(touched)
    }

    /// Whether anything was ever reported of an area that bears on a score.
    fn is_heard(&self, panel: &Panel, area: Alpha3) -> bool {
        let frequency = self.framework.draft().frequency;
        self.leaves.iter().any(|leaf| {
            let series = panel.series(&leaf.indicator, area);
            series.is_some_and(|series| series.has_any(frequency, leaf.rule.add_units))
        })
    }

    fn patch<'a>(
        &self,
        before: &'a Arc<PeriodBoard>,
        panel: &Panel,
        (period, areas): (Period, &[Alpha3]),
        touched: Touched,
    ) -> Patch<'a> {
        let mut prepared = before.prepared.clone();
        let mut heard = BTreeMap::new();
        let mut parts = BTreeMap::new();
        for (leaf, places) in touched {
            for place in &places {
                heard.entry(*place).or_insert_with(|| {
                    let has_word = |leaf: &LeafStep| leaf.has_word(panel, period, areas[*place]);
                    self.leaves.iter().any(has_word)
                });
            }
            let places: Vec<_> = if self.leaves[leaf].is_by_area() {
                places.into_iter().collect()
            } else {
                (0..areas.len()).collect()
            };
            let part_areas: Vec<_> = places.iter().map(|place| areas[*place]).collect();
            let mut ignored = vec![false; places.len()];
            let part = self.leaves[leaf].prepared(panel, period, &part_areas, &mut ignored);
            if let Some(column) = &mut prepared[leaf] {
                Arc::make_mut(column).scatter(&places, &part);
            }
            parts.insert(leaf, (places, part));
        }
        Patch { before, parts, prepared, heard }
    }

    fn finish(&self, draft: Draft<'_>, axis: &Axis, pooled: &[Option<Basis>]) -> Arc<PeriodBoard> {
        match draft {
            Draft::Fresh(prepared) => {
                let bases = self.bases(&prepared, axis, pooled);
                Arc::new(self.settle(prepared, bases, &axis.compared))
            }
            Draft::Known(patch) => {
                let bases: Vec<_> = (0..self.leaves.len())
                    .map(|leaf| self.patched_basis(&patch, leaf, axis, pooled[leaf].as_ref()))
                    .collect();
                self.apply(patch, bases, &axis.compared)
            }
        }
    }

    fn patched_basis(
        &self,
        patch: &Patch<'_>,
        leaf: usize,
        axis: &Axis,
        pooled: Option<&Basis>,
    ) -> Option<Basis> {
        match self.leaves[leaf].pool()? {
            Pool::AllPeriods => pooled.cloned(),
            Pool::Period if patch.parts.contains_key(&leaf) => {
                self.leaves[leaf].basis(std::iter::once(patch.prepared[leaf].as_deref()?), axis)
            }
            Pool::Period => patch.before.bases[leaf].clone(),
        }
    }

    fn apply(&self, patch: Patch<'_>, bases: Vec<Option<Basis>>, compared: &[bool]) -> Arc<PeriodBoard> {
        let Patch { before, parts, prepared, heard } = patch;
        let mut nodes = before.nodes.clone();
        let mut changes = vec![Change::None; nodes.len()];
        let mut places = BTreeSet::new();
        for (index, leaf) in self.leaves.iter().enumerate() {
            let compared_as_before = same(bases[index].as_ref(), before.bases[index].as_ref());
            match (&prepared[index], parts.get(&index)) {
                (Some(column), _) if !compared_as_before => {
                    let mut column = column.as_ref().clone();
                    leaf.score(&mut column, bases[index].as_ref());
                    nodes[leaf.node] = Arc::new(column);
                    changes[leaf.node] = Change::Whole;
                }
                (_, Some((at, part))) => {
                    let mut part = part.clone();
                    leaf.score(&mut part, bases[index].as_ref());
                    Arc::make_mut(&mut nodes[leaf.node]).scatter(at, &part);
                    places.extend(at.iter().copied());
                    changes[leaf.node] = Change::Part;
                }
                (_, None) => {}
            }
        }
        if changes.iter().all(|change| *change == Change::None) {
            return Arc::clone(before);
        }
        let places: Vec<_> = places.into_iter().collect();
        self.climb(&mut nodes, &mut changes, &places, compared);
        let criteria = self.criteria_again(before, &nodes, &changes, &places);
        let mut board = PeriodBoard { heard: before.heard.clone(), prepared, bases, nodes, criteria };
        for (place, heard) in heard {
            board.heard[place] = heard;
        }
        Arc::new(board)
    }

    /// Aggregates again every branch that an input of changed: at the places touched, or as a whole where an input
    /// changed as a whole or the branch compares areas with each other.
    fn climb(&self, nodes: &mut [Arc<Column>], changes: &mut [Change], places: &[usize], compared: &[bool]) {
        for branch in &self.branches {
            let below = branch.inputs.iter().map(|(node, _)| changes[*node]).max().unwrap_or_default();
            let change = match below {
                Change::Part if !branch.aggregate.is_by_area() => Change::Whole,
                change => change,
            };
            changes[branch.node] = change;
            match change {
                Change::None => {}
                Change::Whole => {
                    let len = nodes[branch.inputs[0].0].len();
                    nodes[branch.node] = Arc::new(branch.column(len, compared, |node| &nodes[node]));
                }
                Change::Part => {
                    let gathered = gather(branch.inputs.iter().map(|(node, _)| *node), nodes, places);
                    let part = branch.column(places.len(), &[], |node| &gathered[&node]);
                    Arc::make_mut(&mut nodes[branch.node]).scatter(places, &part);
                }
            }
        }
    }

    fn criteria_again(
        &self,
        before: &PeriodBoard,
        nodes: &[Arc<Column>],
        changes: &[Change],
        places: &[usize],
    ) -> Vec<Arc<Column>> {
        let again = |(leaves, column): (&Vec<usize>, &Arc<Column>)| {
            let below = leaves.iter().map(|leaf| changes[self.leaves[*leaf].node]).max().unwrap_or_default();
            match below {
                Change::None => Arc::clone(column),
                Change::Whole => self.criterion(leaves, column.len(), |node| &nodes[node]),
                Change::Part => {
                    let inputs = leaves.iter().map(|leaf| self.leaves[*leaf].node);
                    let gathered = gather(inputs, nodes, places);
                    let part = self.criterion(leaves, places.len(), |node| &gathered[&node]);
                    let mut column = column.as_ref().clone();
                    column.scatter(places, &part);
                    Arc::new(column)
                }
            }
        };
        self.criteria.iter().zip(&before.criteria).map(again).collect()
    }
}

fn gather(
    inputs: impl Iterator<Item = usize>,
    nodes: &[Arc<Column>],
    places: &[usize],
) -> BTreeMap<usize, Column> {
    inputs.map(|node| (node, nodes[node].gather(places))).collect()
}

fn same(one: Option<&Basis>, other: Option<&Basis>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.same_bits(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}
