//! Scoring from scratch: every period and area, or one row.
//!
//! *Invariant:* a score depends on the panel, the geography and the plan alone. The columns of a period are dense
//! over one list of areas, in order of their codes.

use std::{collections::BTreeSet, sync::Arc};

use tenseven_model::{
    Alpha3, Gap, Period,
    framework::{Aggregate, AreaSet, MinCoverage, Pool, Reference},
};

use crate::{
    Board, Column, Geography, Panel, Plan, Row,
    aggregate::{Input, aggregate, copeland},
    normalise::Basis,
    plan::{BranchStep, LeafStep, Steps},
    resolve,
    row::{constant_cell, leaf_cells, row},
};

/// The areas that columns run over.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// By code: all that the catalogue names, and all others that something was reported for.
    pub(crate) areas: Vec<Alpha3>,
    /// Which of them relative normalisations compare.
    pub(crate) compared: Vec<bool>,
    /// Which of them anything was reported for, in any period.
    pub(crate) heard: Vec<bool>,
}

impl Axis {
    fn new(steps: &Steps, panel: &Panel, geography: &Geography) -> Self {
        let frequency = steps.framework.draft().frequency;
        let mut heard = BTreeSet::new();
        for leaf in &steps.leaves {
            let series = panel.countries(&leaf.indicator);
            let series = series.filter(|(_, series)| series.has_any(frequency, leaf.rule.add_units));
            heard.extend(series.map(|(country, _)| country));
        }
        let areas: Vec<_> = geography.world().union(&heard).copied().collect();
        let is_compared = |area: &Alpha3| match &steps.framework.draft().reference {
            Reference::World => geography.world().contains(area),
            Reference::All => heard.contains(area),
            Reference::Group(AreaSet::Own(_)) => false,
            Reference::Group(AreaSet::M49(group)) => {
                geography.members(*group).is_some_and(|members| members.contains(area))
            }
        };
        let compared = areas.iter().map(is_compared).collect();
        let heard = areas.iter().map(|area| heard.contains(area)).collect();
        Self { areas, compared, heard }
    }

    pub(crate) fn place(&self, area: Alpha3) -> Option<usize> {
        self.areas.binary_search(&area).ok()
    }
}

/// All columns of a period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PeriodBoard {
    /// Which areas anything is known of, observed or carried.
    pub(crate) heard: Vec<bool>,
    /// By leaf: the prepared column, kept where the normalisation is relative.
    pub(crate) prepared: Vec<Option<Arc<Column>>>,
    /// By leaf: what its normalisation compared with.
    pub(crate) bases: Vec<Option<Basis>>,
    /// By node, in framework order: the scores.
    pub(crate) nodes: Vec<Arc<Column>>,
    /// By criterion, in framework order: the scores.
    pub(crate) criteria: Vec<Arc<Column>>,
}

/// The leaves of a period, resolved, imputed and transformed.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) heard: Vec<bool>,
    pub(crate) leaves: Vec<Column>,
}

impl Plan {
    /// The scores of all areas and periods.
    pub fn score(&self, panel: &Panel, geography: &Geography) -> Board {
        let steps = self.steps();
        let axis = Axis::new(steps, panel, geography);
        let prepared: Vec<_> = steps
            .periods(panel)
            .into_iter()
            .map(|period| (period, steps.prepare(panel, period, &axis.areas)))
            .collect();
        let pooled: Vec<_> = steps
            .leaves
            .iter()
            .enumerate()
            .map(|(place, leaf)| {
                let columns = prepared.iter().map(|(_, prepared)| &prepared.leaves[place]);
                leaf.pooled_basis(columns, &axis)
            })
            .collect();
        let periods = prepared
            .into_iter()
            .map(|(period, prepared)| {
                let bases = steps.bases(&prepared, &axis, &pooled);
                (period, Arc::new(steps.settle(prepared, bases, &axis.compared)))
            })
            .collect();
        Board {
            plan: self.clone(),
            panel: panel.clone(),
            geography: geography.clone(),
            axis: Arc::new(axis),
            pooled,
            periods,
        }
    }

