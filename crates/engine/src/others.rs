//! Others: the areas and periods whose values a stage looked at, for those who work it out again.
//!
//! *Invariant:* they are read from the columns that the scores were made from; nothing is chosen here.

use tenseven_model::{
    Alpha3, Gap, Outcome, Period,
    framework::{AreaSet, Impute, Pool},
};

use crate::{
    Board,
    aggregate::{Input, Pairs},
    axis::Ruling,
    branch::BranchStep,
    leaf::LeafStep,
};

/// Most that are listed of one stage: more than all areas of a period.
const OTHERS_MAX: usize = 1_000;
/// Most values of others that one explanation lists: with all else, what is told of it stays below the 4 MiB that stock clients read.
pub const OTHER_VALUES_MAX: usize = 20_000;

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
    /// They themselves: at most a thousand, and as many as there is room for their values in the explanation.
    pub cells: Vec<OtherCell>,
    /// How many there are, listed or not.
    pub count: usize,
}

/// What room is left in an explanation.
#[derive(Debug)]
pub(crate) struct Room {
    values: usize,
}

impl Room {
    /// Room for so many values.
    pub(crate) fn for_values(values: usize) -> Self {
        Self { values }
    }

    /// Counts what was found, and lists as many of the first as there is room for, each with so many values.
    fn list<T>(
        &mut self,
        group: Option<AreaSet>,
        values_each: usize,
        mut found: impl Iterator<Item = T>,
        tell: impl FnMut(T) -> OtherCell,
    ) -> Others {
        let most = self.values.checked_div(values_each).unwrap_or(OTHERS_MAX).min(OTHERS_MAX);
        let cells: Vec<_> = found.by_ref().take(most).map(tell).collect();
        self.values -= cells.len() * values_each;
        Others { group, count: cells.len() + found.count(), cells }
    }

    /// The same of those that have one value each.
    fn list_known(
        &mut self,
        board: &Board,
        group: Option<AreaSet>,
        found: impl Iterator<Item = (usize, f64)>,
    ) -> Others {
        self.list(group, 1, found, |(cell, value)| board.other(cell, vec![Ok(value)]))
    }
}

impl Board {
    fn other(&self, cell: usize, values: Vec<Outcome>) -> OtherCell {
        let (period, area) = self.axis.place(cell);
        OtherCell { area, period, values, outranks: None }
    }

    /// The prepared numbers that the normalisation of a leaf compared the value of a cell with.
    pub(crate) fn pool(&self, step: &LeafStep, leaf: usize, cell: usize, room: &mut Room) -> Others {
        let areas = self.axis.areas.len();
        let cells = match step.pool() {
            None => 0..0,
            Some(Pool::Period) => self.axis.cells(cell / areas),
            Some(Pool::AllPeriods) => 0..self.axis.len(),
        };
        let column = self.prepared(leaf);
        let compared = cells.filter(|cell| self.axis.compared.holds(cell % areas));
        let with_number = compared.filter_map(|cell| Some((cell, column.at(cell).get().ok()?)));
        room.list_known(self, None, with_number)
    }

    /// The areas whose average stands in for the value of a cell; `slots` are those of the period before anything stands in.
    pub(crate) fn stand_ins(
        &self,
        step: &LeafStep,
        leaf: usize,
        cell: usize,
        room: &mut Room,
    ) -> Option<Others> {
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
            let counts = self.axis.ruling(leaf, place) == Ruling::Counts;
            self.axis.heard[place] && counts && group_of(place) == Some(own)
        };
        let members = self.axis.cells(cell / areas).filter(is_member);
        let known = members.filter_map(|cell| Some((cell, self.base[leaf].at(cell).get().ok()?)));
        Some(room.list_known(self, groups.and_then(|groups| groups.get(own).cloned()), known))
    }

    /// The areas of its group whose average stands in for the score of a branch.
    pub(crate) fn group_members(&self, branch: &BranchStep, cell: usize, room: &mut Room) -> Others {
        let areas = self.axis.areas.len();
        let groups = &self.axis.branch_groups[branch.place];
        let Some(own) = groups.get(cell % areas).copied().flatten() else { return Others::default() };
        let members = self.axis.cells(cell / areas).filter(|cell| groups[cell % areas] == Some(own));
        let score = |cell: usize| branch.without_standing_in(cell, |node| &self.nodes[node]).get();
        let known = members.filter_map(|cell| Some((cell, score(cell).ok()?)));
        room.list_known(self, branch.groups().get(own).cloned(), known)
    }

    /// The areas of a cell's period pair by pair, and the places of those that a branch compares the cell's area with.
    pub(crate) fn pairs(&self, branch: &BranchStep, cell: usize) -> (Pairs, Vec<usize>) {
        let areas = self.axis.areas.len();
        let cells = self.axis.cells(cell / areas);
        let columns = branch.published_inputs(&cells, |node| &self.nodes[node]);
        let inputs: Vec<_> = columns
            .iter()
            .zip(&branch.inputs)
            .map(|(column, (_, weight))| Input { column, weight: *weight })
            .collect();
        let made = self.nodes[branch.node].read(cells);
        // One that has no pair of its own can still be outranked by one outside the reference set.
        let is_other = |place: &usize| {
            let is_gated = matches!(made[*place].get(), Ok(_) | Err(Gap::NoPair | Gap::NotFinite));
            is_gated && self.axis.compared.holds(*place)
        };
        (Pairs::of(&inputs), (0..areas).filter(is_other).collect())
    }

    /// The areas that a branch compares a cell with, pair by pair.
    pub(crate) fn rivals(&self, branch: &BranchStep, cell: usize, room: &mut Room) -> Others {
        let areas = self.axis.areas.len();
        let (first, own) = (cell / areas * areas, cell % areas);
        let (pairs, others) = self.pairs(branch, cell);
        let rivals = others.into_iter().filter(|other| *other != own);
        room.list(None, branch.inputs.len(), rivals, |other| {
            let scores = branch.inputs.iter().map(|(node, _)| self.published_score(*node, first + other));
            OtherCell { outranks: pairs.outranks(own, other), ..self.other(first + other, scores.collect()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_room_for_is_built_and_all_is_counted() {
        let mut room = Room::for_values(1_501);
        let mut built = 0;
        let mut list = |room: &mut Room, values_each: usize, found: usize| {
            let others = room.list(None, values_each, 0..found, |_| {
                built += 1;
                OtherCell {
                    area: "MAR".parse().unwrap(),
                    period: "2020".parse().unwrap(),
                    values: vec![Ok(1.0); values_each],
                    outranks: None,
                }
            });
            (others.cells.len(), others.count)
        };
        assert_eq!(list(&mut room, 1, 1_000_000), (1_000, 1_000_000));
        // 501 are left: 83 of six values each, then three of one.
        assert_eq!(list(&mut room, 6, 300), (83, 300));
        assert_eq!(list(&mut room, 6, 300), (0, 300));
        assert_eq!(list(&mut room, 1, 2), (2, 2));
        assert_eq!(list(&mut room, 1, 300), (1, 300));
        assert_eq!(list(&mut room, 1, 1_000_000), (0, 1_000_000));
        assert_eq!(built, 1_000 + 83 + 2 + 1);
    }
}
