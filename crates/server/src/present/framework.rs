//! Published frameworks.

use tenseven_api::{convert::framework_message, v1};
use tenseven_observatory::{Published, ShelvedFramework};

/// A published version, whole.
pub(crate) fn framework(shelved: &ShelvedFramework) -> v1::Framework {
    let ShelvedFramework { published, newest } = shelved;
    let Published { framework, plan: _, definition, revision, .. } = published.as_ref();
    framework_message(framework, definition, *newest, *revision)
}

/// A published version, in short.
pub(crate) fn summary(shelved: &ShelvedFramework) -> v1::FrameworkSummary {
    framework(shelved).summary.unwrap_or_default()
}
