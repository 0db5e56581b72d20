//! Running a session: one file after its header, batch by batch.
//!
//! *Invariant:* the outcomes of batches are counted and reported in the order of the file, so that however a push ends, the
//! rows before the line that it names have come to their end.

use super::{
    Batches, PushSummary, Registry, Session, Watcher, disposition::dispositions, in_flight::InFlight,
    read_ahead::read_ahead,
};

impl Session {
    /// Pushes all batches; returns what became of the rows that were read, and why it ended early if so.
    pub(crate) async fn run(
        &self,
        batches: Batches,
        registry: &impl Registry,
        watcher: &mut dyn Watcher,
    ) -> (PushSummary, Option<anyhow::Error>) {
        let read = match read_ahead(batches, self.nonce) {
            Ok(read) => read,
            Err(error) => return (PushSummary::default(), Some(error.into())),
        };
        let mut in_flight = InFlight::new(self, registry, watcher);
        let ended = Box::pin(in_flight.run(dispositions(read, self, registry))).await;
        (in_flight.into_summary(), ended.err())
    }
}
