//! Search: practices found by their words, the best first.
//!
//! *Invariant:* the same words asked of the same revision find the same practices in the same order, with the same scores:
//! an index holds the practices of one state and nothing else, and equal scores stand by id.

mod analysis;
mod answer;
mod dictionary;
mod index;
mod made;
mod passages;
mod postings;
mod query;
mod ranking;
mod snippet;
mod wanted;

pub use answer::{PracticeHit, SearchPage};
pub(crate) use made::PracticeIndex;
pub use query::{SearchQuery, SearchQueryError};
pub use snippet::SnippetPart;
