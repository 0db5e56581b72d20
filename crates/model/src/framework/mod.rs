//! Frameworks: which indicators make which scores, and how.
//!
//! *Invariant:* a [`Framework`] can be scored. Its nodes form one tree, every leaf names an indicator that the
//! framework defines and a normalisation that fits its kind, every clause of the report fits what it asks of.
//! All that is wrong with a [`FrameworkDraft`] is reported at once ([`FrameworkError`]).

mod check;
mod denominate;
mod diff;
mod draft;
mod finding;
mod fit;
mod flatten;
mod group;
mod impute;
mod normalise;
mod report;
mod treat;
mod tree;
mod version;

#[cfg(test)]
mod tests;

pub use denominate::Denominator;
pub use diff::{Change, ChangeKind};
pub use draft::{
    Aggregate, Band, BandsClosed, Branch, Criterion, Direction, FrameworkDraft, Leaf, MinCoverage, Node,
    NodeBody, Over, Reference,
};
pub use finding::{Finding, FrameworkError, Place};
pub use group::{AreaGroup, AreaSet};
pub use impute::{Average, GroupAverage, Impute};
pub use normalise::{Normalise, Pool, Post, Standing, Tier, Ties, Transform};
pub use report::{Averaged, Clause, Condition, Figure};
pub use treat::{Fallback, Limits, Treatment};
pub use tree::{Framework, NodeIndex, band_of};
pub use version::{FrameworkRef, FrameworkRefError, Version, VersionError};
