//! Settings of what frameworks may cost.

use clap::Args;
use tenseven_server::BudgetLimits;

/// Arguments of `tenseven serve` that limit what frameworks cost.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "each has the name of its flag")]
pub(super) struct BudgetArguments {
    /// Most bytes of memory that the scores by a framework may take [default: by the memory]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_FRAMEWORK_BYTES_MAX")]
    framework_bytes_max: Option<u64>,
    /// Most work that a framework may take after one observation changed, in units of about a nanosecond
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_FRAMEWORK_COST_MAX", default_value_t = BudgetLimits::default().framework_cost_max)]
    framework_cost_max: u64,
    /// Most work that scoring everything by a framework may take, in units of about a nanosecond
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_FRAMEWORK_REBUILD_COST_MAX", default_value_t = BudgetLimits::default().framework_rebuild_cost_max)]
    framework_rebuild_cost_max: u64,
    /// Most bytes of memory that the scores by the newest versions of all frameworks may take together [default: by the memory]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_BOARDS_BYTES_MAX")]
    boards_bytes_max: Option<u64>,
    /// Most work that all frameworks together may take after one observation changed
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_BOARDS_COST_MAX", default_value_t = BudgetLimits::default().boards_cost_max)]
    boards_cost_max: u64,
    /// Most work that scoring everything by all frameworks may take
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_BOARDS_REBUILD_COST_MAX", default_value_t = BudgetLimits::default().boards_rebuild_cost_max)]
    boards_rebuild_cost_max: u64,
    /// Most periods that the scores by a framework may run over
    #[arg(long, value_name = "PERIODS", env = "TENSEVEN_PERIODS_MAX", default_value_t = BudgetLimits::default().periods_max)]
    periods_max: usize,
    /// Most versions of frameworks that are not retired; one more is refused
    #[arg(long, value_name = "VERSIONS", env = "TENSEVEN_FRAMEWORK_VERSIONS_MAX", default_value_t = BudgetLimits::default().framework_versions_max)]
    framework_versions_max: usize,
}

impl BudgetArguments {
    /// The limits; those of memory that are not given are the default ones.
    pub(super) fn limits(&self, default: BudgetLimits) -> BudgetLimits {
        BudgetLimits {
            framework_bytes_max: self.framework_bytes_max.unwrap_or(default.framework_bytes_max),
            framework_cost_max: self.framework_cost_max,
            framework_rebuild_cost_max: self.framework_rebuild_cost_max,
            boards_bytes_max: self.boards_bytes_max.unwrap_or(default.boards_bytes_max),
            boards_cost_max: self.boards_cost_max,
            boards_rebuild_cost_max: self.boards_rebuild_cost_max,
            periods_max: self.periods_max,
            framework_versions_max: self.framework_versions_max,
        }
    }
}
