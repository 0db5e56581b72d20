//! Observations: put, merged and withdrawn in batches; at most one is current for a key.
//!
//! Command: [`SubmitChanges`]. It becomes the event [`Observations`](tenseven_model::event::Event::Observations).

mod change;
mod digest;
mod fault;
mod fingerprint;
mod fold;
mod rules;
mod submit;
mod withdrawn;

pub use change::{Change, Merge};
pub use fault::{Fault, Problem, Remedy};
pub use fingerprint::notes_fingerprint;
pub use fold::apply_version;
pub(crate) use fold::fold;
pub use rules::{change_faults, change_name_faults};
pub use submit::{ChangeFaults, ChangesRejection, SubmitChanges};
pub use withdrawn::Withdrawn;