    /// The scores of one area and period, whether or not a board would have them: also for a period later than any
    /// that was observed. Where the board has the row, it is the same to the last bit.
    pub fn score_row(&self, panel: &Panel, geography: &Geography, period: Period, area: Alpha3) -> Row {
        let steps = self.steps();
        let axis = Axis::new(steps, panel, geography);
        let bases = steps.bases_alone(panel, &axis, period, None);
        steps.row_alone(panel, &axis, (period, area), bases)
    }

    /// A board of one period alone, whether or not a board of all periods would have it. Pooled normalisations compare
    /// over the periods of the latter.
    pub(crate) fn score_period(&self, panel: &Panel, geography: &Geography, period: Period) -> Board {
        let steps = self.steps();
        let axis = Axis::new(steps, panel, geography);
        let prepared = steps.prepare(panel, period, &axis.areas);
        let bases = steps.bases_alone(panel, &axis, period, None);
        let board = Arc::new(steps.settle(prepared, bases.clone(), &axis.compared));
        Board {
            plan: self.clone(),
            panel: panel.clone(),
            geography: geography.clone(),
            axis: Arc::new(axis),
            pooled: bases,
            periods: [(period, board)].into(),
        }
    }

    /// The scores of an area that nothing is known of, in a registry without observations.
    pub fn empty_row(&self) -> Row {
        let steps = self.steps();
        let mut leaves: Vec<_> = steps.leaves.iter().map(|_| Column::of_gap(1, Gap::NeverReported)).collect();
        for (leaf, column) in steps.leaves.iter().zip(&mut leaves) {
            leaf.prepare(column);
        }
        let prepared = Prepared { heard: vec![false], leaves };
        let board = steps.settle(prepared, vec![None; steps.leaves.len()], &[false]);
        row(steps, &board, 0, steps.leaves.iter().map(constant_cell).collect())
    }
}

impl LeafStep {
    /// What is compared with over all periods, where they are pooled; none otherwise.
    pub(crate) fn pooled_basis<'a>(
        &self,
        columns: impl Iterator<Item = &'a Column>,
        axis: &Axis,
    ) -> Option<Basis> {
        if self.pool() != Some(Pool::AllPeriods) {
            return None;
        }
        self.basis(columns, axis)
    }

    /// The resolved column over these areas; marks in `heard` the areas that there is a word of.
    fn resolve(&self, panel: &Panel, period: Period, areas: &[Alpha3], heard: &mut [bool]) -> Column {
        let sheet = panel.sheet(&self.indicator);
        let word = |area: &Alpha3| resolve::word(sheet?.series(*area)?, period, &self.rule);
        areas
            .iter()
            .zip(heard)
            .map(|(area, heard)| match word(area) {
                Some(word) => {
                    *heard = true;
                    word.number
                }
                None => Err(Gap::NeverReported),
            })
            .collect()
    }

    /// The prepared column over these areas; marks in `heard` the areas that there is a word of.
    pub(crate) fn prepared(
        &self,
        panel: &Panel,
        period: Period,
        areas: &[Alpha3],
        heard: &mut [bool],
    ) -> Column {
        let mut column = self.resolve(panel, period, areas, heard);
        self.prepare(&mut column);
        column
    }
}

impl Steps {
    pub(crate) fn prepare(&self, panel: &Panel, period: Period, areas: &[Alpha3]) -> Prepared {
        let mut heard = vec![false; areas.len()];
        let leaves = self.leaves.iter().map(|leaf| leaf.prepared(panel, period, areas, &mut heard)).collect();
        Prepared { heard, leaves }
    }

    /// What each leaf of a period is compared with.
    pub(crate) fn bases(
        &self,
        prepared: &Prepared,
        axis: &Axis,
        pooled: &[Option<Basis>],
    ) -> Vec<Option<Basis>> {
        let of_leaf = |((leaf, column), pooled): ((&LeafStep, &Column), &Option<Basis>)| match leaf.pool() {
            None => None,
            Some(Pool::Period) => leaf.basis(std::iter::once(column), axis),
            Some(Pool::AllPeriods) => pooled.clone(),
        };
        self.leaves.iter().zip(&prepared.leaves).zip(pooled).map(of_leaf).collect()
    }

