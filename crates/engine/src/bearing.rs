//! Bearings: which observations make an area and period exist.
//!
//! *Invariant:* a bearing depends on the framework alone. An observed indicator has one if a leaf's value is made from it; what a value
//! is divided by has one only where other areas stand in for the quotient, as nothing could come of it otherwise.

use std::{collections::HashMap, iter::successors};

use foldhash::fast::RandomState;
use tenseven_model::{IndicatorId, Period};

use crate::{leaf::LeafStep, reading::Reading};

/// How far observations of an indicator make an area and period exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bearing {
    /// How many periods an observation is carried, by the leaf that carries it furthest.
    pub(crate) max_age: u32,
    /// Whether observations of local units count.
    pub(crate) add_units: bool,
}

/// The bearings by indicator.
pub(crate) type Bearings = HashMap<IndicatorId, Bearing, RandomState>;

/// The bearings of what these leaves read.
pub(crate) fn bearings(leaves: &[LeafStep]) -> Bearings {
    let mut bearings = Bearings::default();
    for leaf in leaves {
        let denominator = leaf.denominator.as_ref().filter(|_| leaf.is_filled_by_others());
        let readings = [Some(&leaf.reading), denominator.map(|(reading, _)| reading)];
        for source in readings.into_iter().flatten().flat_map(Reading::sources) {
            let own = Bearing { max_age: source.rule.max_age, add_units: source.rule.add_units };
            let known = bearings.entry(source.indicator.clone()).or_insert(own);
            known.max_age = known.max_age.max(own.max_age);
        }
    }
    bearings
}

/// A period and those that its observation is carried to, up to the next observation.
pub(crate) fn reach(period: Period, max_age: u32, next: Option<Period>) -> impl Iterator<Item = Period> {
    let carried = successors(Some(period), |period| period.later(1));
    let within = carried.take_while(move |to| period.periods_until(*to).is_some_and(|age| age <= max_age));
    within.take_while(move |to| next.is_none_or(|next| *to < next))
}
