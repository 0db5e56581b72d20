//! Commands: everything that can change a state.
//!
//! A caller that waits for the answer of one operation passes its command to [`decide`](crate::decide) as it is, and gets the
//! rejection of that operation alone. This enum is for those who handle commands of any kind.

use tenseven_model::ContentDigest;

use crate::{
    access::{AccessRejection, AddGrant, Grants, IssueKey, NotGranted, PutPartner, RevokeGrant, RevokeKey},
    codings::{AdjudicateCodings, AdjudicationRejection, CodingRejection, SubmitCoding},
    frameworks::{PublishFramework, RetireFramework, RetirementRejection, Unpublishable},
    observations::{ChangesRejection, SubmitChanges},
    operation::{Decision, Operation, Size},
    practices::{PracticeRejection, SeedPractices, WritePractice},
    rules::Rules,
    state::State,
};

/// A change that somebody asks for.
#[derive(Debug, Clone)]
pub enum Command {
    /// Change observations.
    SubmitChanges(SubmitChanges),
    /// Publish a version of a framework.
    PublishFramework(PublishFramework),
    /// Retire a version of a framework.
    RetireFramework(Box<RetireFramework>),
    /// Change a practice.
    WritePractice(Box<WritePractice>),
    /// Add the practices that ship with the program.
    SeedPractices(SeedPractices),
    /// Rate a unit.
    SubmitCoding(Box<SubmitCoding>),
    /// Make one observation of codings.
    AdjudicateCodings(Box<AdjudicateCodings>),
    /// Register a partner, or replace what is known of it.
    PutPartner(Box<PutPartner>),
    /// Issue a key.
    IssueKey(Box<IssueKey>),
    /// Revoke a key.
    RevokeKey(Box<RevokeKey>),
    /// Add a grant.
    AddGrant(Box<AddGrant>),
    /// Take a grant back.
    RevokeGrant(Box<RevokeGrant>),
}

/// Why a command is rejected. It changed nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// Changes of observations cannot be accepted.
    #[error(transparent)]
    SubmitChanges(#[from] ChangesRejection),
    /// A framework cannot be published.
    #[error(transparent)]
    PublishFramework(#[from] Unpublishable),
    /// A version cannot be retired.
    #[error(transparent)]
    RetireFramework(#[from] RetirementRejection),
    /// A practice cannot be written so.
    #[error(transparent)]
    WritePractice(#[from] PracticeRejection),
    /// A coding cannot be accepted.
    #[error(transparent)]
    SubmitCoding(#[from] CodingRejection),
    /// Codings cannot become one observation.
    #[error(transparent)]
    AdjudicateCodings(#[from] AdjudicationRejection),
    /// Access cannot be changed so.
    #[error(transparent)]
    Access(#[from] AccessRejection),
}

impl Operation for Command {
    type Rejection = Rejection;

    fn digest(&self) -> ContentDigest {
        match self {
            Self::SubmitChanges(command) => command.digest(),
            Self::PublishFramework(command) => command.digest(),
            Self::RetireFramework(command) => command.digest(),
            Self::WritePractice(command) => command.digest(),
            Self::SeedPractices(command) => command.digest(),
            Self::SubmitCoding(command) => command.digest(),
            Self::AdjudicateCodings(command) => command.digest(),
            Self::PutPartner(command) => command.digest(),
            Self::IssueKey(command) => command.digest(),
            Self::RevokeKey(command) => command.digest(),
            Self::AddGrant(command) => command.digest(),
            Self::RevokeGrant(command) => command.digest(),
        }
    }

    fn size(&self) -> Size {
        match self {
            Self::SubmitChanges(command) => command.size(),
            Self::PublishFramework(command) => command.size(),
            Self::RetireFramework(command) => command.size(),
            Self::WritePractice(command) => command.size(),
            Self::SeedPractices(command) => command.size(),
            Self::SubmitCoding(command) => command.size(),
            Self::AdjudicateCodings(command) => command.size(),
            Self::PutPartner(command) => command.size(),
            Self::IssueKey(command) => command.size(),
            Self::RevokeKey(command) => command.size(),
            Self::AddGrant(command) => command.size(),
            Self::RevokeGrant(command) => command.size(),
        }
    }

    fn check_grants(&self, state: &State, rules: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        match self {
            Self::SubmitChanges(command) => command.check_grants(state, rules, grants),
            Self::PublishFramework(command) => command.check_grants(state, rules, grants),
            Self::RetireFramework(command) => command.check_grants(state, rules, grants),
            Self::WritePractice(command) => command.check_grants(state, rules, grants),
            Self::SeedPractices(command) => command.check_grants(state, rules, grants),
            Self::SubmitCoding(command) => command.check_grants(state, rules, grants),
            Self::AdjudicateCodings(command) => command.check_grants(state, rules, grants),
            Self::PutPartner(command) => command.check_grants(state, rules, grants),
            Self::IssueKey(command) => command.check_grants(state, rules, grants),
            Self::RevokeKey(command) => command.check_grants(state, rules, grants),
            Self::AddGrant(command) => command.check_grants(state, rules, grants),
            Self::RevokeGrant(command) => command.check_grants(state, rules, grants),
        }
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, Rejection> {
        Ok(match self {
            Self::SubmitChanges(command) => command.decide_on(state, rules)?,
            Self::PublishFramework(command) => command.decide_on(state, rules)?,
            Self::RetireFramework(command) => command.decide_on(state, rules)?,
            Self::WritePractice(command) => command.decide_on(state, rules)?,
            Self::SeedPractices(command) => {
                command.decide_on(state, rules).unwrap_or_else(|never| match never {})
            }
            Self::SubmitCoding(command) => command.decide_on(state, rules)?,
            Self::AdjudicateCodings(command) => command.decide_on(state, rules)?,
            Self::PutPartner(command) => command.decide_on(state, rules)?,
            Self::IssueKey(command) => command.decide_on(state, rules)?,
            Self::RevokeKey(command) => command.decide_on(state, rules)?,
            Self::AddGrant(command) => command.decide_on(state, rules)?,
            Self::RevokeGrant(command) => command.decide_on(state, rules)?,
        })
    }
}
