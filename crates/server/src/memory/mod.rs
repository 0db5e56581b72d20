//! Memory: what the process may take, and accounts of what its calls hold.
//!
//! *Invariant:* requests that are not whole hold no more than their account allows. Answers that are not read exceed theirs by at most those that
//! are made at once: further ones wait. What is held is given back when it is dropped.

mod account;
mod available;
mod unread;

pub(crate) use account::{Account, Hold};
pub use available::available;
pub(crate) use unread::{Counted, Pieces, Size, Unread};
