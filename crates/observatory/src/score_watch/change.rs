//! The events that a watch of scores returns.

use tenseven_model::{Alpha3, Outcome, Period, Revision, SubmissionId, Timestamp, framework::NodeIndex};

use tenseven_engine::NodeScore;

/// A score, and what it was before.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreChange {
    /// The area.
    pub area: Alpha3,
    /// The period.
    pub period: Period,
    /// The index of the node in the framework.
    pub node: NodeIndex,
    /// The score before; none in a snapshot, and where nothing was known of the area and period, or the framework itself is
    /// what came.
    pub before: Option<Outcome>,
    /// The score from the revision on, without the value of a leaf.
    pub score: NodeScore,
    /// Whether nothing is known of the area and period any more. All its selected scores are changes then.
    pub no_data: bool,
}

/// Scores of one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreChanges {
    /// The revision.
    pub revision: Revision,
    /// When it was accepted, and the submission that it accepted; none in a snapshot.
    pub cause: Option<(Timestamp, SubmissionId)>,
    /// The scores, by area, then period, then node; at least one but in a snapshot.
    pub changes: Vec<ScoreChange>,
    /// Whether more scores of the same revision, or of the same snapshot, follow.
    pub continues: bool,
}
