//! Trends.

use tenseven_api::{ReadMask, masked, v1};
use tenseven_model::Framework;
use tenseven_observatory::{Trend, TrendPoint};

use super::score;

/// One page of the scores of an area over periods.
pub(crate) fn trend(trend: &Trend, mask: Option<&ReadMask>) -> v1::GetTrendResponse {
    let Trend { published, area, area_name, points, next: _ } = trend;
    let framework = &published.framework;
    v1::GetTrendResponse {
        framework: framework.reference().to_string(),
        area: area.to_string(),
        area_name: area_name.clone(),
        points: points.iter().map(|one| masked(mask, point(framework, one))).collect(),
        ..Default::default()
    }
}

fn point(framework: &Framework, point: &TrendPoint) -> v1::TrendPoint {
    let TrendPoint { node, period, score, change, coverage } = point;
    v1::TrendPoint {
        period: period.to_string(),
        node: Some(score::node(framework, *node, score, *period)),
        change: change.map(|(_, change)| change),
        change_since: change.map(|(since, _)| since.to_string()).unwrap_or_default(),
        coverage_change: score::coverage_change(
            framework,
            coverage.as_ref(),
            change.map(|(_, change)| change),
        ),
    }
}
