//! Denominators: per-unit scaling, `value / denominator * per`.

use crate::{IndicatorId, SourceId};

/// A value is divided by that of another indicator, for the same area and period.
#[derive(Debug, Clone, PartialEq)]
pub struct Denominator {
    /// What it is divided by.
    pub indicator: IndicatorId,
    /// For how many of those it is counted: x / (denominator / per). Above 0.
    pub per: f64,
    /// Sources of the denominator in order of precedence.
    pub sources: Vec<SourceId>,
    /// How many periods the denominator is carried forward.
    pub max_age: u32,
}
