//! Assessment: coders rate units on rubrics, and a curator makes one observation of what they said.
//!
//! *Invariant:* the codings of a unit stand in rounds. Adjudication closes a round, and the next coding opens the next. Every
//! coding is kept: one that its coder revised, and those that an adjudication rests on.

mod adjudicate;
mod file;
mod index;
mod rules;
mod write;

pub(crate) use adjudicate::adjudicate;
pub use adjudicate::{AdjudicationRequest, Contribution, NotAdjudicable};
pub(crate) use file::file;
pub use file::{CODERS_MAX, RoundFull};
pub(crate) use index::{Codings, Filed, History, Round};
pub use rules::{CodingFault, CodingProblem};
pub(crate) use write::recorded;
pub use write::{CitedCoding, CodingReceipt, RecordedAdjudication};
