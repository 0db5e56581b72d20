//! Receipts of publications and retirements.

use tenseven_model::{FrameworkRef, Revision, Timestamp};

use super::figure::FrameworkCost;

/// That a version is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationReceipt {
    /// The version.
    pub framework: FrameworkRef,
    /// The revision that published it; the newest one where it was only checked.
    pub revision: Revision,
    /// When it was accepted; none where it was only checked.
    pub accepted_at: Option<Timestamp>,
    /// What it costs.
    pub cost: FrameworkCost,
}

/// A version is retired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetirementReceipt {
    /// The version.
    pub framework: FrameworkRef,
    /// The revision that retired it; the newest one where it was only checked.
    pub revision: Revision,
    /// When it was accepted; none where it was only checked.
    pub accepted_at: Option<Timestamp>,
}
