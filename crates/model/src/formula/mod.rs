//! Formulas: indicators that are computed from others.
//!
//! *Invariant:* a formula is a small, total expression: every function has its arguments, nothing loops, and what has
//! no value (a logarithm below zero, a division by zero) is for the engine to give a reason for.

mod expression;
mod lags;
mod parse;
mod write;

#[cfg(test)]
mod tests;

pub use expression::{Comparison, Expression, Formula, Function, Gathering, Operator, OverTime};
pub use lags::LAG_MAX;
pub use parse::FormulaError;
