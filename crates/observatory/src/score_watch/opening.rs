//! Openings: the current scores, sent before any change of them.
//!
//! *Invariant:* they come in the same order whenever they are listed again at the same revision.

use std::collections::VecDeque;

use tenseven_engine::{Board, NodeScore};
use tenseven_model::{Alpha3, Period, Revision, SubmissionId, Timestamp};

use super::{
    change::{ScoreChange, ScoreChanges},
    selection::WatchedScores,
};

/// Maximum number of scores in one part.
const PART_SCORES_MAX: usize = 512;

/// The scores at a revision, returned part by part. Between two parts it does not hold them, so that a watch that is not read
/// costs little.
#[derive(Debug)]
pub(super) struct Opening {
    revision: Revision,
    cause: Option<(Timestamp, SubmissionId)>,
    rows: VecDeque<(Alpha3, Period)>,
}

impl Opening {
    /// The scores of a board; none where there is no board. `cause` is what made them where that was one revision.
    pub(super) fn new(
        revision: Revision,
        cause: Option<(Timestamp, SubmissionId)>,
        board: Option<&Board>,
        selected: &WatchedScores,
    ) -> Self {
        let rows = board.map(|board| selected.rows(board)).unwrap_or_default();
        Self { revision, cause, rows: rows.into_iter().collect() }
    }

    /// The revision whose scores are still to be returned; none if there are no more.
    pub(super) fn needs_scores_of(&self) -> Option<Revision> {
        (!self.rows.is_empty()).then_some(self.revision)
    }

    /// The next part, from the scores at the revision if there are any; the last part does not continue.
    pub(super) fn part(&mut self, board: Option<&Board>, selected: &WatchedScores) -> ScoreChanges {
        let mut changes = Vec::new();
        while changes.len() < PART_SCORES_MAX
            && let Some((board, (area, period))) = board.zip(self.rows.pop_front())
        {
            let Some(row) = board.row(period, area) else { continue };
            changes.extend(selected.nodes().filter_map(|node| {
                let score = NodeScore { leaf: None, ..row.nodes.get(node)?.clone() };
                Some(ScoreChange { area, period, node, before: None, score, no_data: false })
            }));
        }
        ScoreChanges { revision: self.revision, cause: self.cause, changes, continues: !self.rows.is_empty() }
    }
}
