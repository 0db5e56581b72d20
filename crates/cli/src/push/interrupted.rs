//! Why a push ended early.

use tenseven_client::ClientError;

use crate::table_file::ReadError;

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
