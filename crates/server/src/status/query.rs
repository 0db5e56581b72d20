//! Statuses of refused reads: one for each error struct; that of a query's error is that of the struct it contains.

use tenseven_api::{Violations, convert::FieldReason, v1::ErrorReason};
use tenseven_observatory::{
    AdjudicationLookupError, AgreementQueryError, AreaSelectionError, ComparisonError, CountryError,
    DifferenceError, ExplanationError, InvalidPageToken, ListAreasError, ListScoresError, ListingError,
    NoAdjudication, NoObservation, NoRubric, ObservationLookupError, RankingDisabled, RanksError,
    ScoresError, TargetReportError, TooMany, TrendError, UnknownArea, UnknownIndicator, UnknownNodes,
    VersionsError, WrongFrequency,
};
use tonic::Code;

use super::{
    details::{details, not_found, status},
    refusal::{Refusal, Refused, refused_by},
    violations::refuse_field,
};
use crate::violation::{local_unit, unknown_node};

refused_by!(AdjudicationLookupError { NoAdjudication, Unreadable });
refused_by!(AgreementQueryError { Indicator, NoRubric, Areas, TooMany });
refused_by!(ComparisonError { Framework, Frequency, Nodes, Areas, TooMany, NotScored });
refused_by!(DifferenceError { Framework, Text });
refused_by!(ExplanationError { Framework, Country, Frequency, Nodes, NotScored, Unreadable });
refused_by!(ListScoresError { Framework, Frequency, Nodes, PageToken, NotScored, Areas });
refused_by!(ObservationLookupError { NoObservation, Listing });
refused_by!(ListingError { Areas, PageToken, Unreadable });
refused_by!(RanksError { Framework, Ranking, Frequency, Nodes, Areas, NotScored });
refused_by!(ScoresError { Framework, Country, Frequency, NotScored, Nodes });
refused_by!(TargetReportError { Framework, Frequency, Areas, NotScored });
refused_by!(TrendError { Framework, Country, Frequency, Nodes, PageToken, NotScored, TooMany });
refused_by!(VersionsError { Area, Indicator, PageToken, Unreadable });

impl Refusal for UnknownIndicator {
    fn refuse(self) -> Refused {
        let (indicator, message) = (self.indicator.to_string(), self.to_string());
        not_found(ErrorReason::UnknownIndicator, "indicator", indicator, message)
    }
}

impl Refusal for UnknownArea {
    fn refuse(self) -> Refused {
        not_found(ErrorReason::UnknownArea, "area", self.area.to_string(), self.to_string())
    }
}

impl Refusal for AreaSelectionError {
    fn refuse(self) -> Refused {
        match self {
            Self::LocalUnits(units) => Violations(units.iter().map(local_unit).collect()).refuse(),
            Self::Area(unknown) => unknown.refuse(),
        }
    }
}

impl Refusal for ListAreasError {
    fn refuse(self) -> Refused {
        match self {
            Self::NotAGroup(_) => refuse_field("group", FieldReason::NotAllowed, self.to_string()),
            Self::Group(error) => error.refuse(),
            Self::PageToken(error) => error.refuse(),
        }
    }
}

impl Refusal for CountryError {
    fn refuse(self) -> Refused {
        match self {
            Self::Unknown(unknown) => unknown.refuse(),
            Self::NotACountry(_) => refuse_field("area", FieldReason::NotAllowed, self.to_string()),
        }
    }
}

impl Refusal for UnknownNodes {
    fn refuse(self) -> Refused {
        Violations(self.0.iter().map(unknown_node).collect()).refuse()
    }
}

impl Refusal for WrongFrequency {
    fn refuse(self) -> Refused {
        refuse_field(self.field, FieldReason::WrongFrequency, self.to_string())
    }
}

impl Refusal for TooMany {
    fn refuse(self) -> Refused {
        refuse_field(self.field, FieldReason::TooMany, self.to_string())
    }
}

impl Refusal for InvalidPageToken {
    fn refuse(self) -> Refused {
        status(Code::InvalidArgument, self.to_string(), details(ErrorReason::InvalidPageToken, &[]))
    }
}

impl Refusal for RankingDisabled {
    fn refuse(self) -> Refused {
        let (framework, message) = (self.framework.to_string(), self.to_string());
        let mut details = details(ErrorReason::RankingDisabled, &[("framework", framework.clone())]);
        details.add_precondition_failure_violation("RANKING", framework, message.clone());
        status(Code::FailedPrecondition, message, details)
    }
}

impl Refusal for NoRubric {
    fn refuse(self) -> Refused {
        refuse_field("indicator", FieldReason::NoRubric, self.to_string())
    }
}

impl Refusal for NoObservation {
    fn refuse(self) -> Refused {
        let (message, key) = (self.to_string(), self.0);
        let name = format!("{} {} {} {}", key.indicator, key.area, key.period, key.source);
        not_found(ErrorReason::UnknownObservation, "observation", name, message)
    }
}

impl Refusal for NoAdjudication {
    fn refuse(self) -> Refused {
        let (revision, message) = (self.revision.to_string(), self.to_string());
        not_found(ErrorReason::UnknownAdjudication, "adjudication", revision, message)
    }
}
