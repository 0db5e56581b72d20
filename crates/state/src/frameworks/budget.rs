//! The budget: limits the cost of frameworks.
//!
//! *Invariant:* a cost is that of the largest board that the limits allow, with every area that can be observed. So a version that
//! is within the budget stays so regardless of what is observed, and one that is not is never scored. Which versions are not scored follows
//! from the state and the limits alone.

use std::collections::BTreeMap;

use tenseven_engine::{
    BoardSize, Cost, Panel,
    cost::{Cause, PartCost},
};
use tenseven_model::{FrameworkRef, Frequency};

use super::{
    budget_limits::BudgetLimits,
    figure::{Figure, FrameworkCost, Limited, OverBudget, PartFigure},
    planned::Planned,
    published::Published,
};
use crate::{state::State, world::World};

/// How many of the most expensive parts are named.
const NAMED_MAX: usize = 3;

/// What a registry allows frameworks to cost.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    areas: usize,
    limits: BudgetLimits,
}

/// What the scores that are kept up to date take together: bytes, work after a change, and work of scoring everything.
#[derive(Default)]
struct Total {
    versions: Vec<(FrameworkRef, [u64; 3])>,
    sums: [u64; 3],
}

impl Total {
    const FIGURES: [Figure; 3] = [Figure::AllBytes, Figure::AllChange, Figure::AllRebuild];

    fn amounts(cost: &Cost) -> [u64; 3] {
        [cost.bytes, cost.change, cost.rebuild]
    }

    /// The sums with one version more.
    fn with(&self, cost: &Cost) -> [u64; 3] {
        let amounts = Self::amounts(cost);
        std::array::from_fn(|index| self.sums[index].saturating_add(amounts[index]))
    }

    fn add(&mut self, framework: FrameworkRef, cost: &Cost) {
        self.sums = self.with(cost);
        self.versions.push((framework, Self::amounts(cost)));
    }
}

impl Budget {
    /// The budget of a registry with these limits.
    pub fn new(world: &World, limits: BudgetLimits) -> Self {
        Self { areas: world.area_count(), limits }
    }

    /// What a framework costs.
    pub fn cost(&self, planned: &Planned) -> FrameworkCost {
        let cost = self.cost_of(planned);
        let limited = |figure: Figure, amount, max| {
            let parts = cost.dearest(|part| part_of(figure, part), NAMED_MAX);
            let parts = parts.iter().filter(|part| part_of(figure, part) > 0);
            Limited { figure, amount, max, parts: parts.map(|part| named(planned, figure, part)).collect() }
        };
        let figures = vec![
            limited(Figure::Bytes, cost.bytes, self.limits.framework_bytes_max),
            limited(Figure::Change, cost.change, self.limits.framework_cost_max),
            limited(Figure::Rebuild, cost.rebuild, self.limits.framework_rebuild_cost_max),
        ];
        FrameworkCost { size: cost.size, figures }
    }

    /// Succeeds with the cost of a framework whose scores can be kept up to date on top of a state, in place of those of the other
    /// versions of its id. `is_kept` is whether they would be, which those of a draft next to a release are not.
    pub fn check(
        &self,
        state: &State,
        planned: &Planned,
        is_kept: bool,
    ) -> Result<FrameworkCost, Box<OverBudget>> {
        let mut exceeded = self.exceeded(planned, Some(state.panel()));
        if is_kept && exceeded.is_empty() {
            let id = &planned.framework().draft().id;
            let mut total = Total::default();
            for published in state.frameworks().newest().filter(|one| one.framework.draft().id != *id) {
                total.add(published.framework.reference(), &self.cost_of(published.planned()));
            }
            exceeded = self.exceeded_together(&total, planned);
        }
        if exceeded.is_empty() {
            return Ok(self.cost(planned));
        }
        Err(Box::new(OverBudget { framework: planned.framework().reference(), exceeded }))
    }

    /// Why a version is not scored by itself; none if it is.
    pub fn excess(&self, published: &Published, panel: &Panel) -> Option<OverBudget> {
        let exceeded = self.exceeded(published.planned(), Some(panel));
        let framework = published.framework.reference();
        (!exceeded.is_empty()).then_some(OverBudget { framework, exceeded })
    }

