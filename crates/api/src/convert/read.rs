//! Fields that read requests share: freshness, as-of time and page.

use prost::{Message, Name};
use tenseven_model::{AsOf, HistoryId, ReadAt, Revision};

use super::{FieldReason, Reader, timestamp};
use crate::v1;

/// A request of a read: its own fields, as the query that is answered.
///
/// The fields that reads share (`read_at`, `page`) are taken out before.
pub trait ReadRequest: Message + Name + Default + Sized {
    /// What is requested.
    type Query;
    /// The bounds of its pages, where it has any.
    const PAGE: PageSize = PageSize { default: 100, max: 1_000 };
    /// The field of the message that holds the query, if there is one; the paths of violations start with it.
    const WITHIN: Option<&'static str> = None;
    /// Whether equal requests have equal answers until the next revision.
    const LASTS: bool = true;
    /// Whether different callers get different answers.
    const DIFFERS_BY_CALLER: bool = false;
    /// Whether it can be answered as of a past moment.
    const OF_THE_PAST: bool = true;

    /// The query, unless something is wrong with it; everything that is gets noted.
    fn read(self, reader: &mut Reader) -> Option<Self::Query>;
}

impl v1::Page {
    /// The first page, of `size` entries at most.
    pub fn of_size(size: i32) -> Self {
        Self { size, token: String::new() }
    }
}

impl v1::ReadAt {
    /// The newest state, once this revision is applied.
    pub fn not_before(revision: u64) -> Self {
        Self { min_revision: revision, ..Self::default() }
    }

    /// The state as of this revision.
    pub fn revision(revision: u64) -> Self {
        Self { as_of: Some(v1::read_at::AsOf::AtRevision(revision)), ..Self::default() }
    }
}

/// A page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Maximum number of entries on it.
    pub size: usize,
    /// The token of the page; empty for the first page.
    pub token: String,
}

/// The bounds of a page's size.
#[derive(Debug, Clone, Copy)]
pub struct PageSize {
    /// The default, if the request gives none.
    pub default: usize,
    /// At most.
    pub max: usize,
}

/// The requested page.
pub fn read_page(reader: &mut Reader, bounds: PageSize, page: Option<v1::Page>) -> Option<Page> {
    let v1::Page { size, token } = page.unwrap_or_default();
    match usize::try_from(size) {
        Ok(0) => Some(Page { size: bounds.default, token }),
        Ok(size) if size <= bounds.max => Some(Page { size, token }),
        Ok(_) | Err(_) => {
            let problem = format!("{size} is not between 0 and {}; 0 means {}", bounds.max, bounds.default);
            reader.refuse("page.size", FieldReason::OutOfRange, problem);
            None
        }
    }
}

/// How fresh an answer must be, and the moment that it is for; a past one is rejected unless the request can be `of_the_past`.
pub fn read_read_at(reader: &mut Reader, read_at: Option<v1::ReadAt>, of_the_past: bool) -> Option<ReadAt> {
    let v1::ReadAt { min_revision, as_of, history_id } = read_at.unwrap_or_default();
    reader.within("read_at", |reader| {
        let history = read_history(reader, &history_id);
        let as_of = read_as_of(reader, as_of, of_the_past)?;
        Some(ReadAt { min_revision: Revision::new(min_revision), as_of, history })
    })
}

fn read_as_of(reader: &mut Reader, as_of: Option<v1::read_at::AsOf>, of_the_past: bool) -> Option<AsOf> {
    use v1::read_at::AsOf as Kind;
    let (field, moment) = match as_of {
        None => return Some(AsOf::Now),
        Some(Kind::AtRevision(number)) => ("at_revision", Some(AsOf::Revision(Revision::new(number)))),
        Some(Kind::AtTime(time)) => ("at_time", timestamp(&time).map(AsOf::Time)),
    };
    if !of_the_past {
        reader.refuse(
            field,
            FieldReason::NotAllowed,
            "is given, but this method answers about the present only",
        );
        return None;
    }
    if moment.is_none() {
        reader.refuse(field, FieldReason::Malformed, "is no instant between the years 1 and 9999");
    }
    moment
}

/// The history that the revisions of a request belong to.
pub(super) fn read_history(reader: &mut Reader, history_id: &str) -> Option<HistoryId> {
    reader.optional("history_id", history_id)
}
