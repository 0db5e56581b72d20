//! The target's own figures for a group of areas.

use std::sync::Arc;

use tenseven_engine::ClauseResult;
use tenseven_model::{Alpha3, AreaSelection, FrameworkRef, Period};
use tenseven_state::{AreaSelectionError, frameworks::FrameworkLookupError};

use super::scores::{WrongFrequency, check_frequency};
use crate::{Published, View, snapshot::NotScored};

/// Why there is no target report.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TargetReportError {
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// A period has the wrong length.
    #[error(transparent)]
    Frequency(#[from] WrongFrequency),
    /// The areas cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
    /// There are no scores by the version.
    #[error(transparent)]
    NotScored(#[from] NotScored),
}

/// The target's own figures for a group of areas.
pub struct TargetReport {
    /// The framework that they were made with.
    pub published: Arc<Published>,
    /// The period.
    pub period: Period,
    /// The countries and areas that the selection means.
    pub members: Vec<Alpha3>,
    /// The figures, in the framework's order.
    pub results: Vec<ClauseResult>,
}

impl View {
    /// The target's own figures for a group of areas.
    pub fn target_report(
        &self,
        framework: &FrameworkRef,
        period: Period,
        areas: &[AreaSelection],
    ) -> Result<TargetReport, TargetReportError> {
        let published = self.state().version_of(framework)?;
        check_frequency(&published, "period", Some(period))?;
        let members: Vec<Alpha3> = self.world().members(areas)?.into_iter().collect();
        let results = self.board(&published)?.report(period, &members);
        Ok(TargetReport { published, period, members, results })
    }
}
