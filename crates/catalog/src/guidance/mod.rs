//! Guidance: what indicators reflect and rest on, and the good practices that ship.
//!
//! *Invariant:* ids are distinct in each list and are never taken out again: a framework that was published with one
//! must stay readable. What a practice bears on exists ([`crate::Catalog::load`] checks it against the frameworks).

mod entry;
mod read;

pub use entry::{Instrument, Measure};
pub use read::{GuidanceError, PracticeFileError, PracticeText, read_practice_texts, write_practice_texts};
pub(crate) use read::{instruments, measures, practices};
