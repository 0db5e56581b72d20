//! Events: what happened to the registry, as the journal keeps it.
//!
//! *Invariant:* an event holds everything that the state after it needs beyond the state before it, the revision and the time.
//! Events are persisted: the journal's record format knows every field.

use crate::{
    AdjudicationRule, Coding, CuratorId, FrameworkId, FrameworkRef, Observation, ObservationKey, Practice,
    PracticeId, Revision, Version, Withdrawal, WithdrawalReason, access::AccessChange,
};

/// How many observations of a batch, or practices, changed what is known. All 0 for a framework and its retirement, and for a change of access. For a coding, whether it is
/// the first of its coder in its round or revises one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangeCounts {
    /// Observations of something not observed before.
    pub new: u32,
    /// Observations that replace an earlier value.
    pub revised: u32,
    /// Observations equal to the current one.
    pub unchanged: u32,
    /// Observations that are withdrawn.
    pub withdrawn: u32,
}

impl ChangeCounts {
    /// How many versions are stored.
    pub fn stored(&self) -> u64 {
        u64::from(self.new) + u64::from(self.revised) + u64::from(self.withdrawn)
    }
}

/// What happened: a change of the registry that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Observations and withdrawals, each of another key, in the order in which they were sent.
    Observations(Vec<ObservationVersion>),
    /// A version of a framework.
    Framework(FrameworkSource),
    /// The retirement of a version of a framework.
    Retirement(FrameworkRetirement),
    /// Versions of practices, each of another practice.
    Practices(Vec<PracticeVersion>),
    /// A coder's rating of a unit.
    Coding(Box<FiledCoding>),
    /// One observation that a curator made of the codings of a unit.
    Adjudication(Box<Adjudicated>),
    /// A change of who may do what.
    Access(Box<AccessChange>),
}

impl Event {
    /// The versions of observations in it; an adjudication has one.
    pub fn versions(&self) -> &[ObservationVersion] {
        match self {
            Self::Observations(versions) => versions,
            Self::Adjudication(adjudicated) => std::slice::from_ref(&adjudicated.version),
            Self::Framework(_)
            | Self::Retirement(_)
            | Self::Practices(_)
            | Self::Coding(_)
            | Self::Access(_) => &[],
        }
    }

    /// The versions of observations in it, to be taken out.
    pub fn into_versions(self) -> Vec<ObservationVersion> {
        match self {
            Self::Observations(versions) => versions,
            Self::Adjudication(adjudicated) => vec![adjudicated.version],
            Self::Framework(_)
            | Self::Retirement(_)
            | Self::Practices(_)
            | Self::Coding(_)
            | Self::Access(_) => Vec::new(),
        }
    }
}

/// What became of a practice, and the revision of the version that it replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeVersion {
    /// What became of it.
    pub change: PracticeChange,
    /// Who did that; none for what ships with the program.
    pub curator: Option<CuratorId>,
    /// The revision of the version before it; none if the practice is new. Always before the entry's own revision.
    pub previous: Option<Revision>,
}

/// What became of a practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PracticeChange {
    /// It is written: new, or replaced.
    Put(Practice),
    /// It is withdrawn.
    Withdrawn {
        /// Which practice.
        id: PracticeId,
        /// Why.
        reason: WithdrawalReason,
    },
}

impl PracticeVersion {
    /// Which practice it is of.
    pub fn id(&self) -> &PracticeId {
        match &self.change {
            PracticeChange::Put(practice) => &practice.id,
            PracticeChange::Withdrawn { id, .. } => id,
        }
    }
}

/// A version of an observation: what was accepted for its key, and the revision of the version that it replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationVersion {
    /// The observation or withdrawal.
    pub body: VersionBody,
    /// The revision of the version before it; none if its key was new. Always before the entry's own revision.
    pub previous: Option<Revision>,
}

/// What a version holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionBody {
    /// An observation.
    Observed(Observation),
    /// The withdrawal of the observation before it.
    Withdrawn(Withdrawal),
}

impl ObservationVersion {
    /// The version of an observation that replaced the one of `previous`.
    pub fn observed(observation: Observation, previous: Option<Revision>) -> Self {
        Self { body: VersionBody::Observed(observation), previous }
    }

    /// The version of a withdrawal of the one of `previous`.
    pub fn withdrawn(withdrawal: Withdrawal, previous: Option<Revision>) -> Self {
        Self { body: VersionBody::Withdrawn(withdrawal), previous }
    }

    /// What it is of.
    pub fn key(&self) -> &ObservationKey {
        match &self.body {
            VersionBody::Observed(observation) => observation.key(),
            VersionBody::Withdrawn(withdrawal) => withdrawal.key(),
        }
    }

    /// The observation, unless it is withdrawn.
    pub fn observation(&self) -> Option<&Observation> {
        match &self.body {
            VersionBody::Observed(observation) => Some(observation),
            VersionBody::Withdrawn(_) => None,
        }
    }

    /// The bytes of all its texts together.
    pub fn text_bytes(&self) -> usize {
        match &self.body {
            VersionBody::Observed(observation) => observation.notes().text_bytes(),
            VersionBody::Withdrawn(withdrawal) => withdrawal.reason().as_str().len(),
        }
    }
}

/// A framework as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkSource {
    /// Its definition, whole.
    pub text: String,
}

/// A version of a framework is retired: from then on nothing is scored by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkRetirement {
    /// Which framework.
    pub id: FrameworkId,
    /// Which of its versions.
    pub version: Version,
    /// Why.
    pub reason: WithdrawalReason,
}

impl FrameworkRetirement {
    /// The version that is retired.
    pub fn framework(&self) -> FrameworkRef {
        FrameworkRef { id: self.id.clone(), version: Some(self.version.clone()) }
    }
}

/// A coder's rating as accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledCoding {
    /// What was accepted.
    pub coding: Coding,
    /// The round of its unit that it belongs to; the first is 1.
    pub round: u32,
    /// The revision of the coding that it revises: the one before of the same coder in the same round.
    pub previous: Option<Revision>,
}

/// One observation that a curator made of the codings of a unit. It closes the unit's round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjudicated {
    /// The observation; its key names the unit.
    pub version: ObservationVersion,
    /// The round that it closes; the first is 1.
    pub round: u32,
    /// Who made it.
    pub curator: CuratorId,
    /// By which rule.
    pub rule: AdjudicationRule,
    /// The revisions of the codings that it rests on, by coder.
    pub codings: Vec<Revision>,
}
