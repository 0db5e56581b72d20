//! Why writes are refused until a restart.

use tokio::sync::watch;

/// Why the registry accepts no more writes. Reads are still answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFailure {
    /// An append to the journal failed, and whether its entries are kept is unknown until a restart.
    JournalFailed,
    /// An entry of the journal turned out to be damaged.
    JournalDamaged,
    /// The writer panicked.
    Panicked,
}

/// The first failure, once there is one.
pub(crate) struct FirstFailure(watch::Sender<Option<WriteFailure>>);

impl Default for FirstFailure {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl FirstFailure {
    /// Remembers a failure. Returns whether it is the first.
    pub(crate) fn set(&self, failure: WriteFailure) -> bool {
        self.0.send_if_modified(|first| {
            let is_first = first.is_none();
            first.get_or_insert(failure);
            is_first
        })
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<WriteFailure>> {
        self.0.subscribe()
    }

    pub(crate) fn get(&self) -> Option<WriteFailure> {
        *self.0.borrow()
    }
}
