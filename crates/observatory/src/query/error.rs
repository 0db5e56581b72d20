//! Why a question is refused.

use std::time::Duration;

use tenseven_model::{AreaCode, FrameworkRef, Frequency, IndicatorId, OtherHistory, Period, Revision};

use tenseven_state::{
    AreaSelectionError, UnknownArea, UnknownDomain, UnknownFramework, UnknownIndicator, UnknownInstrument,
    UnknownMeasure, UnknownNode, UnknownPractice,
    frameworks::{FrameworkLookupError, OverBudget, RetiredFramework},
};

use crate::{SearchQueryError, Unreadable, records::unreadable_version};

/// Why a question is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// No such framework or version.
    #[error(transparent)]
    Framework(#[from] UnknownFramework),
    /// The version, or all versions of the framework, are retired.
    #[error(transparent)]
    Retired(#[from] Box<RetiredFramework>),
    /// No such indicator.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// No such area.
    #[error(transparent)]
    Area(#[from] UnknownArea),
    /// Scores are of countries and areas.
    #[error(
        "{0} is no country or area; scores are of countries and areas, groups have target reports, and local units count towards their country"
    )]
    NotACountry(AreaCode),
    /// The framework has no such nodes; each with the field of the request that names it.
    #[error("{}", list(.0))]
    Nodes(Vec<(String, UnknownNode)>),
    /// The framework does not allow areas to be ranked.
    #[error("{framework} does not allow areas to be ranked; its scores are read beside their coverage")]
    RankingDisabled {
        /// The framework.
        framework: FrameworkRef,
    },
    /// The framework costs more than the registry allows, so that nothing is scored by it.
    #[error("there are no scores by {}, which this registry does not score: {_0}; have the operator raise the limit", .0.framework)]
    Suspended(Box<OverBudget>),
    /// More is asked for at once than one answer holds.
    #[error("{what} {count}; at most {max} are allowed")]
    TooMany {
        /// The field of the request by which there is less.
        field: &'static str,
        /// What there is too much of, and the verb.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// The period has another length than the framework scores.
    #[error("{period} is {}, but the framework scores {expected} periods", .period.frequency())]
    Frequency {
        /// The field of the request.
        field: &'static str,
        /// The period given.
        period: Period,
        /// The framework's frequency.
        expected: Frequency,
    },
    /// The page token is of no such listing.
    #[error("the page token belongs to another query or was changed; start again without it")]
    PageToken,
    /// The revision does not exist yet.
    #[error("there is no revision {wanted}; the newest is {newest}, and the first is 1")]
    NoSuchRevision {
        /// What was asked for.
        wanted: Revision,
        /// The newest.
        newest: Revision,
    },
    /// The revision belongs to another history than this registry's.
    #[error("{problem}")]
    OtherHistory {
        /// The newest revision that was named; zero if none was.
        revision: Revision,
        /// Why it does not belong here.
        #[source]
        problem: OtherHistory,
    },
    /// What the registry held then was given up by the operator.
    #[error(
        "revision {wanted} was compacted away by the operator; the oldest that can be asked for is {oldest}"
    )]
    Compacted {
        /// What was asked for.
        wanted: Revision,
        /// The oldest that there is.
        oldest: Revision,
    },
    /// The journal is damaged, or its disk cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The moment is still to come.
    #[error(
        "at_time lies in the future; what will be known then is not known yet (the newest revision is {newest})"
    )]
    NoSuchMoment {
        /// The newest revision.
        newest: Revision,
    },
    /// Nothing was accepted by then.
    #[error(
        "at_time lies before the registry's first revision, when nothing was known (the newest revision is {newest})"
    )]
    BeforeFirst {
        /// The newest revision.
        newest: Revision,
    },
    /// The journal failed at or before the moment, and what it holds of it is known only after a restart.
    #[error("the journal failed at or before at_time; what it holds is known after the server is restarted")]
    UnsettledMoment,
    /// Local units cannot be selected: their places in the request, and their codes.
    #[error("a local unit cannot be selected; it counts towards its country")]
    LocalUnits(Vec<(usize, AreaCode)>),
    /// Something is wrong with the text of a framework.
    #[error("{error}")]
    Definition {
        /// The field of the request.
        field: &'static str,
        /// What is wrong.
        #[source]
        error: tenseven_catalog::FrameworkTextError,
    },
    /// The text of a framework is too long.
    #[error("{problem}")]
    DefinitionTooLong {
        /// The field of the request.
        field: &'static str,
        /// How long it is, and how long it may be.
        problem: String,
    },
    /// The revision was not reached in time.
    #[error("revision {wanted} was not reached in {:.1} s; the newest is {newest}", .waited.as_secs_f32())]
    RevisionNotReached {
        /// What was asked for.
        wanted: Revision,
        /// The newest.
        newest: Revision,
        /// How long it was waited for.
        waited: Duration,
    },
    /// There is no such practice, or not any more.
    #[error(transparent)]
    Practice(#[from] UnknownPractice),
    /// No such measure.
    #[error(transparent)]
    Measure(#[from] UnknownMeasure),
    /// No such instrument.
    #[error(transparent)]
    Instrument(#[from] UnknownInstrument),
    /// No published framework has the domain that practices are filtered by.
    #[error(transparent)]
    Domain(UnknownDomain),
    /// Practices are those of countries, not of local units.
    #[error("{0} is a local unit, and practices are those of countries and areas; name the country")]
    LocalUnit(AreaCode),
    /// The words that practices are searched by cannot be read.
    #[error("{0}")]
    SearchQuery(#[from] SearchQueryError),
    /// The index of practices failed, by a fault of the program.
    #[error("practices cannot be searched; the operator's log says why")]
    SearchFailed,
    /// The indicator has no rubric.
    #[error("{indicator} is a {kind}, and only indicators with a rubric are coded")]
    NoRubric {
        /// The indicator.
        indicator: IndicatorId,
        /// Its kind.
        kind: &'static str,
    },
    /// The revision adjudicated nothing, or is still to come at the moment that was asked for.
    #[error("revision {revision} is no adjudication; ListAdjudications names those that there are")]
    NoAdjudication {
        /// The revision.
        revision: Revision,
    },
}

impl From<AreaSelectionError> for QueryError {
    fn from(error: AreaSelectionError) -> Self {
        match error {
            AreaSelectionError::LocalUnits(units) => Self::LocalUnits(units),
            AreaSelectionError::Area(unknown) => Self::Area(unknown),
        }
    }
}

impl From<FrameworkLookupError> for QueryError {
    fn from(error: FrameworkLookupError) -> Self {
        match error {
            FrameworkLookupError::Unknown(unknown) => Self::Framework(unknown),
            FrameworkLookupError::Retired(retired) => Self::Retired(retired),
            FrameworkLookupError::Unreadable(unreadable) => Self::Unreadable(unreadable_version(&unreadable)),
        }
    }
}

fn list(nodes: &[(String, UnknownNode)]) -> String {
    nodes.iter().map(|(_, unknown)| unknown.to_string()).collect::<Vec<_>>().join("; ")
}
