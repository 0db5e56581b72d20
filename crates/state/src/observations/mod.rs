//! Observations: pushed and withdrawn in batches; at most one is current for a key.
//!
//! Commands: [`PushObservations`], [`WithdrawObservations`]. Both become the event
//! [`Observations`](tenseven_model::event::Event::Observations).

mod digest;
mod fingerprint;
mod fold;
mod push;
mod rules;
mod withdraw;
mod withdrawal_receipt;
mod withdrawal_rules;
mod withdrawn;

pub use fingerprint::notes_fingerprint;
pub use fold::apply_version;
pub(crate) use fold::fold;
pub use push::{PushObservations, PushRejection};
pub use rules::{Fault, Problem, observation_faults, observation_name_faults};
pub use withdraw::{WithdrawObservations, WithdrawalRejection};
pub use withdrawal_receipt::{WithdrawalPreview, WithdrawalReceipt};
pub use withdrawal_rules::{WithdrawalFault, WithdrawalProblem, withdrawal_faults, withdrawal_name_faults};
pub use withdrawn::Withdrawn;
