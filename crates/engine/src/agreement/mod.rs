//! Agreement of coders: whether people who judged the same things judged them alike.
//!
//! Krippendorff's α (Krippendorff 2019, *Content Analysis*, chapter 12) takes any number of coders, missing codings and
//! four kinds of scales; Cohen's κ (Cohen 1960 and 1968) two coders; Fleiss' κ (Fleiss 1971) any coders, of whom each
//! subject has the same number.
//!
//! *Invariant:* 1 is full agreement and 0 what chance would give. Where a coefficient is not defined there is an
//! [`AgreementError`] that says why, never a NaN.

mod cohen;
mod error;
mod fleiss;
mod krippendorff;

pub use cohen::{Weighting, cohen};
pub use error::AgreementError;
pub use fleiss::fleiss;
pub use krippendorff::{Scale, krippendorff};
