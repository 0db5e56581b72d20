//! Good practices: kept by curators, found by what they bear on and by their words.
//!
//! *Invariant:* practices are a fold over the journal. Every version is kept for ever, and none is changed by somebody
//! who has not seen the one before it.

mod filter;
mod held;
mod history;
mod listing;
mod names;
mod references;
mod search;
mod seeds;
mod write;

pub use filter::PracticeFilter;
pub(crate) use held::{Held, Practices};
pub use history::PracticeVersionPage;
pub use listing::{PracticePage, RecordedPractice};
pub(crate) use names::faults as name_faults;
pub use names::{PracticeNameFault, PracticeNameProblem};
pub use references::{InstrumentUse, MeasureUse, ReferencePage};
pub use search::{PracticeHit, SearchPage, SearchQuery, SearchQueryError, SnippetPart};
pub(crate) use seeds::{missing, seed_id};
pub use write::PracticeWrite;
pub(crate) use write::{content, seed_content};
