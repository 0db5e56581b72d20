//! Practices: kept by curators, each with its versions.
//!
//! Commands: [`WritePractice`], [`SeedPractices`]. Both become the event
//! [`Practices`](tenseven_model::event::Event::Practices).

mod digest;
mod held;
mod names;
mod rejection;
mod seeds;
mod write;

pub use held::{Held, Practices};
pub use names::{PracticeNameFault, PracticeNameProblem, practice_name_faults};
pub use rejection::{PracticeRejection, PracticeRevised, TooManyPractices};
pub use seeds::SeedPractices;
pub use write::WritePractice;
