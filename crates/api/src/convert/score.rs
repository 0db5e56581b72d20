//! What scores rest on, out.

use tenseven_model::{CellOrigin, Gap, MissingReason, Period};

use crate::v1::{ScoreGap, ValueOrigin};

/// Why there is no score, as a message.
pub fn gap_message(gap: Gap) -> ScoreGap {
    match gap {
        Gap::NeverReported => ScoreGap::NeverReported,
        Gap::Reported(MissingReason::NotApplicable) => ScoreGap::NotApplicable,
        Gap::Reported(MissingReason::NotCollected) => ScoreGap::NotCollected,
        Gap::Reported(MissingReason::Confidential) => ScoreGap::Confidential,
        Gap::Reported(MissingReason::NotAvailable) => ScoreGap::NotAvailable,
        Gap::NoChildWithData => ScoreGap::NoChildWithData,
        Gap::BelowMinCoverage => ScoreGap::BelowMinCoverage,
        Gap::ConstantColumn => ScoreGap::ConstantColumn,
        Gap::OutsideTransform => ScoreGap::OutsideTransform,
        Gap::NotFinite => ScoreGap::NotFinite,
        Gap::NoDenominator => ScoreGap::NoDenominator,
        Gap::NoReference => ScoreGap::NoReference,
        Gap::NoSpan => ScoreGap::NoSpan,
        Gap::NotPositive => ScoreGap::NotPositive,
        Gap::NoPair => ScoreGap::NoPair,
    }
}

/// Where a leaf's value comes from: the origin, and the period it was observed for.
pub fn leaf_origin(origin: CellOrigin, period: Period) -> (ValueOrigin, Period) {
    match origin {
        CellOrigin::Observed => (ValueOrigin::Observed, period),
        CellOrigin::Carried { from } => (ValueOrigin::Carried, from),
        CellOrigin::RolledUp { units: _ } => (ValueOrigin::RolledUp, period),
        CellOrigin::Constant => (ValueOrigin::Constant, period),
    }
}
