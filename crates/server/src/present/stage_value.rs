//! Values after a stage.

use tenseven_api::v1;
use tenseven_model::Outcome;

use super::score;

/// A value after a stage.
pub(super) fn stage(outcome: Outcome) -> v1::StageValue {
    v1::StageValue { number: outcome.ok(), gap: score::gap(outcome) }
}
