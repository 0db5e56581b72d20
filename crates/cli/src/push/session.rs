//! How a file is pushed.

use uuid::Uuid;

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
