//! Submissions: what a write asks for, and why it is refused.

use std::sync::Arc;

use tenseven_catalog::FrameworkTextError;
use tenseven_model::{
    Coding, ContentDigest, Observation, Practice, PracticeId, Revision, SubmissionId, Withdrawal,
    event::{ChangeCounts, Event, FrameworkSource, ObservationVersion, PracticeChange},
};
use tenseven_store::{Entry, Journal};

use crate::{
    AdjudicationRequest, CodingFault, Fault, Limits, NotAdjudicable, PracticeNameFault, PracticeWrite,
    RoundFull, UnknownPractice, Unpublishable, WithdrawalFault, assessment, digest, fingerprint, practices,
    publication::{self, Scored},
    rules,
    state::State,
    withdrawing,
    world::World,
};

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
    /// What the journal holds already, and the submission has to be held against, cannot be read.
    #[error("revision {revision} cannot be read from the journal; the operator's log says why")]
    Unreadable {
        /// The revision that cannot be read.
        revision: Revision,
    },
    /// The text of a framework is too long.
    #[error("the text has {bytes} bytes; at most {max} are allowed")]
    DefinitionTooLong {
        /// How long it is.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Something is wrong with the text of a framework.
    #[error("{0}")]
    Definition(#[source] FrameworkTextError),
    /// Nothing is wrong with the text of a framework, but it cannot be published now.
    #[error(transparent)]
    Unpublishable(#[from] Unpublishable),
    /// Another framework is being published.
    #[error("another framework is being published; try again when that is done")]
    PublicationUnderWay,
    /// The publication ended by a fault of the program. Nothing of it was stored.
    #[error("the publication ended unexpectedly; the operator's log says why")]
    PublicationDied,
    /// The disk is full.
    #[error("the journal's disk is full; reads go on, writes need the operator")]
    JournalFull,
    /// The journal cannot be written. Whether this submission survives is not known.
    #[error(
        "the journal cannot be written until the server is restarted; then send the submission again, its id makes that safe"
    )]
    JournalFailed,
    /// A practice names what does not exist.
    #[error("{} of the names in the practice mean nothing", .0.len())]
    PracticeNames(Vec<PracticeNameFault>),
    /// The practice to be withdrawn is not there.
    #[error(transparent)]
    Practice(UnknownPractice),
    /// The curator has not seen the newest version of the practice.
    #[error("{}", revised(practice, *expected, *newest, *is_withdrawn))]
    PracticeRevised {
        /// The practice.
        practice: PracticeId,
        /// The revision that was to be replaced.
        expected: Revision,
        /// That of the newest version; zero if there is none.
        newest: Revision,
        /// Whether the practice was withdrawn then.
        is_withdrawn: bool,
    },
    /// There are as many practices as there may be.
    #[error("there are {max} practices, and no more can be added; withdraw some first")]
    TooManyPractices {
        /// The limit.
        max: usize,
    },
    /// A unit, or what is said of it, cannot be accepted.
    #[error("{}", .0.iter().map(|fault| fault.problem.to_string()).collect::<Vec<_>>().join("; "))]
    Coding(Vec<CodingFault>),
    /// A round has as many coders as it can have.
    #[error(transparent)]
    RoundFull(#[from] RoundFull),
    /// Codings cannot become one observation by the rule that was asked for.
    #[error(transparent)]
    NotAdjudicable(#[from] NotAdjudicable),
    /// Withdrawals cannot be accepted.
    #[error("{} of the submission's withdrawals cannot be accepted", .0.len())]
    WithdrawalFaults(Vec<WithdrawalFault>),
}

fn revised(practice: &PracticeId, expected: Revision, newest: Revision, is_withdrawn: bool) -> String {
    if newest == Revision::ZERO {
        return format!(
            "there is no practice {practice}, so none of revision {expected} can be replaced; expect revision 0 to add it"
        );
    }
    if expected == Revision::ZERO && !is_withdrawn {
        return format!(
            "practice {practice} is there already, as of revision {newest}; to replace it, read it and expect revision {newest}"
        );
    }
    let what = if is_withdrawn { "was withdrawn" } else { "says something else since it was revised" };
    format!(
        "practice {practice} {what} at revision {newest}, not {expected}; read it again, and expect revision {newest}"
    )
}

/// What a submission brings.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    /// A batch of observations.
    Observations(Vec<Observation>),
    /// A new version of a framework, with the scores made with it.
    Framework(Arc<Scored>),
    /// What a curator does with a practice.
    Practice(Box<PracticeWrite>),
    /// Practices that ship with the program.
    PracticeSeeds(Vec<Practice>),
    /// A coder's rating.
    Coding(Box<Coding>),
    /// What a curator wants made of codings.
    Adjudication(Box<AdjudicationRequest>),
    /// Observations that are withdrawn.
    Withdrawals(Vec<Withdrawal>),
}

/// What a submission is judged by, beside what is known.
#[derive(Clone, Copy)]
pub(crate) struct Judging<'a> {
    pub(crate) world: &'a World,
    pub(crate) limits: &'a Limits,
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

    fn of_withdrawals(withdrawals: &[Withdrawal]) -> Self {
        let size = |withdrawal: &Withdrawal| Self::OBSERVATION_BYTES + withdrawal.reason().as_str().len();
        Self { observations: withdrawals.len(), bytes: withdrawals.iter().map(size).sum() }
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

    pub(crate) fn of_withdrawals(id: SubmissionId, withdrawals: Vec<Withdrawal>) -> Self {
        let (digest, size) = (digest::of_withdrawals(&withdrawals), Size::of_withdrawals(&withdrawals));
        Self { id, digest, payload: Payload::Withdrawals(withdrawals), size }
    }

    pub(crate) fn of_framework(id: SubmissionId, scored: Arc<Scored>) -> Self {
        let size = Size { observations: 1, bytes: scored.definition.len() };
        let digest = digest::of_framework(&scored.definition);
        Self { id, digest, payload: Payload::Framework(scored), size }
    }

    pub(crate) fn of_practice(id: SubmissionId, write: PracticeWrite) -> Self {
        let bytes = match &write.change {
            PracticeChange::Put(practice) => practice.text_bytes(),
            PracticeChange::Withdrawn { id: _, reason } => reason.as_str().len(),
        };
        let size = Size { observations: 1, bytes };
        Self { id, digest: digest::of_practice(&write), payload: Payload::Practice(Box::new(write)), size }
    }

    pub(crate) fn of_practice_seeds(id: SubmissionId, seeds: Vec<Practice>) -> Self {
        let bytes = seeds.iter().map(|practice| practice.text_bytes()).sum();
        let size = Size { observations: seeds.len(), bytes };
        Self { id, digest: digest::of_seeds(&seeds), payload: Payload::PracticeSeeds(seeds), size }
    }

    pub(crate) fn of_coding(id: SubmissionId, coding: Coding) -> Self {
        let size = Size { observations: 1, bytes: Size::OBSERVATION_BYTES + coding.text_bytes() };
        Self { id, digest: digest::of_coding(&coding), payload: Payload::Coding(Box::new(coding)), size }
    }

    pub(crate) fn of_adjudication(id: SubmissionId, request: AdjudicationRequest) -> Self {
        let size = Size { observations: 1, bytes: Size::OBSERVATION_BYTES + request.text_bytes() };
        let digest = digest::of_adjudication(&request);
        Self { id, digest, payload: Payload::Adjudication(Box::new(request)), size }
    }

    /// The framework that it publishes, if it does.
    pub(crate) fn scored(&self) -> Option<Arc<Scored>> {
        match &self.payload {
            Payload::Framework(scored) => Some(Arc::clone(scored)),
            Payload::Observations(_)
            | Payload::Withdrawals(_)
            | Payload::Practice(_)
            | Payload::PracticeSeeds(_)
            | Payload::Coding(_)
            | Payload::Adjudication(_) => None,
        }
    }

    /// How much it brings.
    pub(crate) fn size(&self) -> Size {
        self.size
    }

    /// What is to be stored of it, judged by what is known before it: observations that change nothing are only counted.
    pub(crate) fn decide(
        self,
        known: &Known<'_>,
        world: &World,
        limits: &Limits,
    ) -> Result<(Event, ChangeCounts), SubmitError> {
        let observations = match self.payload {
            Payload::Framework(scored) => {
                publication::check(known.state, &scored.framework, &scored.definition)?;
                let event = Event::Framework(FrameworkSource { text: scored.definition.clone() });
                return Ok((event, ChangeCounts::default()));
            }
            Payload::Withdrawals(withdrawals) => return withdrawn(withdrawals, known, world, limits),
            Payload::Observations(observations) => observations,
            Payload::Practice(write) => {
                return practices::content(known.state, *write, Judging { world, limits });
            }
            Payload::PracticeSeeds(seeds) => {
                return Ok(practices::seed_content(known.state, seeds, Judging { world, limits }));
            }
            Payload::Coding(coding) => return assessment::file(known.state, world, *coding),
            Payload::Adjudication(request) => return assessment::adjudicate(known.state, world, *request),
        };
        let published = &known.state.shelf;
        let faults =
            rules::faults(published, world, limits, observations.len(), observations.iter().enumerate());
        if !faults.is_empty() {
            return Err(SubmitError::Faults(faults));
        }
        let mut outcome = ChangeCounts { new: 0, revised: 0, unchanged: 0 };
        let mut kept = Vec::with_capacity(observations.len());
        for observation in observations {
            if known.is_unchanged(&observation) {
                outcome.unchanged += 1;
                continue;
            }
            // Behind a withdrawal nothing is observed, so that what comes is new; it names the withdrawal all the same.
            let is_new = known.state.panel.get(observation.key()).is_none();
            *(if is_new { &mut outcome.new } else { &mut outcome.revised }) += 1;
            let previous = known.state.newest_version(observation.key());
            kept.push(ObservationVersion::observed(observation, previous));
        }
        Ok((Event::Observations(kept), outcome))
    }
}

/// What is to be stored of withdrawals: each takes back what is observed.
fn withdrawn(
    withdrawals: Vec<Withdrawal>,
    known: &Known<'_>,
    world: &World,
    limits: &Limits,
) -> Result<(Event, ChangeCounts), SubmitError> {
    let (state, count) = (known.state, withdrawals.len());
    let faults = withdrawing::faults(state, world, limits, count, withdrawals.iter().enumerate());
    if !faults.is_empty() {
        return Err(SubmitError::WithdrawalFaults(faults));
    }
    let outcome =
        ChangeCounts { revised: u32::try_from(count).unwrap_or(u32::MAX), ..ChangeCounts::default() };
    let versions = withdrawals.into_iter().map(|withdrawal| {
        let previous = state.newest_version(withdrawal.key());
        ObservationVersion::withdrawn(withdrawal, previous)
    });
    Ok((Event::Observations(versions.collect()), outcome))
}

/// What is known before a submission: a state, and where the texts are that it has not.
pub(crate) struct Known<'a> {
    pub(crate) state: &'a State,
    pub(crate) journal: &'a dyn Journal,
    /// Entries that the state holds and the journal does not yet, in order.
    pub(crate) pending: &'a [Entry],
}

impl Known<'_> {
    /// Whether an observation says what is known already.
    fn is_unchanged(&self, observation: &Observation) -> bool {
        let cell = self.state.panel.get(observation.key());
        cell.is_some_and(|cell| {
            cell.value == observation.value().into()
                && cell.status == observation.status()
                && cell.notes == fingerprint::of(observation.notes())
        })
    }

    /// The entry of a revision that is not in the journal yet.
    pub(crate) fn pending(&self, revision: Revision) -> Option<&Entry> {
        self.pending.iter().find(|entry| entry.revision == revision)
    }
}
