//! Stage 7, aggregate: how several columns become one.
//!
//! The means are those of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008), section 6; Copeland's
//! rule is the one that its section 6.3 and the R package COINr 1.1.14 give, with data on both sides of each pair and
//! ties found with a tolerance.
//!
//! *Invariant:* except for Copeland, which compares areas, each place is made from the same place of the inputs, and sums and arithmetic
//! means are rounded once, so that aggregating some places alone, or the inputs in another order, gives the same bits. Inputs that do not apply are in no count; where none applies, the result does not apply either.

mod by_method;
mod copeland;
mod coverage;
mod cut;
mod input;
mod mean;
mod order;
mod scale;

pub use by_method::aggregate;
pub use copeland::{Pairs, copeland};
pub use coverage::is_covered;
pub use input::Input;

pub(crate) use by_method::{Weights, aggregate_into};
pub(crate) use copeland::copeland_into;
pub(crate) use coverage::cover;
