//! Why there is no view of a moment, or no watch from one on: small structs, and the errors of each operation composed of them.

use std::time::Duration;

use tenseven_model::{OtherHistory, Revision};

use crate::Unreadable;

/// The revision does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no revision {wanted}; the newest is {newest}, and the first is 1")]
pub struct NoSuchRevision {
    /// The requested revision.
    pub wanted: Revision,
    /// The newest.
    pub newest: Revision,
}

/// What the registry held then was given up by the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("revision {wanted} was compacted away by the operator; the oldest that can be asked for is {oldest}")]
pub struct Compacted {
    /// The requested revision.
    pub wanted: Revision,
    /// The oldest that there is.
    pub oldest: Revision,
}

/// The revision belongs to another history than this registry's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct WrongHistory {
    /// The newest revision that was named; zero if none was.
    pub revision: Revision,
    /// Why it does not belong here.
    #[source]
    pub problem: OtherHistory,
}

/// The revision was not reached in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("revision {wanted} was not reached in {:.1} s; the newest is {newest}", .waited.as_secs_f32())]
pub struct RevisionNotReached {
    /// The requested revision.
    pub wanted: Revision,
    /// The newest.
    pub newest: Revision,
    /// How long it was waited for.
    pub waited: Duration,
}

/// The moment is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "at_time lies in the future; what will be known then is not known yet (the newest revision is {newest})"
)]
pub struct NoSuchMoment {
    /// The newest revision.
    pub newest: Revision,
}

/// Nothing was accepted by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "at_time lies before the registry's first revision, when nothing was known (the newest revision is {newest})"
)]
pub struct BeforeFirst {
    /// The newest revision.
    pub newest: Revision,
}

/// Revisions are stamped later than now, because the clock was ahead when one was accepted, so that it is not known which of them were
/// accepted by a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the server's clock was ahead: revisions from {first} on are stamped later than now, and may have been accepted by at_time all the same (the newest is {newest}); ask for a revision instead (at_revision)"
)]
pub struct StampedAhead {
    /// The first revision that is stamped later than now.
    pub first: Revision,
    /// The newest revision.
    pub newest: Revision,
}

/// The journal failed at or before the moment, and what it holds of it is known only after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal failed at or before at_time; what it holds is known after the server is restarted")]
pub struct UnsettledMoment;

/// Why a revision of this registry cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevisionError {
    /// It does not exist yet.
    #[error(transparent)]
    NoSuchRevision(#[from] NoSuchRevision),
    /// The operator gave it up.
    #[error(transparent)]
    Compacted(#[from] Compacted),
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Why there is no view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// A revision that is named belongs to another history.
    #[error(transparent)]
    WrongHistory(#[from] WrongHistory),
    /// The revision that was waited for was not reached.
    #[error(transparent)]
    NotReached(#[from] RevisionNotReached),
    /// The revision cannot be shown.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// The moment is still to come.
    #[error(transparent)]
    NoSuchMoment(#[from] NoSuchMoment),
    /// Nothing was accepted by then.
    #[error(transparent)]
    BeforeFirst(#[from] BeforeFirst),
    /// Which revisions were accepted by then is not known.
    #[error(transparent)]
    StampedAhead(#[from] StampedAhead),
    /// What was accepted by then is not known.
    #[error(transparent)]
    Unsettled(#[from] UnsettledMoment),
}

impl From<Unreadable> for ViewError {
    fn from(error: Unreadable) -> Self {
        Self::Revision(error.into())
    }
}

/// Why a watch cannot start where it is to start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatchStartError {
    /// The revision belongs to another history.
    #[error(transparent)]
    WrongHistory(#[from] WrongHistory),
    /// The revision does not exist yet.
    #[error(transparent)]
    NoSuchRevision(#[from] NoSuchRevision),
    /// The operator gave up what follows it.
    #[error(transparent)]
    Compacted(#[from] Compacted),
}
