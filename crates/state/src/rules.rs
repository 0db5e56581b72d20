//! The inputs of a decision in addition to the state.

use crate::{
    frameworks::{Budget, BudgetLimits},
    world::World,
};

/// Limits that rules check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleLimits {
    /// Maximum number of changes of observations in one submission.
    pub batch_observations_max: usize,
    /// Longest text of a framework, in bytes.
    pub definition_bytes_max: usize,
    /// Maximum number of practices that are not withdrawn.
    pub practices_max: usize,
    /// What frameworks may cost.
    pub budget: BudgetLimits,
}

/// What a command is decided by, next to the state. It stays the same for as long as the program runs.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The areas, measures and instruments that exist.
    pub world: &'a World,
    /// How much there may be.
    pub limits: RuleLimits,
}

impl Rules<'_> {
    /// What frameworks may cost.
    pub fn budget(&self) -> Budget {
        Budget::new(self.world, self.limits.budget)
    }
}
