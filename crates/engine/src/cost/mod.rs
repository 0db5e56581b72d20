//! Cost: what a framework takes at most, in memory and in work, before anything is scored with it.
//!
//! A cost is a pure function of a plan and the size of a board. Each node has stages, and each stage states what it looks
//! at: its own cell, all areas of a period, all areas of all periods, or all pairs of areas. The matches over methods are
//! exhaustive, so that a new method does not compile without a cost.
//!
//! *Invariant:* memory is an upper bound. Work is an estimate: one unit is about one nanosecond of one core of a 2.5 GHz
//! server, calibrated by `cargo bench -p tenseven-engine -- cost`, which prints the estimate and the time of each method.

mod aggregation;
mod cause;
mod columns;
mod formulas;
mod leaves;
mod size;
mod stage;
mod total;
mod unit;

pub use cause::Cause;
pub use size::BoardSize;
pub use total::{Cost, Part, PartCost};
