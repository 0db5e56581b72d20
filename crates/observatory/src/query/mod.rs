//! Questions to a [`crate::View`], one file a family.

mod adjudications;
mod agreement;
mod boards;
mod codings;
mod comparison;
mod definitions;
mod error;
mod explanation;
mod frameworks;
mod nodes;
mod observations;
mod places;
mod ranks;
mod report;
mod scores;
mod submissions;
mod trend;
mod versions;

pub use adjudications::AdjudicationPage;
pub use agreement::{Agreement, AgreementSelection, Coefficient, NoAgreement, Statistic};
pub use codings::{CodingFilter, CodingPage, RecordedCoding, UnitFilter};
pub use comparison::{ComparedColumn, Comparison, ComparisonSelection};
pub use definitions::{Difference, Source, Validation};
pub use error::QueryError;
pub use explanation::{READ_OBSERVATIONS_MAX, ScoreExplanation};
pub use frameworks::{FoundFramework, FrameworkPage, IndicatorPage, IndicatorUse, ListedVersion};
pub(crate) use nodes::selected;
pub(crate) use observations::AreaFilter;
pub use observations::{ObservationFilter, ObservationPage};
pub use ranks::{RankSelection, Ranking, Standing};
pub use report::TargetReport;
pub(crate) use scores::check_frequency;
pub use scores::{ScorePage, ScoreSelection, ScoreTree};
pub use trend::{Trend, TrendPoint, TrendSelection};
pub use versions::VersionPage;
