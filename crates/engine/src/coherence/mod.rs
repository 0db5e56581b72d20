//! Coherence: whether the parts of a score go together.
//!
//! The figures are those that the OECD/JRC *Handbook on Constructing Composite Indicators* (2008), section 4, asks an
//! index to be looked at with: correlations, Cronbach's α, and principal components.
//!
//! *Invariant:* two columns are compared over the places where both have data. A figure that they do not bear is
//! absent, never a NaN.

mod correlation;
mod cronbach;
mod eigen;
mod flags;
mod principal;

pub use correlation::{Correlation, correlation, significance};
pub use cronbach::cronbach;
pub use flags::{Flag, Kind, flags};
pub use principal::{Components, principal_components};
