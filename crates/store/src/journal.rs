//! What a journal can do, whichever way it is kept.

use tenseven_model::Revision;

use crate::{AppendError, Entry, ReadError};

/// Entries in order, one at a time. After an error nothing follows.
pub type Entries = Box<dyn Iterator<Item = Result<Entry, ReadError>> + Send>;

/// A log of entries with contiguous revisions, starting at 1.
///
/// All methods take `&self`: any thread may read while one appends. Appends from several threads are put in a row,
/// and all but one of those that expect the same head fail.
pub trait Journal: Send + Sync {
    /// The last durable revision; [`Revision::ZERO`] when nothing was appended yet.
    fn head(&self) -> Revision;

    /// Appends entries that follow `expected_head` without a gap, all or none, and returns the new head once they
    /// are durable. Without entries nothing happens.
    ///
    /// After [`AppendError::Storage`] it is unknown whether the entries are kept. The journal then refuses every
    /// append until it is opened again, and goes on answering reads up to the old head. Any other error leaves the
    /// journal as it was.
    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Revision, AppendError>;

    /// The entries after `revision`, up to the head at the time of the call. Entries are read as they are asked
    /// for, not kept in memory.
    fn read_after(&self, revision: Revision) -> Entries;
}

/// The head after `entries`, if they may follow `head`.
pub(crate) fn check_sequence(
    head: Revision,
    expected_head: Revision,
    entries: &[Entry],
) -> Result<Revision, AppendError> {
    if head != expected_head {
        return Err(AppendError::HeadMoved { expected: expected_head, head });
    }
    let mut last = head;
    for (place, entry) in entries.iter().enumerate() {
        if entry.revision != last.next() {
            return Err(AppendError::NotContiguous { place, expected: last.next(), found: entry.revision });
        }
        last = entry.revision;
    }
    Ok(last)
}
