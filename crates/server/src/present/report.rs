//! Target reports.

use tenseven_api::v1;
use tenseven_engine::ClauseResult;
use tenseven_model::{
    AreaSelection, Framework,
    framework::{Clause, Figure},
};
use tenseven_observatory::TargetReport;

use super::count::count;

/// The target's own figures for a group of areas.
pub(crate) fn report(
    report: &TargetReport,
    areas: &[AreaSelection],
    include_areas: bool,
) -> v1::GetTargetReportResponse {
    let TargetReport { published, period, members, results } = report;
    let framework = &published.framework;
    let figures = framework.draft().report.iter().zip(results);
    v1::GetTargetReportResponse {
        framework: framework.reference().to_string(),
        period: period.to_string(),
        areas: areas.iter().map(ToString::to_string).collect(),
        area_count: count(members.len()),
        figures: figures.map(|(clause, result)| figure(framework, clause, result, include_areas)).collect(),
        ..Default::default()
    }
}

fn figure(
    framework: &Framework,
    clause: &Clause,
    result: &ClauseResult,
    include_areas: bool,
) -> v1::ReportFigure {
    let ClauseResult { clause: _, value, with_data, areas: _, tally, counted, with_data_areas } = result;
    let listed = |areas: &[tenseven_model::Alpha3]| {
        if include_areas { areas.iter().map(ToString::to_string).collect() } else { Vec::new() }
    };
    v1::ReportFigure {
        clause: clause.id.to_string(),
        title: clause.title.clone(),
        unit: clause.unit.clone(),
        figure: clause.figure.as_str().to_owned(),
        value: *value,
        areas_with_data: *with_data,
        tally: tally
            .iter()
            .map(|(id, count)| v1::TallyEntry {
                id: id.clone(),
                label: label(framework, clause, id),
                count: *count,
                share: if *with_data == 0 { 0.0 } else { f64::from(*count) / f64::from(*with_data) },
            })
            .collect(),
        data_areas: listed(with_data_areas),
        counted_areas: listed(counted),
    }
}

/// The name of a level or a band.
fn label(framework: &Framework, clause: &Clause, id: &str) -> String {
    let found = match (&clause.figure, clause.figure.indicator()) {
        (Figure::BandShare { .. }, _) | (_, None) => {
            framework.draft().bands.iter().find(|band| band.id.as_str() == id).map(|band| &band.label)
        }
        (_, Some(indicator)) => framework
            .indicator(indicator)
            .and_then(|indicator| indicator.kind.rubric())
            .and_then(|rubric| rubric.levels().iter().find(|level| level.code.as_str() == id))
            .map(|level| &level.label),
    };
    found.cloned().unwrap_or_default()
}
