//! Running a session: one file after its header, batch by batch.
//!
//! *Invariant:* what becomes of batches is counted and told in the order of the file, so that whatever ends a push, the
//! rows before the line that it names have come to their end.

use super::{
    Batches, PushSummary, Registry, Session, Watcher, course::courses, read_ahead::read_ahead,
    under_way::UnderWay,
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
        let mut under_way = UnderWay::new(self, registry, watcher);
        let ended = Box::pin(under_way.run(courses(read, self, registry))).await;
        (under_way.into_summary(), ended.err())
    }
}
