//! The timelines of a panel in the order of keys: by indicator, then area, countries before local units.

use tenseven_engine::{Panel, Timeline};
use tenseven_model::{AreaCode, IndicatorId, ObservationKey};

/// A timeline with its indicator and area.
pub(super) struct IndicatorTimeline<'a> {
    pub(super) indicator: &'a IndicatorId,
    pub(super) area: AreaCode,
    pub(super) timeline: &'a Timeline,
}

/// The timelines from that of `after` on; only those of an indicator, if one is given.
pub(super) fn timelines<'a>(
    panel: &'a Panel,
    indicator: Option<&'a IndicatorId>,
    after: Option<&'a ObservationKey>,
) -> impl Iterator<Item = IndicatorTimeline<'a>> {
    let mut indicators: Vec<&IndicatorId> = panel
        .indicators()
        .filter(|known| indicator.is_none_or(|indicator| indicator == *known))
        .filter(|known| after.is_none_or(|after| **known >= after.indicator))
        .collect();
    indicators.sort_unstable();
    indicators.into_iter().flat_map(move |indicator| {
        let from = after.filter(|after| after.indicator == *indicator).map(|after| &after.area);
        own(panel, indicator)
            .chain(units(panel, indicator))
            .filter(move |listed| from.is_none_or(|from| listed.area >= *from))
    })
}

fn own<'a>(panel: &'a Panel, indicator: &'a IndicatorId) -> impl Iterator<Item = IndicatorTimeline<'a>> {
    panel.countries(indicator).filter_map(move |(country, series)| {
        let area = AreaCode::Country(country);
        let timeline = series.timeline(&area).filter(|timeline| !timeline.is_empty())?;
        Some(IndicatorTimeline { indicator, area, timeline })
    })
}

fn units<'a>(panel: &'a Panel, indicator: &'a IndicatorId) -> impl Iterator<Item = IndicatorTimeline<'a>> {
    panel.countries(indicator).flat_map(move |(country, series)| {
        series.timelines().filter_map(move |(unit, timeline)| {
            Some(IndicatorTimeline { indicator, area: AreaCode::Local(country, unit?.clone()), timeline })
        })
    })
}
