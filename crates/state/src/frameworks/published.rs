//! A published version: its text, its parsed contents, and how it is scored.

use std::sync::Arc;

use tenseven_catalog::{FrameworkTextError, parse_stored_framework};
use tenseven_engine::Plan;
use tenseven_model::{Framework, Revision};

use super::planned::Planned;

/// A published version of a framework, whole.
pub struct Published {
    /// The framework.
    pub framework: Arc<Framework>,
    /// How it is scored.
    pub plan: Plan,
    /// Its text as published.
    pub definition: Arc<str>,
    /// The revision that published it.
    pub revision: Revision,
    planned: Planned,
}

impl Published {
    /// A version that a revision published.
    pub fn new(planned: Planned, definition: Arc<str>, revision: Revision) -> Self {
        let (framework, plan) = (Arc::clone(planned.framework()), planned.plan().clone());
        Self { framework, plan, definition, revision, planned }
    }

    /// The version that a text defines and a revision published.
    pub fn read(definition: Arc<str>, revision: Revision) -> Result<Self, UnreadableVersion> {
        let read = parse_stored_framework(&definition).map_err(|error| UnreadableVersion { revision, error });
        Ok(Self::new(Planned::new(Arc::new(read?)), definition, revision))
    }

    /// The framework with its plan.
    pub fn planned(&self) -> &Planned {
        &self.planned
    }
}

impl std::fmt::Debug for Published {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Published({}, revision {})", self.framework.reference(), self.revision)
    }
}

/// A published version cannot be read by this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("revision {revision} holds a framework that this version of the program cannot read: {error}")]
pub struct UnreadableVersion {
    /// The revision that published it.
    pub revision: Revision,
    /// What is wrong with it.
    #[source]
    pub error: FrameworkTextError,
}
