//! Vocabulary: what people write in cells and options, as the contract has it.
//!
//! *Invariant:* a text is translated only where it can mean one thing. Where it can mean several it is refused with
//! all of them; what is not known here is left to the server to refuse.

mod area;
mod level;
mod number;
mod word;

pub(crate) use area::area;
pub(crate) use level::Levels;
pub(crate) use number::number;
pub(crate) use word::{flag, missing_reason, status};
