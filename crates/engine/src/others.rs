//! Others: the areas and periods whose values a stage looked at, for those who work it out again.
//!
//! *Invariant:* they are read from the columns that the scores were made from; nothing is chosen here.

use tenseven_model::{
    Alpha3, Outcome, Period,
    framework::{AreaSet, Impute, Pool},
};

use crate::{Board, aggregate::Pairs, branch::BranchStep, leaf::LeafStep};

/// Most that are told of one stage; what all areas of a period have is always told whole.
const OTHERS_MAX: usize = 1_000;

/// Another area or period, and what was looked at of it.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherCell {
    /// The area.
    pub area: Alpha3,
    /// The period.
    pub period: Period,
    /// Its values.
    pub values: Vec<Outcome>,
    /// Of a pair: 1 if the explained area outranks it, −1 if it is outranked, 0 for a tie; none where they share nothing.
    pub outranks: Option<f64>,
}

/// Other areas and periods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Others {
    /// The group that they belong to, if the framework names one.
    pub group: Option<AreaSet>,
    /// They themselves, at most a thousand.
    pub cells: Vec<OtherCell>,
    /// How many there are.
    pub count: usize,
}

impl Others {
    fn of(group: Option<AreaSet>, cells: impl Iterator<Item = OtherCell>) -> Self {
        let (mut told, mut count) = (Vec::new(), 0);
        for cell in cells {
            count += 1;
            if count <= OTHERS_MAX {
                told.push(cell);
            }
        }
        Self { group, cells: told, count }
    }
}

impl Board {
    fn other(&self, cell: usize, values: Vec<Outcome>) -> OtherCell {
        let (period, area) = self.axis.place(cell);
        OtherCell { area, period, values, outranks: None }
    }

    /// The prepared numbers that the normalisation of a leaf compared the value of a cell with.
    pub(crate) fn pool(&self, step: &LeafStep, leaf: usize, cell: usize) -> Others {
        let areas = self.axis.areas.len();
        let cells = match step.pool() {
            None => 0..0,
            Some(Pool::Period) => self.axis.cells(cell / areas),
            Some(Pool::AllPeriods) => 0..self.axis.len(),
        };
        let column = self.prepared(leaf);
        let compared = cells.filter(|cell| self.axis.compared.holds(cell % areas));
        let with_number =
            compared.filter_map(|cell| Some(self.other(cell, vec![Ok(column.at(cell).get().ok()?)])));
        Others::of(None, with_number)
    }

    /// The areas whose average stands in for the value of a cell; `slots` are those of the period before anything stands in.
    pub(crate) fn stand_ins(&self, step: &LeafStep, leaf: usize, cell: usize) -> Option<Others> {
        let groups = match &step.impute {
            Some(Impute::Average(_)) => None,
            Some(Impute::Group(group)) => Some(&group.groups),
            _ => return None,
        };
        let areas = self.axis.areas.len();
        let place = cell % areas;
        let group_of = |place: usize| groups.map_or(Some(0), |_| self.axis.leaf_groups[leaf][place]);
        let own = group_of(place)?;
        let is_member = |cell: &usize| {
            let place = cell % areas;
            let is_excluded = self.axis.excluded[leaf].get(place) == Some(&true);
            self.axis.heard[place] && !is_excluded && group_of(place) == Some(own)
        };
        let members = self.axis.cells(cell / areas).filter(is_member);
        let value = |cell: usize| self.base[leaf].at(cell).get();
        let known = members.filter_map(|cell| Some(self.other(cell, vec![Ok(value(cell).ok()?)])));
        Some(Others::of(groups.and_then(|groups| groups.get(own).cloned()), known))
    }

    /// The areas of its group whose average stands in for the score of a branch.
    pub(crate) fn group_members(&self, branch: &BranchStep, cell: usize) -> Others {
        let areas = self.axis.areas.len();
        let groups = &self.axis.branch_groups[branch.place];
        let Some(own) = groups.get(cell % areas).copied().flatten() else { return Others::default() };
        let members = self.axis.cells(cell / areas).filter(|cell| groups[cell % areas] == Some(own));
        let score = |cell: usize| branch.without_standing_in(cell, |node| &self.nodes[node]).get();
        let known = members.filter_map(|cell| Some(self.other(cell, vec![Ok(score(cell).ok()?)])));
        Others::of(branch.groups().get(own).cloned(), known)
    }

    /// The areas that a branch compares a cell with, pair by pair.
    pub(crate) fn rivals(
        &self,
        branch: &BranchStep,
        cell: usize,
        pairs: &Pairs,
        others: impl Iterator<Item = usize>,
    ) -> Others {
        let areas = self.axis.areas.len();
        let first = cell / areas * areas;
        let rivals = others.filter(|other| *other != cell % areas).map(|other| {
            let scores = branch.inputs.iter().map(|(node, _)| self.published_score(*node, first + other));
            let outranks = pairs.outranks(cell % areas, other);
            OtherCell { outranks, ..self.other(first + other, scores.collect()) }
        });
        Others::of(None, rivals)
    }
}
