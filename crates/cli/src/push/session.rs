//! A session: one file after its header, batch by batch.
//!
//! *Invariant:* what becomes of batches is counted and told in the order of the file, so that whatever ends a push, the
//! rows before the line that it names have come to their end.

use std::io::Read;

use tenseven_client::ClientError;
use uuid::Uuid;

use super::{
    Batches, PushSummary, Registry, Watcher, course::courses, read_ahead::read_ahead, under_way::UnderWay,
};
use crate::observation_file::ReadError;

/// How a file is pushed.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// Makes the submission ids other ones than those of an earlier push of the same content.
    pub(crate) nonce: Option<Uuid>,
    /// Whether everything is only checked.
    pub(crate) dry_run: bool,
    /// Whether to leave the rest of the file after the first refusal.
    pub(crate) stop_on_refusal: bool,
}

/// Why a push ended before the end of the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    /// The file could not be read on.
    #[error("the rest of the file was not pushed")]
    File(#[source] ReadError),
    /// The server could not be reached any more or cannot accept anything now.
    #[error(
        "the rows from line {line} on were not pushed; push the file again when this is mended, and only what is missing is sent"
    )]
    Server {
        /// The line that the first row begins on of which nothing is known.
        line: u64,
        /// What went wrong.
        #[source]
        error: ClientError,
    },
}

impl Session {
    /// Pushes all batches; returns what became of the rows that were read, and why it ended early if so.
    pub(crate) async fn run<R: Read + Send + 'static>(
        &self,
        batches: Batches<R>,
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
