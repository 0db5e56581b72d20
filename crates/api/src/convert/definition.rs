//! Framework definitions: requests that contain one, and the answers about one.

use tenseven_model::{
    Framework, FrameworkId, FrameworkRef, SubmissionId, Version,
    event::FrameworkRetirement,
    framework::{Change, ChangeKind, FrameworkDraft},
};

use super::{FieldReason, Reader, Violations, read_submission, withdrawal::read_reason};
use crate::v1;

/// [`v1::PublishFrameworkRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct PublishFramework {
    pub submission: SubmissionId,
    pub definition: String,
    pub validate_only: bool,
}

impl TryFrom<v1::PublishFrameworkRequest> for PublishFramework {
    type Error = Violations;
    fn try_from(message: v1::PublishFrameworkRequest) -> Result<Self, Violations> {
        let v1::PublishFrameworkRequest { submission_id, definition, validate_only } = message;
        let mut reader = Reader::default();
        let submission = read_submission(&mut reader, &submission_id);
        let definition = read_definition(&mut reader, "definition", definition);
        let read = submission.zip(definition);
        reader.finish(read.map(|(submission, definition)| Self { submission, definition, validate_only }))
    }
}

/// [`v1::RetireFrameworkRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct RetireFramework {
    pub submission: SubmissionId,
    pub retirement: FrameworkRetirement,
    pub validate_only: bool,
}

impl TryFrom<v1::RetireFrameworkRequest> for RetireFramework {
    type Error = Violations;
    fn try_from(message: v1::RetireFrameworkRequest) -> Result<Self, Violations> {
        let v1::RetireFrameworkRequest { submission_id, framework, reason, validate_only } = message;
        let mut reader = Reader::default();
        let submission = read_submission(&mut reader, &submission_id);
        let version = read_version(&mut reader, &framework);
        let reason = read_reason(&mut reader, "reason".to_owned(), &reason);
        let read = submission.zip(version).zip(reason);
        reader.finish(read.map(|((submission, (id, version)), reason)| Self {
            submission,
            retirement: FrameworkRetirement { id, version, reason },
            validate_only,
        }))
    }
}

/// A version of a framework; an id alone is refused.
fn read_version(reader: &mut Reader, text: &str) -> Option<(FrameworkId, Version)> {
    let what = "a framework's id and version, for example mine@1.0.0";
    let FrameworkRef { id, version } = reader.required("framework", text, what)?;
    let Some(version) = version else {
        reader.refuse(
            "framework",
            FieldReason::Malformed,
            "has no version; give id and version, for example mine@1.0.0",
        );
        return None;
    };
    Some((id, version))
}

/// The text of a framework, which must be given.
pub(super) fn read_definition(reader: &mut Reader, path: &str, text: String) -> Option<String> {
    if text.is_empty() {
        reader.refuse(path, FieldReason::Required, "is empty; give the text of a framework, in TOML");
        return None;
    }
    Some(text)
}

/// A summary of a definition.
pub fn definition_summary(framework: &Framework) -> v1::DefinitionSummary {
    let FrameworkDraft { id, version, title, frequency, indicators, nodes, report, .. } = framework.draft();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    v1::DefinitionSummary {
        id: id.to_string(),
        version: version.to_string(),
        title: title.clone(),
        frequency: frequency.to_string(),
        node_count: count(nodes.len()),
        indicator_count: count(indicators.len()),
        scored_indicator_count: count(framework.leaves().len()),
        computed_indicator_count: count(indicators.iter().filter(|one| one.formula.is_some()).count()),
        report_clause_count: count(report.len()),
    }
}

/// One difference between two frameworks.
pub fn change_message(change: Change) -> v1::FrameworkChange {
    let Change { kind, path, before, after } = change;
    let kind = match kind {
        ChangeKind::Added => v1::ChangeKind::Added,
        ChangeKind::Removed => v1::ChangeKind::Removed,
        ChangeKind::Changed => v1::ChangeKind::Changed,
        ChangeKind::Reordered => v1::ChangeKind::Reordered,
    };
    v1::FrameworkChange { kind: kind.into(), path, before, after }
}
