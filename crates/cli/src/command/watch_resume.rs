//! How a watch that ended is resumed: the history that goes with its revisions, and what to do after a restore.

use std::io::{self, Write as _};

use tenseven_client::ClientError;

/// Prints the history of the revisions on standard error, once, and again when it changes.
#[derive(Debug, Default)]
pub(super) struct HistoryNote(String);

impl HistoryNote {
    /// Prints the note if this is another history than before.
    pub(super) fn show(&mut self, history: &str) -> io::Result<()> {
        if history.is_empty() || self.0 == history {
            return Ok(());
        }
        history.clone_into(&mut self.0);
        writeln!(
            io::stderr().lock(),
            "note: to resume after a line, pass its revision: --after-revision N --history {history}"
        )
    }
}

/// The error that ends a watch. If the registry was restored meanwhile, it names the revision to resume from.
pub(super) fn explained(error: ClientError) -> anyhow::Error {
    let refusal = error.refusal().filter(|refusal| refusal.reason == "OTHER_HISTORY");
    let remedy = refusal.map(|refusal| {
        match (refusal.metadata.get("left_after_revision"), refusal.metadata.get("history_id")) {
            (Some(revision), Some(history)) => format!(
                "what was printed after revision {revision} is no longer part of the registry; discard it and resume with --after-revision {revision} --history {history}"
            ),
            _ => "what was printed is not part of this registry; discard it and start again with --after-revision 0".to_owned(),
        }
    });
    let error = anyhow::Error::new(error);
    match remedy {
        Some(remedy) => error.context(remedy),
        None => error,
    }
}
