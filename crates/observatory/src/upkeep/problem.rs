//! What can be wrong with a journal, and why upkeep ends.

use tenseven_model::{FrameworkRef, ObservationKey, PracticeId, Revision, SubmissionId};
use tenseven_store::{BuildError, CheckpointError, ReadError};

use crate::UnreadableVersion;

/// Something that is wrong with a journal.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// An entry cannot be read.
    #[error("revision {revision} cannot be read: {error}")]
    Entry {
        /// Which entry.
        revision: Revision,
        /// Why.
        error: ReadError,
    },
    /// The framework of an entry cannot be read.
    #[error(transparent)]
    Framework(UnreadableVersion),
    /// An observation names another version before it than the fold gives.
    #[error(
        "revision {revision} says that {indicator} of {area} ({source_id}, {period}) replaces {}, but the entries before it say {}",
        named(*.found), named(*.folded), indicator = .key.indicator, area = .key.area, source_id = .key.source, period = .key.period
    )]
    Previous {
        /// The entry.
        revision: Revision,
        /// The observation.
        key: Box<ObservationKey>,
        /// The version that it names.
        found: Option<Revision>,
        /// The version that the fold gives.
        folded: Option<Revision>,
    },
    /// An observation is withdrawn that the fold does not give.
    #[error(
        "revision {revision} withdraws {indicator} of {area} ({source_id}, {period}), which the entries before it do not hold",
        indicator = .key.indicator, area = .key.area, source_id = .key.source, period = .key.period
    )]
    WithdrawsNothing {
        /// The entry.
        revision: Revision,
        /// What it withdraws.
        key: Box<ObservationKey>,
    },
    /// A practice names another version before it than the fold gives.
    #[error(
        "revision {revision} says that practice {practice} replaces {}, but the entries before it say {}",
        named(*.found), named(*.folded)
    )]
    PreviousPractice {
        /// The entry.
        revision: Revision,
        /// The practice.
        practice: PracticeId,
        /// The version that it names.
        found: Option<Revision>,
        /// The version that the fold gives.
        folded: Option<Revision>,
    },
    /// A version of a framework is retired that the fold does not give, or that was retired before.
    #[error(
        "revision {revision} retires {framework}, which the entries before it do not publish, or have retired"
    )]
    RetiresNothing {
        /// The entry.
        revision: Revision,
        /// What it retires.
        framework: FrameworkRef,
    },
    /// An id was used by two submissions.
    #[error("revision {revision} has the submission id {submission} of revision {first}")]
    Submission {
        /// The later entry.
        revision: Revision,
        /// The id.
        submission: SubmissionId,
        /// The earlier entry.
        first: Revision,
    },
    /// An entry stores another number of observations or practices than it was answered with.
    #[error(
        "revision {revision} was answered with {answered} as new, revised or withdrawn, but holds {held}"
    )]
    Outcome {
        /// The entry.
        revision: Revision,
        /// What its submission was answered.
        answered: u64,
        /// What it holds.
        held: u64,
    },
    /// The journal was made by a compaction that did not reach its end.
    #[error(
        "the journal ends at revision {head}, before revision {horizon} that it was compacted up to: it was not finished; make it again"
    )]
    Unfinished {
        /// The last entry.
        head: Revision,
        /// What it was to be compacted up to.
        horizon: Revision,
    },
    /// An entry was accepted earlier than the one before it.
    #[error("revision {revision} was accepted earlier than the one before it")]
    Moment {
        /// The entry.
        revision: Revision,
    },
    /// A checkpoint cannot be read. It is passed over when the server starts; remove the file.
    #[error("checkpoint {revision}: {detail}; once it is removed the server makes another")]
    Checkpoint {
        /// Which one.
        revision: Revision,
        /// Why.
        detail: String,
    },
    /// A checkpoint holds something else than the entries up to it.
    #[error(
        "checkpoint {revision} does not hold what the entries up to it give; remove it, the server makes another"
    )]
    CheckpointDiffers {
        /// Which one.
        revision: Revision,
    },
    /// A coding or an adjudication names other codings before it, or another round, than the fold gives.
    #[error(
        "revision {revision} names other codings, or another round of its unit, than the entries before it give"
    )]
    Codings {
        /// The entry.
        revision: Revision,
    },
}

fn named(revision: Option<Revision>) -> String {
    revision.map_or_else(|| "nothing".to_owned(), |revision| format!("revision {revision}"))
}

/// Why upkeep ended before it was done. What was made until then is not to be used.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// The journal cannot be read.
    #[error("the journal cannot be read: {0}")]
    Read(#[from] ReadError),
    /// The new log cannot be written.
    #[error("the new log cannot be written: {0}")]
    Build(#[from] BuildError),
    /// Checkpoints cannot be listed.
    #[error(transparent)]
    Checkpoints(#[from] CheckpointError),
    /// A framework cannot be read.
    #[error(transparent)]
    Fold(#[from] UnreadableVersion),
    /// There is no such revision to go back to.
    #[error("revision {wanted} cannot be the oldest: the journal has revisions {oldest} to {head}")]
    Horizon {
        /// The requested revision.
        wanted: Revision,
        /// The oldest that the journal has.
        oldest: Revision,
        /// The newest.
        head: Revision,
    },
}
