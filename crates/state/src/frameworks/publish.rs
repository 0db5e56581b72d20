//! Publication: a new version of a framework, from its text to the event.

use std::sync::Arc;

use tenseven_catalog::{FrameworkTextError, parse_framework};
use tenseven_model::{
    ContentDigest, Framework, SubmissionId,
    event::{ChangeCounts, Event, FrameworkSource},
};

use super::{
    digest, figure::FrameworkCost, planned::Planned, rules::check_publication, unpublishable::Unpublishable,
};
use crate::{
    access::{Grants, NotGranted},
    content_hash,
    operation::{Decision, Operation, Size},
    rules::{RuleLimits, Rules},
    state::State,
};

/// The command to publish a new version of a framework.
#[derive(Debug, Clone)]
pub struct PublishFramework {
    planned: Planned,
    definition: String,
}

/// The text of a framework is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text has {bytes} bytes; at most {max} are allowed")]
pub struct DefinitionTooLong {
    /// How long it is.
    pub bytes: usize,
    /// The limit.
    pub max: usize,
}

/// A text is no framework.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DefinitionError {
    /// It is too long.
    #[error(transparent)]
    TooLong(#[from] DefinitionTooLong),
    /// Something is wrong with it.
    #[error("{0}")]
    Text(#[source] FrameworkTextError),
}

/// The framework that a text describes.
pub fn read_definition(definition: &str, limits: &RuleLimits) -> Result<Framework, DefinitionError> {
    let (bytes, max) = (definition.len(), limits.definition_bytes_max);
    if bytes > max {
        return Err(DefinitionTooLong { bytes, max }.into());
    }
    parse_framework(definition).map_err(DefinitionError::Text)
}

impl PublishFramework {
    /// The command to publish the framework that a text describes.
    pub fn read(definition: String, limits: &RuleLimits) -> Result<Self, DefinitionError> {
        Ok(Self::of(read_definition(&definition, limits)?, definition))
    }

    /// The command to publish a framework that was read from its text.
    pub fn of(framework: Framework, definition: String) -> Self {
        Self { planned: Planned::new(Arc::new(framework)), definition }
    }

    /// The framework.
    pub fn framework(&self) -> &Arc<Framework> {
        self.planned.framework()
    }

    /// The framework with its plan.
    pub fn planned(&self) -> &Planned {
        &self.planned
    }

    /// Its text.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// Succeeds with what the framework costs if it can be published on top of a state.
    pub fn check(&self, state: &State, rules: &Rules<'_>) -> Result<FrameworkCost, Unpublishable> {
        check_publication(state, self.framework(), &self.definition)?;
        let (budget, frameworks) = (rules.budget(), state.frameworks());
        let cost = budget.check(state, &self.planned, frameworks.would_be_newest(self.framework()))?;
        let max = budget.versions_max();
        if frameworks.in_force_count() >= max {
            return Err(Unpublishable::TooManyVersions { max });
        }
        Ok(cost)
    }

    /// The digest of the publication of a text.
    pub fn digest_of(definition: &str) -> ContentDigest {
        digest::of_framework(definition)
    }

    /// The id by which the program publishes a text that ships with it: the same for the same text and attempt.
    pub fn bundled_submission(definition: &str, attempt: u32) -> SubmissionId {
        content_hash::submission_of(Self::digest_of(definition), attempt)
    }
}

impl Operation for PublishFramework {
    type Rejection = Unpublishable;

    fn digest(&self) -> ContentDigest {
        Self::digest_of(&self.definition)
    }

    fn size(&self) -> Size {
        Size { observations: 1, bytes: self.definition.len() }
    }

    fn check_grants(&self, _: &State, _: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        grants.check_framework(&self.framework().draft().id)
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, Unpublishable> {
        self.check(state, rules)?;
        let event = Event::Framework(FrameworkSource { text: self.definition });
        Ok(Decision { event, outcome: ChangeCounts::default() })
    }
}
