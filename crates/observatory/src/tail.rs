//! The tail of the journal: the published entries after a revision, from those that are kept in memory or else from the
//! journal.

use std::sync::Arc;

use tenseven_model::{ObservationKey, Revision};
use tenseven_store::{Entries, Entry, Journal as _, ReadError};

use crate::shared::Shared;

/// The published entries after a revision, in order. Blocks where it reads the journal.
pub(crate) struct Tail<'a> {
    shared: &'a Shared,
    last: Revision,
    newest: Revision,
    journal: Option<Entries>,
}

impl<'a> Tail<'a> {
    /// What follows `after`, up to the newest published revision: the journal may be ahead of that.
    pub(crate) fn new(shared: &'a Shared, after: Revision) -> Self {
        Self { shared, last: after, newest: shared.state.load().revision(), journal: None }
    }
}

impl Iterator for Tail<'_> {
    type Item = Result<Arc<Entry>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.last >= self.newest {
            return None;
        }
        let found = if let Some(recent) = self.shared.recent.get(self.last.next()) {
            self.journal = None;
            Ok(recent)
        } else {
            let (shared, last) = (self.shared, self.last);
            self.journal.get_or_insert_with(|| shared.journal.read_after(last)).next()?.map(Arc::new)
        };
        match &found {
            Ok(entry) => self.last = entry.revision,
            // Nothing follows an error.
            Err(_) => self.last = self.newest,
        }
        Some(found)
    }
}

/// The keys that changed after a revision, up to the newest published one; some may come more than once. Blocks where it reads the
/// journal.
pub(crate) fn keys_after(shared: &Shared, after: Revision) -> Result<Vec<ObservationKey>, ReadError> {
    let mut keys = Vec::new();
    for entry in Tail::new(shared, after) {
        keys.extend(entry?.event.versions().iter().map(|version| version.key().clone()));
    }
    Ok(keys)
}
