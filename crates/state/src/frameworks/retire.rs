//! Retiring: a version of a framework is no longer scored.
//!
//! *Invariant:* what a framework's id means after a retirement is within the budget, and agrees with the other frameworks and with
//! what is observed, as after a publication.

use tenseven_model::{
    ContentDigest, FrameworkRef,
    event::{ChangeCounts, Event, FrameworkRetirement},
};

use super::{
    digest,
    published::UnreadableVersion,
    retired::{FrameworkLookupError, RetiredFramework},
    rules::clash,
    unpublishable::Unpublishable,
};
use crate::{
    access::{Grants, NotGranted},
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
    unknown::UnknownFramework,
};

/// The command to retire a version of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetireFramework {
    /// Which version, and why.
    pub retirement: FrameworkRetirement,
}

/// A version cannot be retired, because the one before it cannot take its place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "{framework} cannot be retired now: {successor} would be the newest version, and cannot be: {problem}; retire {successor} first, or publish a higher version"
)]
pub struct NoSuccessor {
    /// The version that is to be retired.
    pub framework: FrameworkRef,
    /// The version that would be the newest then.
    pub successor: FrameworkRef,
    /// Why it cannot be.
    pub problem: Box<Unpublishable>,
}

/// Why a version is not retired.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RetirementRejection {
    /// It is not published.
    #[error(transparent)]
    Unknown(#[from] UnknownFramework),
    /// It is retired.
    #[error(transparent)]
    Retired(#[from] Box<RetiredFramework>),
    /// The version before it cannot take its place.
    #[error(transparent)]
    Successor(#[from] Box<NoSuccessor>),
    /// A version cannot be read any more.
    #[error(transparent)]
    Unreadable(#[from] UnreadableVersion),
}

impl From<FrameworkLookupError> for RetirementRejection {
    fn from(error: FrameworkLookupError) -> Self {
        match error {
            FrameworkLookupError::Unknown(unknown) => Self::Unknown(unknown),
            FrameworkLookupError::Retired(retired) => Self::Retired(retired),
            FrameworkLookupError::Unreadable(unreadable) => Self::Unreadable(unreadable),
        }
    }
}

impl Operation for RetireFramework {
    type Rejection = RetirementRejection;

    fn digest(&self) -> ContentDigest {
        digest::of_retirement(&self.retirement)
    }

    fn size(&self) -> Size {
        Size { observations: 1, bytes: Size::OBSERVATION_BYTES + self.retirement.reason.as_str().len() }
    }

    fn check_grants(&self, _: &State, _: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        grants.check_framework(&self.retirement.id)
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, RetirementRejection> {
        let (frameworks, framework) = (state.frameworks(), self.retirement.framework());
        let published = frameworks.get(&framework)?;
        frameworks.check_in_force(published.revision, &framework.id)?;
        if let Some(successor) = frameworks.successor(&published)? {
            let budget = rules.budget();
            let problem = clash(state, &successor.framework).or_else(|| {
                budget.check(state, successor.planned(), true).err().map(Unpublishable::OverBudget)
            });
            if let Some(problem) = problem {
                let (successor, problem) = (successor.framework.reference(), Box::new(problem));
                return Err(Box::new(NoSuccessor { framework, successor, problem }).into());
            }
        }
        let event = Event::Retirement(self.retirement);
        Ok(Decision { event, outcome: ChangeCounts::default() })
    }
}
