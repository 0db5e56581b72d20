//! The state of the registry: which commands are accepted, and what events make of it.
//!
//! *Invariant:* [`decide`] and [`State::fold`] are pure. The same events give the same state on every machine.
//!
//! # Where to start
//!
//! [`State`]: everything that is known at a revision, as a fold over events ([`State::fold`]). Then [`decide`]: whether a command is
//! accepted on top of a state, and which event it becomes. Each feature is a folder with its command, rules, fold, receipt and
//! errors: [`observations`], [`frameworks`], [`practices`], [`codings`], [`access`].
//!
//! # What is absent
//!
//! Journals, clocks, threads, async runtimes and wire formats. Scores, which follow from a state. Submission ids: the owner of the
//! journal knows which of them it holds. Who a caller is: credentials are compared with [`access::Partners`], but come from elsewhere.
//!
//! # To add a kind of change of observations
//!
//! 1. Add a variant to `Change` in `crates/state/src/observations/change.rs`, boxed if it is larger than an observation.
//! 2. Write it into the digest after a number of its own (`crates/state/src/observations/digest.rs`), state in
//!    `crates/state/src/observations/rules.rs` what it must fulfil, and in `crates/state/src/observations/submit.rs` which version it becomes.
//!    The compiler names the rest.
//! 3. Have `crates/state/tests/properties.rs` and `crates/observatory/src/simulation/client.rs` generate it.
//!
//! # To add a command
//!
//! 1. If what it does is new, add a variant to `Event` in `crates/model/src/event.rs` and to the record format, its description in
//!    `crates/store/FORMAT.md` first.
//! 2. In the folder of its feature, write the command as a struct in a file of its own, with its rejection, and implement
//!    [`Operation`] for it: the digest (with a mark of its own, in `digest.rs`), the size, the grants that it needs, and `decide_on`.
//! 3. Add it to [`Command`] and [`Rejection`] in `crates/state/src/command.rs`; the compiler names the rest. Fold its event in
//!    `crates/state/src/state.rs`.
//! 4. Have `crates/state/tests/properties.rs` generate it.
//! 5. Submit it from a file of its own, as `crates/observatory/src/retiring.rs` does, and give it an error in
//!    `crates/observatory/src/submission_error.rs`.

pub mod access;
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
pub use operation::{Decision, Operation, Size, authorize, decide};
pub use receipt::{Preview, Receipt};
pub use rules::{RuleLimits, Rules};
pub use state::{Accepted, Checkpointed, State};
pub use unknown::{
    NotAddedUp, UnknownArea, UnknownDomain, UnknownFramework, UnknownIndicator, UnknownInstrument,
    UnknownMeasure, UnknownNode, UnknownPractice,
};
pub use world::{AreaSelectionError, World};
