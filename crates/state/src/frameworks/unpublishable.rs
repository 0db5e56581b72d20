//! Errors of publishing a valid text.

use tenseven_model::{FrameworkRef, Revision};

use super::{clash::Clash, figure::OverBudget};

/// Why a text that nothing is wrong with cannot be published now.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unpublishable {
    /// The version is published.
    #[error(
        "{framework} was published at revision {revision} {}",
        if *.same_text { "with this very text; nothing is left to do" }
        else { "with another text; a version never changes, so give the text a higher one" }
    )]
    Exists {
        /// The version.
        framework: FrameworkRef,
        /// The revision that published it.
        revision: Revision,
        /// Whether with this very text.
        same_text: bool,
    },
    /// A version that is not lower is published.
    #[error("{framework} is not higher than {highest}, which is published; give it a higher version")]
    NotHigher {
        /// The version.
        framework: FrameworkRef,
        /// The highest that is published.
        highest: FrameworkRef,
    },
    /// Indicators clash with what the registry holds.
    #[error(
        "{count} {} of {framework} cannot be published so{}",
        if *.count == 1 { "indicator" } else { "indicators" },
        .clashes.first().map(|clash| format!("; the first: {clash}")).unwrap_or_default()
    )]
    Clashes {
        /// The version.
        framework: FrameworkRef,
        /// The first of them, in the order of the text.
        clashes: Vec<Clash>,
        /// How many there are.
        count: usize,
    },
    /// The framework costs more than the registry allows.
    #[error(transparent)]
    OverBudget(#[from] Box<OverBudget>),
    /// As many versions are published as there may be.
    #[error(
        "{max} versions of frameworks are published, and no more can be; retire one that is not needed, or have the operator raise framework_versions_max"
    )]
    TooManyVersions {
        /// The limit.
        max: usize,
    },
}
