//! The origins of scores, as messages.

use tenseven_model::{CellOrigin, Gap, Imputation, MissingReason, Period};

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
        Gap::TreatedAsMissing => ScoreGap::TreatedAsMissing,
    }
}

/// Where a leaf's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeafOrigin {
    /// The origin.
    pub origin: ValueOrigin,
    /// The period that it was observed for; for an interpolated value both periods; none if it does not come from the area's
    /// own observations.
    pub observed: Option<(Period, Option<Period>)>,
    /// How it was filled in; empty where it was not.
    pub imputation: &'static str,
}

/// Where the value of a leaf for `period` comes from.
pub fn leaf_origin(origin: CellOrigin, period: Period) -> LeafOrigin {
    let made = |origin, observed: Option<Period>| LeafOrigin {
        origin,
        observed: observed.map(|period| (period, None)),
        imputation: "",
    };
    match origin {
        CellOrigin::Observed => made(ValueOrigin::Observed, Some(period)),
        CellOrigin::Carried { from } => made(ValueOrigin::Carried, Some(from)),
        CellOrigin::RolledUp { units: _ } => made(ValueOrigin::RolledUp, Some(period)),
        CellOrigin::Constant => made(ValueOrigin::Constant, None),
        CellOrigin::Computed => made(ValueOrigin::Computed, Some(period)),
        CellOrigin::Imputed(imputation) => LeafOrigin {
            origin: ValueOrigin::Imputed,
            imputation: imputation.as_str(),
            observed: match imputation {
                Imputation::Mean | Imputation::Median | Imputation::GroupMean | Imputation::GroupMedian => {
                    None
                }
                Imputation::Latest { from } | Imputation::Held { from } => Some((from, None)),
                Imputation::Interpolated { from, to } => Some((from, Some(to))),
            },
        },
    }
}
