//! Texts of frameworks: what is wrong with one, what publishing it would meet, and what differs between two.

use std::sync::Arc;

use tenseven_catalog::FrameworkTextError;
use tenseven_model::{Framework, FrameworkRef, Version, framework::Change};
use tenseven_state::frameworks::{
    DefinitionError, FrameworkCost, PublishFramework, Unpublishable, read_definition,
};

use crate::{QueryError, View};

/// What is wrong with a text, or what it says.
pub enum Validation {
    /// Something is wrong with it.
    Wrong(FrameworkTextError),
    /// Nothing is.
    Right {
        /// What it says.
        framework: Arc<Framework>,
        /// The highest published version of its id.
        highest: Option<Version>,
        /// What it costs.
        cost: FrameworkCost,
        /// Why it cannot be published now; none if it can.
        refusal: Option<Unpublishable>,
    },
}

/// A framework to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A published one.
    Published(FrameworkRef),
    /// A text.
    Text(String),
}

/// What differs between two frameworks.
pub struct Difference {
    /// The earlier one.
    pub before: FrameworkRef,
    /// The later one.
    pub after: FrameworkRef,
    /// The differences, in order.
    pub changes: Vec<Change>,
}

impl View {
    /// What is wrong with a text, or what it says and what publishing it now would meet.
    pub fn validate(&self, definition: &str) -> Result<Validation, QueryError> {
        let framework = match self.read("definition", definition) {
            Ok(framework) => framework,
            Err(QueryError::Definition { error, .. }) => return Ok(Validation::Wrong(error)),
            Err(refusal) => return Err(refusal),
        };
        let highest = self.published().highest(&framework.draft().id).cloned();
        let command = PublishFramework::of(framework, definition.to_owned());
        let rules = self.shared().rules();
        let refusal = command.check(self.state(), &rules).err();
        let (framework, cost) = (Arc::clone(command.framework()), rules.budget().cost(command.planned()));
        Ok(Validation::Right { framework, highest, cost, refusal })
    }

    /// What the framework `after` says otherwise than `before`.
    pub fn difference(&self, before: &Source, after: &Source) -> Result<Difference, QueryError> {
        let (before, after) = (self.sourced("before", before)?, self.sourced("after", after)?);
        let changes = before.changes_to(&after);
        Ok(Difference { before: before.reference(), after: after.reference(), changes })
    }

    fn sourced(&self, field: &'static str, source: &Source) -> Result<Arc<Framework>, QueryError> {
        match source {
            Source::Published(reference) => Ok(Arc::clone(&self.published().get(reference)?.framework)),
            Source::Text(text) => {
                let field = if field == "before" { "before.definition" } else { "after.definition" };
                self.read(field, text).map(Arc::new)
            }
        }
    }

    fn read(&self, field: &'static str, definition: &str) -> Result<Framework, QueryError> {
        read_definition(definition, &self.limits().rules()).map_err(|error| match error {
            DefinitionError::Text(error) => QueryError::Definition { field, error },
            DefinitionError::TooLong { .. } => {
                QueryError::DefinitionTooLong { field, problem: error.to_string() }
            }
        })
    }
}