    /// The newest versions whose scores are not kept up to date because they cost too much: by themselves, or together with those
    /// that were published before. There are some only where limits were lowered. `is_scored` are those that have scores, which
    /// run over no more periods than they may.
    pub fn suspended(
        &self,
        state: &State,
        is_scored: impl Fn(&FrameworkRef) -> bool,
    ) -> BTreeMap<FrameworkRef, OverBudget> {
        let mut newest: Vec<_> = state.frameworks().newest().collect();
        newest.sort_by_key(|published| published.revision);
        let (mut total, mut suspended) = (Total::default(), BTreeMap::new());
        for published in newest {
            let (framework, planned) = (published.framework.reference(), published.planned());
            let panel = (!is_scored(&framework)).then_some(state.panel());
            let mut exceeded = self.exceeded(planned, panel);
            if exceeded.is_empty() {
                exceeded = self.exceeded_together(&total, planned);
            }
            if exceeded.is_empty() {
                total.add(framework, &self.cost_of(planned));
            } else {
                suspended.insert(framework.clone(), OverBudget { framework, exceeded });
            }
        }
        suspended
    }

    /// Maximum number of periods that the scores by a framework of this frequency run over; none where fewer can be named anyway.
    pub(crate) fn periods_max(&self, frequency: Frequency) -> Option<usize> {
        Some(self.limits.periods_max).filter(|max| frequency.period_count() > *max)
    }

    /// Maximum number of versions that are not retired.
    pub(crate) fn versions_max(&self) -> usize {
        self.limits.framework_versions_max
    }

    fn cost_of(&self, planned: &Planned) -> std::sync::Arc<Cost> {
        planned.cost(self.size(planned.framework().draft().frequency))
    }

    /// What a framework exceeds by itself; its periods are counted if there is a panel.
    fn exceeded(&self, planned: &Planned, panel: Option<&Panel>) -> Vec<Limited> {
        let cost = self.cost_of(planned);
        let BudgetLimits { framework_bytes_max, framework_cost_max, framework_rebuild_cost_max, .. } =
            self.limits;
        let is_within = cost.bytes <= framework_bytes_max
            && cost.change <= framework_cost_max
            && cost.rebuild <= framework_rebuild_cost_max;
        let mut exceeded = if is_within { Vec::new() } else { self.cost(planned).figures };
        exceeded.retain(|one| one.amount > one.max);
        let periods_max = self.periods_max(planned.framework().draft().frequency);
        if let Some((panel, max)) = panel.zip(periods_max) {
            let (amount, max) = (planned.plan().period_count(panel) as u64, max as u64);
            if amount > max {
                exceeded.push(Limited { figure: Figure::Periods, amount, max, parts: Vec::new() });
            }
        }
        exceeded
    }

    /// What a framework exceeds together with others.
    fn exceeded_together(&self, others: &Total, planned: &Planned) -> Vec<Limited> {
        let cost = self.cost_of(planned);
        let BudgetLimits { boards_bytes_max, boards_cost_max, boards_rebuild_cost_max, .. } = self.limits;
        let max = [boards_bytes_max, boards_cost_max, boards_rebuild_cost_max];
        let sums = others.with(&cost);
        let exceeded = (0..max.len()).filter(|index| sums[*index] > max[*index]).map(|index| {
            let own = (planned.framework().reference(), Total::amounts(&cost)[index]);
            let known = others.versions.iter().map(|(framework, of)| (framework.clone(), of[index]));
            let mut versions: Vec<_> = known.chain([own]).collect();
            versions.sort_by_key(|(framework, amount)| (std::cmp::Reverse(*amount), framework.clone()));
            versions.truncate(NAMED_MAX);
            let parts =
                versions.into_iter().map(|(framework, amount)| PartFigure::version(&framework, amount));
            let (figure, amount, max) = (Total::FIGURES[index], sums[index], max[index]);
            Limited { figure, amount, max, parts: parts.collect() }
        });
        exceeded.collect()
    }

    /// The largest board of this frequency.
    fn size(&self, frequency: Frequency) -> BoardSize {
        BoardSize { areas: self.areas, periods: frequency.period_count().min(self.limits.periods_max) }
    }
}

fn part_of(figure: Figure, part: &PartCost) -> u64 {
    match figure {
        Figure::Bytes => part.bytes,
        Figure::Change => part.change,
        Figure::Rebuild => part.rebuild,
        // No part of one framework takes more of these than another.
        Figure::Periods | Figure::AllBytes | Figure::AllChange | Figure::AllRebuild => 0,
    }
}

fn named(planned: &Planned, figure: Figure, part: &PartCost) -> PartFigure {
    let cause = match figure {
        Figure::Change => part.change_cause,
        Figure::Rebuild => part.rebuild_cause,
        Figure::Bytes | Figure::Periods | Figure::AllBytes | Figure::AllChange | Figure::AllRebuild => {
            Cause::Columns
        }
    };
    PartFigure {
        part: part.part.name(planned.framework()),
        amount: part_of(figure, part),
        cause: cause.to_string(),
        remedy: cause.remedy(),
    }
}
