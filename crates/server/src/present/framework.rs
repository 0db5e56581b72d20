//! Published frameworks.

use tenseven_api::{
    convert::{framework_message, timestamp_message},
    v1,
};
use tenseven_observatory::{Published, Retired, ShelvedFramework};

/// A published version, whole.
pub(crate) fn framework(shelved: &ShelvedFramework) -> v1::Framework {
    let ShelvedFramework { published, newest, retired } = shelved;
    let Published { framework, plan: _, definition, revision, .. } = published.as_ref();
    let mut message = framework_message(framework, definition, *newest, *revision);
    if let Some(summary) = &mut message.summary {
        summary.retirement = retired.as_deref().map(retirement);
    }
    message
}

fn retirement(retired: &Retired) -> v1::FrameworkRetirement {
    let Retired { framework: _, revision, retired_at, reason } = retired;
    v1::FrameworkRetirement {
        revision: revision.number(),
        retired_at: Some(timestamp_message(*retired_at)),
        reason: reason.to_string(),
    }
}

/// A published version, in short.
pub(crate) fn summary(shelved: &ShelvedFramework) -> v1::FrameworkSummary {
    framework(shelved).summary.unwrap_or_default()
}
