//! Questions to a [`crate::View`], one file a family.

mod error;
mod frameworks;
mod observations;
mod places;
mod report;
mod scores;
mod versions;

pub use error::QueryError;
pub use frameworks::{FrameworkPage, IndicatorPage, IndicatorUse, ShelvedFramework};
pub use observations::{ObservationFilter, ObservationPage};
pub use report::TargetReport;
pub use scores::{ScorePage, ScoreSelection, ScoreTree};
pub use versions::VersionPage;
