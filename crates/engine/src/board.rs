//! The board: the scores of every area and period that something is known of.
//!
//! *Invariant:* a board is what [`Plan::score`] makes of its panel, however it came about ([`Plan::rescore`]). It
//! holds numbers by node, dense over areas, and shares with its predecessor all that did not change; what a score
//! rests on is read from the panel, which it keeps.

use std::{collections::BTreeMap, sync::Arc};

use tenseven_model::{Alpha3, Outcome, Period, framework::NodeIndex};

use crate::{
    Geography, Panel, Plan, Row,
    normalise::Basis,
    row::{leaf_cells, row},
    score::{Axis, PeriodBoard},
};

/// The scores of every area and period that something is known of. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Board {
    pub(crate) plan: Plan,
    pub(crate) panel: Panel,
    pub(crate) geography: Geography,
    pub(crate) axis: Arc<Axis>,
    /// By leaf: what pooled normalisations compare with.
    pub(crate) pooled: Vec<Option<Basis>>,
    pub(crate) periods: BTreeMap<Period, Arc<PeriodBoard>>,
}

impl Board {
    /// The plan that it was scored by.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The observations that it was scored from.
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// The geography that it was scored with.
    pub fn geography(&self) -> &Geography {
        &self.geography
    }

    /// The periods that have rows, earliest first: all of the framework's frequency that some value was observed for
    /// or is carried to, none later than the latest that any leaf was observed for.
    pub fn periods(&self) -> impl DoubleEndedIterator<Item = Period> + '_ {
        self.periods.keys().copied()
    }

    /// The areas that have a row of the period, in order of their codes. An area has a row if at least one leaf was
    /// reported, a reported missing value included, or is carried to it.
    pub fn areas(&self, period: Period) -> impl Iterator<Item = Alpha3> + '_ {
        let heard = self.periods.get(&period).into_iter().flat_map(|board| &board.heard);
        self.axis.areas.iter().zip(heard).filter(|(_, heard)| **heard).map(|(area, _)| *area)
    }

    /// The row of an area and period, if there is one.
    pub fn row(&self, period: Period, area: Alpha3) -> Option<Row> {
        let (board, place) = self.place(period, area)?;
        Some(self.row_at(board, place, period, area))
    }

    /// The rows of a period, in order of the areas' codes.
    pub fn rows(&self, period: Period) -> impl Iterator<Item = (Alpha3, Row)> + '_ {
        self.areas(period).filter_map(move |area| Some((area, self.row(period, area)?)))
    }

    /// The scores of any area and period: the row if there is one, otherwise what [`Plan::score_row`] makes of it.
    pub fn answer(&self, period: Period, area: Alpha3) -> Row {
        if let Some((board, place)) = self.periods.get(&period).zip(self.axis.place(area)) {
            return self.row_at(board, place, period, area);
        }
        let steps = self.plan.steps();
        let bases = match self.periods.get(&period) {
            Some(board) => board.bases.clone(),
            None => steps.bases_alone(&self.panel, &self.axis, period, Some(&self.pooled)),
        };
        steps.row_alone(&self.panel, &self.axis, (period, area), bases)
    }

    /// The score of one node, read without the rest of the row; none where there is no row.
    pub fn outcome(&self, period: Period, area: Alpha3, node: NodeIndex) -> Option<Outcome> {
        let (board, place) = self.place(period, area)?;
        board.nodes.get(node).map(|column| column.get(place))
    }

    /// Whether a period's scores are shared with an earlier board, so that none of them can differ. Scores that are not
    /// shared may be equal all the same.
    pub fn shares_period(&self, earlier: &Self, period: Period) -> bool {
        let pair = self.periods.get(&period).zip(earlier.periods.get(&period));
        pair.is_some_and(|(one, other)| Arc::ptr_eq(one, other))
    }

    fn place(&self, period: Period, area: Alpha3) -> Option<(&PeriodBoard, usize)> {
        let board = self.periods.get(&period)?;
        let place = self.axis.place(area)?;
        board.heard.get(place).is_some_and(|heard| *heard).then_some((board.as_ref(), place))
    }

    fn row_at(&self, board: &PeriodBoard, place: usize, period: Period, area: Alpha3) -> Row {
        let steps = self.plan.steps();
        row(steps, board, place, leaf_cells(steps, &self.panel, period, area))
    }
}
