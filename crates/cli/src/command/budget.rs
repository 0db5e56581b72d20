//! Settings that limit the cost of frameworks.

use std::num::NonZero;

use clap::Args;
use tenseven_server::BudgetLimits;

/// Arguments of `tenseven serve` that limit what frameworks cost.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "each has the name of its flag")]
pub(super) struct BudgetArguments {
    /// Maximum bytes of memory for the scores of a framework [default: derived from the memory]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_FRAMEWORK_BYTES_MAX")]
    framework_bytes_max: Option<NonZero<u64>>,
    /// Maximum work of a framework after one observation changed, in units of about a nanosecond
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_FRAMEWORK_COST_MAX", default_value_t = nonzero_u64(BudgetLimits::default().framework_cost_max))]
    framework_cost_max: NonZero<u64>,
    /// Maximum work to score everything with a framework, in units of about a nanosecond
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_FRAMEWORK_REBUILD_COST_MAX", default_value_t = nonzero_u64(BudgetLimits::default().framework_rebuild_cost_max))]
    framework_rebuild_cost_max: NonZero<u64>,
    /// Maximum bytes of memory for the scores of the newest versions of all frameworks together [default: derived from the memory]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_BOARDS_BYTES_MAX")]
    boards_bytes_max: Option<NonZero<u64>>,
    /// Maximum work of all frameworks together after one observation changed
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_BOARDS_COST_MAX", default_value_t = nonzero_u64(BudgetLimits::default().boards_cost_max))]
    boards_cost_max: NonZero<u64>,
    /// Maximum work to score everything with all frameworks
    #[arg(long, value_name = "UNITS", env = "TENSEVEN_BOARDS_REBUILD_COST_MAX", default_value_t = nonzero_u64(BudgetLimits::default().boards_rebuild_cost_max))]
    boards_rebuild_cost_max: NonZero<u64>,
    /// Maximum number of periods that the scores of a framework may cover
    #[arg(long, value_name = "PERIODS", env = "TENSEVEN_PERIODS_MAX", default_value_t = nonzero_usize(BudgetLimits::default().periods_max))]
    periods_max: NonZero<usize>,
    /// Maximum number of framework versions that are not retired; further ones are refused
    #[arg(long, value_name = "VERSIONS", env = "TENSEVEN_FRAMEWORK_VERSIONS_MAX", default_value_t = nonzero_usize(BudgetLimits::default().framework_versions_max))]
    framework_versions_max: NonZero<usize>,
}

fn nonzero_u64(default: u64) -> NonZero<u64> {
    NonZero::new(default).unwrap_or(NonZero::<u64>::MIN)
}

fn nonzero_usize(default: usize) -> NonZero<usize> {
    NonZero::new(default).unwrap_or(NonZero::<usize>::MIN)
}

impl BudgetArguments {
    /// The limits; those of memory that are not given are the default ones.
    pub(super) fn limits(&self, default: BudgetLimits) -> BudgetLimits {
        BudgetLimits {
            framework_bytes_max: self.framework_bytes_max.map_or(default.framework_bytes_max, NonZero::get),
            framework_cost_max: self.framework_cost_max.get(),
            framework_rebuild_cost_max: self.framework_rebuild_cost_max.get(),
            boards_bytes_max: self.boards_bytes_max.map_or(default.boards_bytes_max, NonZero::get),
            boards_cost_max: self.boards_cost_max.get(),
            boards_rebuild_cost_max: self.boards_rebuild_cost_max.get(),
            periods_max: self.periods_max.get(),
            framework_versions_max: self.framework_versions_max.get(),
        }
    }
}
