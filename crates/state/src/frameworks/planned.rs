//! A framework with its plan, and its cost once that is computed.

use std::sync::{Arc, OnceLock};

use tenseven_engine::{BoardSize, Cost, Plan};
use tenseven_model::Framework;

/// A framework with its plan. Cloning is cheap, and clones share the cost that was computed.
#[derive(Debug, Clone)]
pub struct Planned {
    plan: Plan,
    cost: Arc<OnceLock<Arc<Cost>>>,
}

impl Planned {
    /// Works out how a framework is scored.
    pub fn new(framework: Arc<Framework>) -> Self {
        Self { plan: Plan::new(framework), cost: Arc::default() }
    }

    /// The framework.
    pub fn framework(&self) -> &Arc<Framework> {
        self.plan.framework()
    }

    /// How it is scored.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What it costs on a board of this size. The first size that is requested is remembered: in one registry there is no other.
    pub(super) fn cost(&self, size: BoardSize) -> Arc<Cost> {
        let known = self.cost.get_or_init(|| Arc::new(Cost::of(&self.plan, size)));
        if known.size == size { Arc::clone(known) } else { Arc::new(Cost::of(&self.plan, size)) }
    }
}
