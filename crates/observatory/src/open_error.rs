//! Errors of opening an observatory.

use tenseven_model::{FrameworkRef, Revision};
use tenseven_state::frameworks::UnreadableVersion;
use tenseven_store::ReadError;

/// Why an observatory cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The journal cannot be read.
    #[error("the journal cannot be read: {0}")]
    Read(#[from] ReadError),
    /// An entry cannot be folded in.
    #[error(transparent)]
    Fold(#[from] UnreadableVersion),
    /// Reading an entry, or folding it in, panics: a fault of the program that every start would meet.
    #[error(
        "revision {revision} cannot be folded in because of a fault of this program, so that the server cannot start; report it, start a version of the program that can, or restore a backup up to the revision before (`tenseven restore --to-revision`)"
    )]
    Panicked {
        /// The revision.
        revision: Revision,
    },
    /// Scoring by a framework panics: a fault of the program that every start would meet.
    #[error(
        "the scores by {framework}, which revision {revision} published, cannot be made because of a fault of this program, so that the server cannot start; report it, start a version of the program that can, or restore a backup up to the revision before (`tenseven restore --to-revision`)"
    )]
    ScoringPanicked {
        /// The framework.
        framework: FrameworkRef,
        /// The revision that published it.
        revision: Revision,
    },
    /// A framework that ships with the program cannot be published.
    #[error("the framework {id} that ships with the program cannot be published: {problem}")]
    Bundled {
        /// Which framework.
        id: String,
        /// What is wrong.
        problem: String,
    },
    /// The practices that ship with the program cannot be written.
    #[error("the practices that ship with the program cannot be written: {problem}")]
    Practices {
        /// What is wrong.
        problem: String,
    },
    /// A thread cannot be started.
    #[error("a thread cannot be started: {0}")]
    Thread(#[source] std::io::Error),
}
