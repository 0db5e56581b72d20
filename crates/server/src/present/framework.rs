//! Published frameworks.

use tenseven_api::{
    convert::{framework_message, timestamp_message},
    v1,
};
use tenseven_observatory::{FoundFramework, ListedVersion, Published, Retired, StoredVersion};

use super::count::count;

/// A published version, whole.
pub(crate) fn framework(found: &FoundFramework) -> v1::Framework {
    let FoundFramework { published, newest, retired } = found;
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
        retire_time: Some(timestamp_message(*retired_at)),
        reason: reason.to_string(),
    }
}

/// A published version, in short.
pub(crate) fn summary(listed: &ListedVersion) -> v1::FrameworkSummary {
    let ListedVersion { version, newest, retired } = listed;
    let StoredVersion { reference, title, frequency, scored_indicator_count, revision, .. } =
        version.as_ref();
    v1::FrameworkSummary {
        id: reference.id.to_string(),
        version: reference.version.as_ref().map(ToString::to_string).unwrap_or_default(),
        title: title.clone(),
        frequency: frequency.to_string(),
        scored_indicator_count: count(*scored_indicator_count),
        newest: *newest,
        published_revision: revision.number(),
        retirement: retired.as_deref().map(retirement),
    }
}
