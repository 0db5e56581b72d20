//! Statuses of refused requests about practices.

use tenseven_api::{convert::FieldReason, v1::ErrorReason};
use tenseven_observatory::{
    ListPracticesError, PracticeLookupError, PracticeSelectionError, PracticeVersionsError,
    SearchPracticesError, SearchQueryError, UnknownInstrument, UnknownMeasure, UnknownPractice,
};
use tonic::Code;

use super::{
    details::{details, not_found, shortened, status},
    refusal::{Refusal, Refused, refused_by},
    violations::refuse_field,
};

refused_by!(ListPracticesError { Filter, Unreadable });
refused_by!(PracticeLookupError { Unknown, Unreadable });
refused_by!(PracticeVersionsError { Unknown, PageToken, Unreadable });
refused_by!(SearchPracticesError { Query, Filter, PageToken, Unreadable });

impl Refusal for SearchQueryError {
    fn refuse(self) -> Refused {
        let reason = match self {
            Self::Empty => FieldReason::Required,
            Self::TooLong { .. } => FieldReason::TooLong,
            Self::TooMany { .. } | Self::TooManyWords { .. } => FieldReason::TooMany,
            Self::Unclosed { .. }
            | Self::EmptyPhrase { .. }
            | Self::LoneSign { .. }
            | Self::NoSpace { .. }
            | Self::Nothing => FieldReason::InvalidQuery,
        };
        refuse_field("query", reason, self.to_string()).outside_of_selection()
    }
}

impl Refusal for PracticeSelectionError {
    fn refuse(self) -> Refused {
        match self {
            Self::LocalUnit(_) => refuse_field("area", FieldReason::NotAllowed, self.to_string()),
            Self::Areas(error) => error.refuse(),
            Self::Domain(unknown) => refuse_field("domain", FieldReason::UnknownDomain, unknown.to_string()),
            Self::Indicator(unknown) => unknown.refuse(),
            Self::Measure(unknown) => unknown.refuse(),
        }
    }
}

impl Refusal for UnknownMeasure {
    fn refuse(self) -> Refused {
        not_found(ErrorReason::UnknownMeasure, "measure", self.measure.to_string(), self.to_string())
    }
}

impl Refusal for UnknownInstrument {
    fn refuse(self) -> Refused {
        let (instrument, message) = (self.instrument.to_string(), self.to_string());
        not_found(ErrorReason::UnknownInstrument, "instrument", instrument, message)
    }
}

impl Refusal for UnknownPractice {
    fn refuse(self) -> Refused {
        let (message, practice) = (self.to_string(), self.practice.to_string());
        let withdrawn = self.withdrawn.as_ref();
        let metadata: Vec<_> = withdrawn
            .map(|(revision, _)| ("withdrawn_revision", revision.number().to_string()))
            .into_iter()
            .collect();
        let mut details = details(ErrorReason::UnknownPractice, &metadata);
        details.set_resource_info("practice", practice, "", shortened(&message));
        status(Code::NotFound, shortened(&message), details)
    }
}
