//! Submissions: what a write asks for, and why it is refused.

use tenseven_model::{ContentDigest, Observation, Revision, SubmissionId};
use tenseven_store::{Content, FrameworkSource, Outcome, Versioned};

use crate::{Fault, Limits, digest, history::Change, rules, state::State, world::World};

/// Why a submission is refused. Nothing of it was stored, except where it says that this is not known.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SubmitError {
    /// Observations cannot be accepted.
    #[error("{} of the submission's observations cannot be accepted", .0.len())]
    Faults(Vec<Fault>),
    /// The id was used before with other content.
    #[error(
        "submission {submission} was accepted at revision {revision} with other content; choose a new id for new content"
    )]
    IdReused {
        /// The id.
        submission: SubmissionId,
        /// The revision of the first content.
        revision: Revision,
    },
    /// Too many submissions wait for the disk.
    #[error(
        "too many submissions wait for the disk (at most {waiting}, fewer where they are large); try again shortly"
    )]
    QueueFull {
        /// The limit that is reached.
        waiting: usize,
    },
    /// The observatory is closing.
    #[error("the server is shutting down; send the submission again later")]
    Closing,
    /// The disk is full.
    #[error("the journal's disk is full; reads go on, writes need the operator")]
    JournalFull,
    /// The journal cannot be written. Whether this submission survives is not known.
    #[error(
        "the journal cannot be written until the server is restarted; then send the submission again, its id makes that safe"
    )]
    JournalFailed,
}

/// What a submission brings.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    /// A batch of observations.
    Observations(Vec<Observation>),
    /// The text of a new version of a framework, which is known to work.
    Framework(String),
}

/// A write that waits for the writer.
#[derive(Debug, Clone)]
pub(crate) struct Submission {
    pub(crate) id: SubmissionId,
    pub(crate) digest: ContentDigest,
    payload: Payload,
    size: Size,
}

/// How much a submission brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) observations: usize,
    /// About the bytes that its entry has at most.
    pub(crate) bytes: usize,
}

impl Size {
    /// Bytes of an observation beside its texts, at most.
    const OBSERVATION_BYTES: usize = 256;

    fn of(observations: &[Observation]) -> Self {
        let size = |observation: &Observation| Self::OBSERVATION_BYTES + observation.notes().text_bytes();
        let bytes = observations.iter().map(size).sum();
        Self { observations: observations.len(), bytes }
    }
}

impl std::ops::Add for Size {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { observations: self.observations + other.observations, bytes: self.bytes + other.bytes }
    }
}

impl Submission {
    pub(crate) fn of_observations(id: SubmissionId, observations: Vec<Observation>) -> Self {
        let (digest, size) = (digest::of_observations(&observations), Size::of(&observations));
        Self { id, digest, payload: Payload::Observations(observations), size }
    }

    pub(crate) fn of_framework(id: SubmissionId, definition: String) -> Self {
        let size = Size { observations: 1, bytes: definition.len() };
        Self { id, digest: digest::of_framework(&definition), payload: Payload::Framework(definition), size }
    }

    /// How much it brings.
    pub(crate) fn size(&self) -> Size {
        self.size
    }

    /// What is to be stored of it, judged by the state before it: observations that change nothing are only counted.
    pub(crate) fn content(
        self,
        state: &State,
        world: &World,
        limits: &Limits,
    ) -> Result<(Content, Outcome), SubmitError> {
        let observations = match self.payload {
            Payload::Framework(definition) => {
                let content = Content::Framework(FrameworkSource { text: definition });
                return Ok((content, Outcome::default()));
            }
            Payload::Observations(observations) => observations,
        };
        let faults =
            rules::faults(&state.shelf, world, limits, observations.len(), observations.iter().enumerate());
        if !faults.is_empty() {
            return Err(SubmitError::Faults(faults));
        }
        let mut outcome = Outcome { new: 0, revised: 0, unchanged: 0 };
        let mut kept = Vec::with_capacity(observations.len());
        for observation in observations {
            let (count, previous) = match state.history.change(&observation) {
                Change::New => (&mut outcome.new, None),
                Change::Revised(previous) => (&mut outcome.revised, Some(previous)),
                Change::Unchanged => {
                    outcome.unchanged += 1;
                    continue;
                }
            };
            *count += 1;
            kept.push(Versioned { observation, previous });
        }
        Ok((Content::Observations(kept), outcome))
    }
}