    /// What each leaf of a period is compared with, found without a board of the period. `pooled` is what pooled
    /// leaves compare with, where it is known.
    pub(crate) fn bases_alone(
        &self,
        panel: &Panel,
        axis: &Axis,
        period: Period,
        pooled: Option<&[Option<Basis>]>,
    ) -> Vec<Option<Basis>> {
        let over = |leaf: &LeafStep, periods: &[Period]| {
            let mut heard = vec![false; axis.areas.len()];
            let columns: Vec<_> =
                periods.iter().map(|period| leaf.prepared(panel, *period, &axis.areas, &mut heard)).collect();
            leaf.basis(columns.iter(), axis)
        };
        let of_leaf = |(place, leaf): (usize, &LeafStep)| match (leaf.pool()?, pooled) {
            (Pool::Period, _) => over(leaf, &[period]),
            (Pool::AllPeriods, Some(pooled)) => pooled[place].clone(),
            (Pool::AllPeriods, None) => over(leaf, &self.periods(panel)),
        };
        self.leaves.iter().enumerate().map(of_leaf).collect()
    }

    /// The row of one area and period, given what each leaf is compared with.
    pub(crate) fn row_alone(
        &self,
        panel: &Panel,
        axis: &Axis,
        (period, area): (Period, Alpha3),
        bases: Vec<Option<Basis>>,
    ) -> Row {
        let cells = leaf_cells(self, panel, period, area);
        if !self.needs_all_areas() {
            let board = self.settle(self.prepare(panel, period, &[area]), bases, &[]);
            return row(self, &board, 0, cells);
        }
        let (mut areas, mut compared) = (axis.areas.clone(), axis.compared.clone());
        let place = axis.place(area).unwrap_or_else(|| {
            areas.push(area);
            compared.push(false);
            areas.len() - 1
        });
        let board = self.settle(self.prepare(panel, period, &areas), bases, &compared);
        row(self, &board, place, cells)
    }

    /// Normalises and aggregates. `compared` says which places are compared with each other, where a branch does so.
    pub(crate) fn settle(
        &self,
        prepared: Prepared,
        bases: Vec<Option<Basis>>,
        compared: &[bool],
    ) -> PeriodBoard {
        let len = prepared.heard.len();
        let node_count = self.framework.nodes().len();
        let mut nodes: Vec<Arc<Column>> = std::iter::repeat_with(Arc::default).take(node_count).collect();
        let mut kept = Vec::with_capacity(self.leaves.len());
        for ((leaf, mut column), basis) in self.leaves.iter().zip(prepared.leaves).zip(&bases) {
            kept.push(leaf.pool().map(|_| Arc::new(column.clone())));
            leaf.score(&mut column, basis.as_ref());
            nodes[leaf.node] = Arc::new(column);
        }
        for branch in &self.branches {
            nodes[branch.node] = Arc::new(branch.column(len, compared, |node| &nodes[node]));
        }
        let criteria =
            self.criteria.iter().map(|leaves| self.criterion(leaves, len, |node| &nodes[node])).collect();
        PeriodBoard { heard: prepared.heard, prepared: kept, bases, nodes, criteria }
    }

    /// The plain mean of these leaves.
    pub(crate) fn criterion<'a>(
        &self,
        leaves: &[usize],
        len: usize,
        column: impl Fn(usize) -> &'a Column,
    ) -> Arc<Column> {
        let inputs: Vec<_> = leaves
            .iter()
            .map(|leaf| Input { column: column(self.leaves[*leaf].node), weight: 1.0 })
            .collect();
        Arc::new(aggregate(&inputs, len, Aggregate::Arithmetic, MinCoverage::One))
    }
}

impl BranchStep {
    /// The branch's column of `len` places, given the column of each node that it is made from. `compared` says which
    /// places are compared with each other, where the branch does so.
    pub(crate) fn column<'a>(
        &self,
        len: usize,
        compared: &[bool],
        column: impl Fn(usize) -> &'a Column,
    ) -> Column {
        let inputs: Vec<_> = self
            .inputs
            .iter()
            .map(|(node, weight)| Input { column: column(*node), weight: *weight })
            .collect();
        if self.aggregate.is_by_area() {
            aggregate(&inputs, len, self.aggregate, self.at_least)
        } else {
            copeland(&inputs, len, compared, self.at_least)
        }
    }
}
