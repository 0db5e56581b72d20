//! The state of the registry: what commands are accepted, and what events make of it.
//!
//! Open [`State`] first: everything that is known at a revision, as a fold over events ([`State::fold`]). Then [`decide`]: whether
//! a command is accepted on top of a state, and which event it becomes. Each feature is a folder with its command, rules, fold,
//! receipt and errors: [`observations`], [`frameworks`], [`practices`], [`codings`].
//!
//! *Invariant:* both are pure. This crate knows no journal, clock, thread, async runtime or wire format; the same events give the
//! same state on every machine. What is absent: scores (they follow from a state), submission ids (whoever keeps the journal knows
//! which of them it holds), and access control.
//!
//! To add a command:
//! 1. If what it does is new, add a variant to [`Event`](tenseven_model::event::Event) and to the record format of `tenseven-store`
//!    (its `FORMAT.md` first).
//! 2. In the folder of its feature, write the command as a struct in a file of its own, with its rejection, and implement
//!    [`Operation`] for it: the digest (with a mark of its own, in `digest.rs`), the size, and `decide_on`.
//! 3. Add it to [`Command`] and [`Rejection`]; the compiler names the places. Fold its event in [`State::fold`].
//! 4. Have `tests/properties.rs` generate it.
//! 5. In `tenseven-observatory`, add the method that submits it and the error enum of that operation.

pub mod codings;
mod command;
mod content_hash;
pub mod frameworks;
pub mod observations;
mod operation;
pub mod practices;
mod receipt;
mod rules;
mod state;
mod unknown;
mod world;

pub use command::{Command, Rejection};
pub use operation::{Decision, Operation, Size, decide};
pub use receipt::{Preview, Receipt};
pub use rules::{RuleLimits, Rules};
pub use state::{Checkpointed, FoldError, State};
pub use unknown::{
    UnknownArea, UnknownDomain, UnknownFramework, UnknownIndicator, UnknownInstrument, UnknownMeasure,
    UnknownNode, UnknownPractice,
};
pub use world::{AreaSelectionError, World};
