//! Memory: the memory that the process may use, and the budgets of its calls.
//!
//! *Invariant:* requests that are not whole hold no more than their budget allows. Answers that are not read exceed theirs by at most a quarter
//! and those that are made at once, small ones by as much again: further ones wait. What is held is given back when it is dropped.

mod available;
mod budget;
mod unread;

pub use available::available;
pub(crate) use budget::{MemoryBudget, Reservation};
pub(crate) use unread::{Counted, Pieces, Size, Unread};
