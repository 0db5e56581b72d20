//! What a framework costs where a server keeps the limits that it has by default.

use std::sync::Arc;

use tenseven_api::v1;
use tenseven_catalog::Catalog;
use tenseven_model::Framework;
use tenseven_observatory::{Budget, BudgetLimits, Planned, World};

use crate::present;

/// What a framework costs, with the limits that a server has unless its operator sets others.
pub fn framework_cost(framework: Framework) -> v1::FrameworkCost {
    let budget = Budget::new(&World::new(Catalog::bundled()), BudgetLimits::default());
    present::cost(&budget.cost(&Planned::new(Arc::new(framework))))
}
