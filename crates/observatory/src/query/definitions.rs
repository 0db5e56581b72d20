//! Framework definitions: the violations of one, the errors of publishing it, and the differences between two.

use std::sync::Arc;

use tenseven_catalog::FrameworkTextError;
use tenseven_model::{ComparedFramework, Framework, FrameworkRef, Version, framework::Change};
use tenseven_state::frameworks::{
    DefinitionError, DefinitionTooLong, FrameworkCost, FrameworkLookupError, PublishFramework, Unpublishable,
    read_definition,
};

use crate::View;

/// The violations of a text, or its contents.
pub enum Validation {
    /// Something is wrong with it.
    Wrong(FrameworkTextError),
    /// Nothing is.
    Right {
        /// Its contents.
        framework: Arc<Framework>,
        /// The highest published version of its id.
        highest: Option<Version>,
        /// What it costs.
        cost: FrameworkCost,
        /// Why it cannot be published now; none if it can.
        refusal: Option<Unpublishable>,
    },
}

/// A text that is to be compared is no framework.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct InvalidSource {
    /// The field of the request that holds the text.
    pub field: &'static str,
    /// What is wrong with it.
    #[source]
    pub error: DefinitionError,
}

/// Why two frameworks are not compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DifferenceError {
    /// A reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// A text is no framework.
    #[error(transparent)]
    Text(#[from] InvalidSource),
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
    /// The violations of a text, or its contents and the errors that publishing it now would return.
    pub fn validate(&self, definition: &str) -> Result<Validation, DefinitionTooLong> {
        let framework = match read_definition(definition, &self.limits().rules()) {
            Ok(framework) => framework,
            Err(DefinitionError::Text(error)) => return Ok(Validation::Wrong(error)),
            Err(DefinitionError::TooLong(too_long)) => return Err(too_long),
        };
        let highest = self.published().highest(&framework.draft().id).cloned();
        let command = PublishFramework::of(framework, definition.to_owned());
        let rules = self.shared().rules();
        let refusal = command.check(self.state(), &rules).err();
        let (framework, cost) = (Arc::clone(command.framework()), rules.budget().cost(command.planned()));
        Ok(Validation::Right { framework, highest, cost, refusal })
    }

    /// The differences of the framework `after` from `before`.
    pub fn difference(
        &self,
        before: &ComparedFramework,
        after: &ComparedFramework,
    ) -> Result<Difference, DifferenceError> {
        let before = self.sourced("before.definition", before)?;
        let after = self.sourced("after.definition", after)?;
        let changes = before.changes_to(&after);
        Ok(Difference { before: before.reference(), after: after.reference(), changes })
    }

    /// The framework that is meant; `field` is the one that holds a text.
    fn sourced(
        &self,
        field: &'static str,
        source: &ComparedFramework,
    ) -> Result<Arc<Framework>, DifferenceError> {
        match source {
            ComparedFramework::Published(reference) => {
                Ok(Arc::clone(&self.state().version_of(reference)?.framework))
            }
            ComparedFramework::Definition(text) => {
                let read = read_definition(text, &self.limits().rules());
                Ok(Arc::new(read.map_err(|error| InvalidSource { field, error })?))
            }
        }
    }
}
