//! Refusals of what is asked about practices.

use tenseven_api::{convert::FieldReason, v1::ErrorReason};
use tenseven_observatory::{SearchQueryError, UnknownPractice};
use tonic::{Code, Status};

use super::{
    details::{details, shortened, status},
    refusal::Refusal,
    violations::refuse_field,
};

impl Refusal for SearchQueryError {
    fn into_status(self) -> Status {
        let reason = match self {
            Self::Empty => FieldReason::Required,
            Self::TooLong { .. } => FieldReason::TooLong,
            Self::TooMany { .. } => FieldReason::TooMany,
            Self::Unclosed { .. }
            | Self::EmptyPhrase { .. }
            | Self::LoneSign { .. }
            | Self::NoSpace { .. }
            | Self::Nothing => FieldReason::InvalidQuery,
        };
        refuse_field("query", reason, self.to_string())
    }
}

/// There is no such practice, or not any more.
pub(super) fn unknown_practice(unknown: &UnknownPractice) -> Status {
    let (message, practice) = (unknown.to_string(), unknown.practice.to_string());
    let withdrawn = unknown.withdrawn.as_ref();
    let told: Vec<_> = withdrawn
        .map(|(revision, _)| ("withdrawn_revision", revision.number().to_string()))
        .into_iter()
        .collect();
    let mut details = details(ErrorReason::UnknownPractice, &told);
    details.set_resource_info("practice", practice, "", shortened(&message));
    status(Code::NotFound, shortened(&message), details)
}
