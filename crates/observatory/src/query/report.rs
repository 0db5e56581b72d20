//! The target's own figures for a group of areas.

use std::sync::Arc;

use tenseven_engine::ClauseResult;
use tenseven_model::{Alpha3, AreaSelection, FrameworkRef, Period};

use super::scores::check_frequency;
use crate::{Published, QueryError, View};

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
    ) -> Result<TargetReport, QueryError> {
        let published = self.published().get(framework)?;
        check_frequency(&published, "period", Some(period))?;
        let members: Vec<Alpha3> = self.world().members(areas)?.into_iter().collect();
        let results = self.board(&published)?.report(period, &members);
        Ok(TargetReport { published, period, members, results })
    }
}
