//! The board: the scores of every area and period that exist.
//!
//! *Invariant:* a board is what [`Plan::score`] makes of its panel, however it came about ([`Plan::rescore`]). It
//! holds numbers by node, and shares with its predecessor all chunks that did not change; what a score rests on is read
//! from the panel, which it keeps.

use std::sync::Arc;

use tenseven_model::{Alpha3, Outcome, Period, framework::NodeIndex};

use crate::{
    BoardSize, Geography, Panel, Plan, Slot, axis::Axis, bases::Bases, chunked::Chunked, pending::Pending,
};

/// What part of its columns the lists of their chunks take, at least.
const LISTED_SHARE: usize = 16;

/// The scores of every area and period that exist. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Board {
    pub(crate) plan: Plan,
    pub(crate) panel: Panel,
    pub(crate) geography: Geography,
    pub(crate) axis: Arc<Axis>,
    /// By cell: what makes it exist, counted ([`crate::existence`]).
    pub(crate) heard: Chunked<u16>,
    /// By leaf: what the areas' own observations give.
    pub(crate) base: Vec<Chunked<Slot>>,
    /// By leaf: the prepared numbers, where they are kept.
    pub(crate) prepared: Vec<Option<Chunked<Slot>>>,
    /// By leaf: what its normalisation compares with.
    pub(crate) bases: Vec<Bases>,
    /// By node, in framework order: the scores.
    pub(crate) nodes: Vec<Chunked<Slot>>,
    /// By criterion, in framework order: the scores.
    pub(crate) criteria: Vec<Chunked<Slot>>,
    /// What is to be done; nothing, but while it is being brought up to date.
    pub(crate) pending: Pending,
    /// Whether everything is being made for the first time.
    pub(crate) is_new: bool,
    /// Whether it is of a cell that does not exist.
    pub(crate) is_void: bool,
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

    /// How many areas and periods its columns run over.
    pub fn size(&self) -> BoardSize {
        BoardSize { areas: self.axis.areas.len(), periods: self.axis.periods.len() }
    }

    /// How many slots of eight bytes its columns hold together, those shared with other boards included. Where nothing
    /// is known of some hundred cells that follow each other, none are held.
    pub fn slots(&self) -> usize {
        self.columns().map(Chunked::held).sum()
    }

    /// About how many bytes of memory it takes, what it shares with others and the observations that it was scored from included.
    pub fn bytes(&self) -> usize {
        let columns = self.slots() * size_of::<Slot>() + self.heard.held() * size_of::<u16>();
        // Chunks have heads, and pages list them.
        columns + columns / LISTED_SHARE + self.panel.bytes()
    }

    fn columns(&self) -> impl Iterator<Item = &Chunked<Slot>> {
        let columns = self.base.iter().chain(&self.nodes).chain(&self.criteria);
        columns.chain(self.prepared.iter().flatten())
    }

    /// The periods that can have rows, earliest first.
    pub fn periods(&self) -> impl DoubleEndedIterator<Item = Period> + '_ {
        self.axis.periods.iter().copied()
    }

    /// The areas that have a row of the period, in order of their codes. An area and period have a row where something of the area that
    /// a leaf is made from is reported for the period, a missing value included, or carried to it, and where it is filled in from the
    /// area's other periods. Other areas have no part in that.
    pub fn areas(&self, period: Period) -> impl Iterator<Item = Alpha3> + '_ {
        let cells = self.axis.period(period).map_or(0..0, |period| self.axis.cells(period));
        let heard = cells.filter(|cell| *self.heard.at(*cell) > 0);
        heard.map(|cell| self.axis.areas[cell % self.axis.areas.len()])
    }

    /// Whether the area and period exist, and so have a row.
    pub fn has_row(&self, period: Period, area: Alpha3) -> bool {
        self.heard_cell(period, area).is_some()
    }

    /// The score of one node as it is published, read without the rest of the row; none where there is no row.
    pub fn outcome(&self, period: Period, area: Alpha3, node: NodeIndex) -> Option<Outcome> {
        let cell = self.heard_cell(period, area)?;
        (node < self.nodes.len()).then(|| self.published_score(node, cell))
    }

    /// The score of a node at a cell, as it is published.
    pub(crate) fn published_score(&self, node: NodeIndex, cell: usize) -> Outcome {
        self.plan.framework().published_score(node, self.nodes[node].at(cell).get())
    }

    /// The cell of an area and period, if it exists.
    pub(crate) fn heard_cell(&self, period: Period, area: Alpha3) -> Option<usize> {
        self.axis.find(period, area).filter(|cell| *self.heard.at(*cell) > 0)
    }
}

#[cfg(test)]
mod tests;
