//! Memory: what the process may take, and one account of what its calls hold.
//!
//! *Invariant:* what calls hold together is bounded, whoever makes them: requests that are not whole, and answers that are not read. What is
//! held is given back when it is dropped.

mod account;
mod available;
mod unread;

pub(crate) use account::{Account, Hold};
pub use available::available;
pub(crate) use unread::Unread;
