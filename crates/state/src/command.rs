//! Commands: everything that can change a state.
//!
//! A caller that waits for the answer of one operation passes its command to [`decide`](crate::decide) as it is, and gets the
//! rejection of that operation alone. This enum is for those who handle commands of any kind.

use tenseven_model::ContentDigest;

use crate::{
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
        })
    }
}
