//! Arithmetic without rounding in between: sums, means and quotients that are rounded once, at the end.
//!
//! *Invariant:* [`sum`], [`mean`], [`weighted_mean`] and [`weighted_sum`] return the finite number that is nearest to the exact result,
//! of two equally near ones the even one. So they depend neither on the order of the terms nor on their scale, and the mean of equal
//! numbers is that number. [`squares`] and [`products`] add terms that are each rounded to about twice the usual precision, again
//! without a rounding in between.

mod error_free;
mod exact;
mod fixed;
mod moments;
mod quotient;
mod series;
mod whole;

pub(crate) use error_free::split;
pub use moments::{powers, products, squares};
pub use series::{mean, per, sum, weighted_mean, weighted_sum};
pub(crate) use whole::{Share, whole_weights};
