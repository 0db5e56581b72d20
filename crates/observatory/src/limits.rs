//! Limits of memory and of concurrent work.

use tenseven_state::{RuleLimits, frameworks::BudgetLimits};

/// The observatory's limits. Each has a default, and a clear error where it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of observations in one submission.
    pub batch_observations_max: usize,
    /// Maximum number of submissions that wait for the writer; one more is refused.
    pub queue_submissions_max: usize,
    /// Maximum number of submissions that go out with one flush.
    pub group_submissions_max: usize,
    /// Maximum number of observations that go out with one flush, unless a single submission holds more.
    pub group_observations_max: usize,
    /// About how many bytes go out with one flush, unless a single submission holds more.
    pub group_bytes_max: usize,
    /// About how many bytes of submissions wait for the writer; one more is refused.
    pub queue_bytes_max: usize,
    /// Past moments whose scores are kept for the next question about them.
    pub past_boards_max: usize,
    /// Past moments whose observations are kept for the next question about them.
    pub past_states_max: usize,
    /// About how many bytes are kept of past moments: half of them of scores that were requested, a quarter of observations, and
    /// a quarter of scores that those who watch go on from. Of each, the last one that was requested is kept, regardless of its size.
    pub past_bytes_max: u64,
    /// Fewest observations between two checkpoints; they lie further apart once an eighth of what is known is more.
    pub checkpoint_observations_min: u64,
    /// Longest text of a framework, in bytes.
    pub definition_bytes_max: usize,
    /// What frameworks may cost.
    pub budget: BudgetLimits,
    /// Maximum number of practices that are not withdrawn; one more is refused. All of them are held in memory, and in the index of
    /// each state that was searched.
    pub practices_max: usize,
}

impl Limits {
    /// Those that rules check.
    pub(crate) fn rules(&self) -> RuleLimits {
        let Self { batch_observations_max, definition_bytes_max, practices_max, budget, .. } = *self;
        RuleLimits { batch_observations_max, definition_bytes_max, practices_max, budget }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_observations_max: 10_000,
            queue_submissions_max: 1_024,
            group_submissions_max: 256,
            group_observations_max: 50_000,
            group_bytes_max: 32 * 1024 * 1024,
            queue_bytes_max: 256 * 1024 * 1024,
            past_boards_max: 16,
            past_states_max: 4,
            past_bytes_max: 64 * 1024 * 1024,
            checkpoint_observations_min: 200_000,
            definition_bytes_max: 1024 * 1024,
            budget: BudgetLimits::default(),
            practices_max: 10_000,
        }
    }
}
