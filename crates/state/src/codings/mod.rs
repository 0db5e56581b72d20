//! Codings: coders rate units on rubrics, and a curator makes one observation of them.
//!
//! Commands: [`SubmitCoding`], [`AdjudicateCodings`]. They become the events
//! [`Coding`](tenseven_model::event::Event::Coding) and [`Adjudication`](tenseven_model::event::Event::Adjudication).
//!
//! *Invariant:* the codings of a unit form rounds. Adjudication closes a round, and the next coding opens the next. Every
//! coding is kept: one that its coder revised, and those that an adjudication rests on.

mod adjudicate;
mod digest;
mod fold;
mod index;
mod receipt;
mod rules;
mod submit;

pub use adjudicate::{AdjudicateCodings, AdjudicationRejection, Contribution, NotAdjudicable};
pub(crate) use fold::{fold_adjudication, fold_coding};
pub use index::{Codings, History, IndexedCoding, Round};
pub use receipt::{CitedCoding, CodingReceipt, RecordedAdjudication};
pub use rules::{CodingFault, CodingFaults, CodingProblem};
pub use submit::{CODERS_MAX, CodingRejection, RoundFull, SubmitCoding};
