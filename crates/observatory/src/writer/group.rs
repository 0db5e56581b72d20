//! Groups: submissions that go out with one flush.

use tenseven_model::{Revision, Timestamp};
use tenseven_state::{Receipt, Size, State};
use tenseven_store::{Entry, Head, PreparedEntry};

use crate::{
    Limits, SubmissionError,
    publication::ScoredVersion,
    submission::{SendReceipt, SendRejection},
};

/// A group with about this many observations is flushed as soon as the disk is free, though more submissions wait.
const SMALL_OBSERVATIONS_MAX: usize = 2_000;
/// About how many bytes of records are appended together: half of what the journal accepts.
const RECORD_BYTES_MAX: usize = tenseven_store::APPEND_LENGTH_MAX / 2;

/// An answer that waits for the flush.
pub(super) enum Answer {
    /// The answer to a submission that is accepted, or was accepted shortly before.
    Accepted(SendReceipt, Result<Receipt, SubmissionError>),
    /// A rejection by a state that is not published yet.
    Rejected(SendRejection),
}

/// Submissions that were decided one after the other, and what becomes of the state by them.
pub(crate) struct Group {
    /// How many flushes had failed when it was opened.
    pub(super) failures: u64,
    /// When its entries are accepted.
    pub(super) stamp: Timestamp,
    /// The revision that it follows.
    pub(crate) after: Revision,
    /// The state with it.
    pub(super) state: State,
    pub(super) entries: Vec<Entry>,
    pub(crate) prepared: Vec<PreparedEntry>,
    /// The scores that publications of frameworks came with.
    pub(super) scored: Vec<ScoredVersion>,
    pub(super) answers: Vec<Answer>,
    pub(super) size: Size,
    pub(super) submissions: usize,
}

impl Group {
    /// A group without submissions after a state.
    pub(super) fn new(failures: u64, stamp: Timestamp, state: State) -> Self {
        Self {
            failures,
            stamp,
            after: state.revision(),
            state,
            entries: Vec::new(),
            prepared: Vec::new(),
            scored: Vec::new(),
            answers: Vec::new(),
            size: Size::default(),
            submissions: 0,
        }
    }

    /// Whether no more should go out with it.
    pub(crate) fn is_full(&self, limits: &Limits) -> bool {
        self.submissions >= limits.group_submissions_max
            || self.size.observations >= limits.group_observations_max
            || self.size.bytes >= limits.group_bytes_max
            || self.prepared.iter().map(PreparedEntry::record_length).sum::<usize>() >= RECORD_BYTES_MAX
    }

    /// Whether waiting submissions should join it even if the disk is free.
    pub(super) fn is_small(&self) -> bool {
        self.size.observations < SMALL_OBSERVATIONS_MAX
    }
}

/// A group after its flush.
pub(crate) struct FlushedGroup {
    pub(super) group: Group,
    /// The journal's head with it, or why nothing of it is accepted.
    pub(crate) flushed: Result<Head, SubmissionError>,
}
