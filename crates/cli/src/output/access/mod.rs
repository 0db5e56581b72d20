//! Who may do what: partners with their keys and grants, the caller, and receipts of changes.
//!
//! *Invariant:* no key is printed here; its id is no secret. Ids and names are never broken over lines.

pub(crate) mod caller;
mod grant;
pub(crate) mod partner;
mod quota;
pub(crate) mod receipt;
mod wrapped;
