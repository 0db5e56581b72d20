//! When and by whom an entry of the journal was accepted.

use tenseven_state::Accepted;
use tenseven_store::Entry;

/// What a state folds in of an entry next to its event.
pub(crate) fn accepted(entry: &Entry) -> Accepted<'_> {
    Accepted { revision: entry.revision, at: entry.committed_at, author: entry.author.as_ref() }
}
