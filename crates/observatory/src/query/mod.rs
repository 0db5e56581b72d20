//! Questions to a [`crate::View`], one file a family.

mod adjudications;
mod agreement;
mod boards;
mod codings;
mod comparison;
mod definitions;
mod explanation;
mod frameworks;
mod nodes;
mod observations;
mod places;
mod ranks;
mod report;
mod scores;
mod submissions;
mod too_many;
mod trend;
mod versions;

pub use adjudications::{AdjudicationLookupError, AdjudicationPage, NoAdjudication};
pub use agreement::{Agreement, AgreementQueryError, Coefficient, NoAgreement, NoRubric, Statistic};
pub use codings::{CodingPage, RecordedCoding};
pub use comparison::{ComparedColumn, Comparison, ComparisonError};
pub use definitions::{Difference, DifferenceError, InvalidSource, Validation};
pub use explanation::{ExplanationError, READ_OBSERVATIONS_MAX, ScoreExplanation};
pub use frameworks::{FoundFramework, FrameworkPage, IndicatorPage, IndicatorUse, ListedVersion};
pub use nodes::UnknownNodes;
pub(crate) use nodes::selected;
pub(crate) use observations::AreaFilter;
pub use observations::{ListingError, NoObservation, ObservationLookupError, ObservationPage};
pub use ranks::{Ranking, RankingDisabled, RanksError, Standing};
pub use report::{TargetReport, TargetReportError};
pub(crate) use scores::check_frequency;
pub use scores::{CountryError, ListScoresError, ScorePage, ScoreTree, ScoresError, WrongFrequency};
pub use too_many::TooMany;
pub use trend::{Trend, TrendError, TrendPoint};
pub use versions::{VersionPage, VersionsError};
