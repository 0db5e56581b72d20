//! The index of a state, made when it is first asked for.

use std::sync::{Arc, OnceLock};

use tenseven_state::{World, practices::Practices};

use super::index::SearchIndex;

/// The index of the practices of a state; clones share it.
#[derive(Clone, Default)]
pub(crate) struct PracticeIndex(Arc<OnceLock<SearchIndex>>);

impl PracticeIndex {
    /// The index of these practices. Takes a while where it has to be made.
    pub(super) fn of(&self, practices: &Practices, world: &World) -> &SearchIndex {
        self.0.get_or_init(|| SearchIndex::new(practices.current(), world))
    }
}
