//! Access control: who makes a call, and whether that caller may use the method.
//!
//! *Invariant:* every call passes [`AccessControl::admit`] before anything of its request is read. What is granted within a method is
//! decided where the change is decided, by the same grants.

mod anonymous;
mod bootstrap;
mod control;
mod last_uses;
mod methods;
mod principal;

pub use bootstrap::{ADMIN, AdminKeyError, generate_key};
pub(crate) use bootstrap::{ensure_admin, read_key, reinstate_admin};
pub(crate) use control::{AccessControl, Admitted, Guard, Rejected, shown_key};
pub(crate) use last_uses::LastUses;
pub(crate) use methods::Audited;
pub(crate) use principal::{Credential, Principal};
