//! Good practices: kept by curators, found by what they bear on and by their words.
//!
//! *Invariant:* practices are a fold over the journal. Every version is kept for ever, and none is changed by somebody
//! who has not seen the one before it.

mod error;
mod filter;
mod history;
mod listing;
mod references;
mod search;

pub use error::{
    ListPracticesError, PracticeLookupError, PracticeSelectionError, PracticeVersionsError,
    SearchPracticesError,
};
pub use history::PracticeVersionPage;
pub use listing::{PracticePage, RecordedPractice};
pub use references::{InstrumentUse, MeasureUse, ReferencePage};
pub(crate) use search::PracticeIndex;
pub use search::{PracticeHit, SearchPage, SearchQuery, SearchQueryError, SnippetPart};
