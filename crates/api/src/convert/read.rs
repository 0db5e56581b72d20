//! What reads have in common: how fresh, as of when, which page.

use tenseven_model::{AsOf, HistoryId, Revision};

use super::{FieldReason, Reader};

/// How fresh an answer must be, and the moment that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Freshness {
    /// Wait until this revision is applied.
    pub min_revision: Revision,
    /// The moment.
    pub as_of: AsOf,
    /// The history that the revisions above belong to; not checked if it is absent.
    pub history: Option<HistoryId>,
}

/// A page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Most entries on it.
    pub size: usize,
    /// Where it goes on; empty for the first page.
    pub token: String,
}

/// The bounds of a page's size.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSize {
    /// Where none is asked for.
    pub(super) default: usize,
    /// At most.
    pub(super) max: usize,
}

/// The bounds of most listings.
pub(super) const SHORT_PAGE: PageSize = PageSize { default: 100, max: 1_000 };

/// The page that is asked for.
pub(super) fn read_page(reader: &mut Reader, bounds: PageSize, size: i32, token: String) -> Option<Page> {
    match usize::try_from(size) {
        Ok(0) => Some(Page { size: bounds.default, token }),
        Ok(size) if size <= bounds.max => Some(Page { size, token }),
        _ => {
            let problem = format!("{size} is not between 0 and {}; 0 means {}", bounds.max, bounds.default);
            reader.refuse("page_size", FieldReason::OutOfRange, problem);
            None
        }
    }
}

/// The history that the revisions of a request belong to.
pub(super) fn read_history(reader: &mut Reader, history: &str) -> Option<HistoryId> {
    reader.optional("history", history)
}

/// Reads `min_revision`, `as_of` and `history` of a request; each request has a type of its own for `as_of`.
macro_rules! read_freshness {
    ($reader:expr, ($min_revision:expr, $as_of:expr, $history:expr), $kind:path) => {{
        use $kind as Kind;
        let history = super::read::read_history(&mut $reader, &$history);
        let as_of = match $as_of {
            None => Some(tenseven_model::AsOf::Now),
            Some(Kind::AtRevision(number)) => {
                Some(tenseven_model::AsOf::Revision(tenseven_model::Revision::new(number)))
            }
            Some(Kind::AtTime(time)) => match super::timestamp(&time) {
                Some(time) => Some(tenseven_model::AsOf::Time(time)),
                None => {
                    $reader.refuse(
                        "at_time",
                        super::FieldReason::Malformed,
                        "is no instant between the years 1 and 9999",
                    );
                    None
                }
            },
        };
        as_of.map(|as_of| super::Freshness {
            min_revision: tenseven_model::Revision::new($min_revision),
            as_of,
            history,
        })
    }};
}

pub(super) use read_freshness;
