//! Limits of what frameworks may cost.

/// What frameworks may cost. Work is counted in units of about a nanosecond. The first three limit each version by itself, the next
/// three all scores that are kept up to date together: those of the newest version of each framework. Costs are those of the
/// largest board that `periods_max` allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLimits {
    /// Maximum number of bytes of memory that the scores by a framework take.
    pub framework_bytes_max: u64,
    /// Maximum work that a framework takes after one observation changed.
    pub framework_cost_max: u64,
    /// Maximum work that scoring everything by a framework takes.
    pub framework_rebuild_cost_max: u64,
    /// Maximum number of bytes of memory that all scores take together.
    pub boards_bytes_max: u64,
    /// Maximum work that all frameworks together take after one observation changed.
    pub boards_cost_max: u64,
    /// Maximum work that scoring everything takes, as at a start.
    pub boards_rebuild_cost_max: u64,
    /// Maximum number of periods that the scores by a framework run over.
    pub periods_max: usize,
    /// Maximum number of versions of frameworks that are not retired; one more is refused.
    pub framework_versions_max: usize,
}

impl Default for BudgetLimits {
    fn default() -> Self {
        Self {
            framework_bytes_max: 1024 * 1024 * 1024,
            framework_cost_max: 2_000_000_000,
            framework_rebuild_cost_max: 120_000_000_000,
            boards_bytes_max: 4 * 1024 * 1024 * 1024,
            boards_cost_max: 6_000_000_000,
            boards_rebuild_cost_max: 360_000_000_000,
            periods_max: 480,
            framework_versions_max: 100,
        }
    }
}
