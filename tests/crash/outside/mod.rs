//! The real binary seen from outside: its process, what was pushed to it, what it answers, and the files that it leaves.
//!
//! Nothing here knows how a journal looks inside.

mod check;
mod left_behind;
mod load;
mod process;
mod random;
mod record;
mod tree;

pub(crate) use self::{
    check::{History, check, goes_on},
    left_behind::{End, LeftBehind, starts_with_everything},
    load::{Load, connect},
    process::{Process, Start, run_to_end},
    random::Random,
    record::{Batch, Record, Shared, lock},
    tree::Tree,
};
