//! Existence: which areas and periods have an answer.
//!
//! *Invariant:* whether a cell exists depends on the observations of its own area alone. It exists where an indicator with a
//! [`crate::bearing::Bearing`] is reported, a missing value included, or carried to it, and where a leaf is filled in from the area's
//! other periods: within the limit of `latest`, and between the first and the last number for `hold` and `linear`. What other areas or
//! a constant stand in for makes no cell exist.

use std::collections::{BTreeSet, HashSet};

use tenseven_model::{Alpha3, AreaCode, IndicatorId, ObservationKey, Period};

use crate::{
    Board, Panel,
    axis::Axis,
    bearing::reach,
    chunked::{Chunked, Draft, ZEROS},
    leaf::LeafStep,
    plan::Steps,
};

/// By cell of the axis: how many indicators, and leaves that are filled in, make it exist.
pub(crate) fn count(steps: &Steps, panel: &Panel, axis: &Axis) -> Chunked<u16> {
    let mut counts = vec![0_u16; axis.len()];
    let frequency = steps.framework.draft().frequency;
    for (indicator, bearing) in &steps.bearings {
        for (area, series) in panel.countries(indicator) {
            let Some(place) = axis.area(area) else { continue };
            let of_frequency = |period: &Period| period.frequency() == frequency;
            let observed: BTreeSet<Period> = series.periods(bearing.add_units).filter(of_frequency).collect();
            let mut nexts = observed.iter().skip(1).copied();
            for period in &observed {
                for to in reach(*period, bearing.max_age, nexts.next()) {
                    if let Some(at) = axis.period(to) {
                        counts[axis.cell(at, place)] += 1;
                    }
                }
            }
        }
    }
    for leaf in steps.leaves.iter().filter(|leaf| leaf.is_over_time()) {
        for (place, area) in
            axis.areas.iter().enumerate().filter(|(_, area)| leaf.reading.knows(panel, **area))
        {
            for (period, fills) in filled(leaf, panel, *area, axis).into_iter().enumerate() {
                counts[axis.cell(period, place)] += u16::from(fills);
            }
        }
    }
    let mut column = Draft::new(axis.len(), &ZEROS);
    for (cell, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        column.put(cell, count);
    }
    column.finish()
}

/// By period: whether a leaf that is filled in from the area's other periods makes the area's cell exist.
fn filled(leaf: &LeafStep, panel: &Panel, area: Alpha3, axis: &Axis) -> Vec<bool> {
    let own = leaf.own(panel, area);
    axis.periods.iter().map(|period| own.is_filled_at(*period)).collect()
}

impl Board {
    /// Counts again what makes cells exist, on the axis as it is, after keys changed since `before`; gives the cells that came to exist or
    /// do so no more, and possibly others.
    pub(crate) fn recount(
        &mut self,
        steps: &Steps,
        before: &Panel,
        changed: &[ObservationKey],
    ) -> Vec<usize> {
        let (mut seen, mut flips) = (HashSet::new(), Vec::new());
        for key in changed {
            self.recount_key((steps, before), key, (changed.len() > 1).then_some(&mut seen), &mut flips);
        }
        let mut over_time = BTreeSet::new();
        for key in changed.iter().filter(|key| key.period.frequency() == steps.framework.draft().frequency) {
            let leaves = steps.readers(&key.indicator).iter().map(|reader| reader.leaf);
            let leaves = leaves.filter(|leaf| steps.leaves[*leaf].is_over_time());
            over_time.extend(
                key.area.country().into_iter().flat_map(|area| leaves.clone().map(move |leaf| (leaf, area))),
            );
        }
        for (leaf, area) in over_time {
            let Some(place) = self.axis.area(area) else { continue };
            let of = |panel: &Panel| filled(&steps.leaves[leaf], panel, area, &self.axis);
            let (was, is) = (of(before), of(&self.panel));
            for (period, (was, is)) in was.into_iter().zip(is).enumerate() {
                self.shift(self.axis.cell(period, place), (was, is), &mut flips);
            }
        }
        flips
    }

    /// Counts again what one key makes exist; `seen` are the cells, by indicator, that were counted for other keys.
    fn recount_key<'a>(
        &mut self,
        (steps, before): (&Steps, &Panel),
        key: &'a ObservationKey,
        mut seen: Option<&mut HashSet<(&'a IndicatorId, usize)>>,
        flips: &mut Vec<usize>,
    ) {
        let Some(bearing) = steps.bearing(key) else { return };
        let Some((area, place)) = key.area.country().and_then(|area| Some((area, self.axis.area(area)?)))
        else {
            return;
        };
        let panel = self.panel.clone();
        let series = [before, &panel].map(|panel| panel.series(&key.indicator, area));
        let is_unit = matches!(key.area, AreaCode::Local(..));
        let has = series.map(|series| series.is_some_and(|series| series.has_period(key.period, is_unit)));
        if has[0] == has[1] {
            return;
        }
        for period in reach(key.period, bearing.max_age, None) {
            let Some(at) = self.axis.period(period) else { continue };
            let cell = self.axis.cell(at, place);
            if seen.as_mut().is_some_and(|seen| !seen.insert((&key.indicator, cell))) {
                continue;
            }
            let [was, is] = series.map(|series| {
                series
                    .is_some_and(|series| series.latest(period, bearing.max_age, bearing.add_units).is_some())
            });
            self.shift(cell, (was, is), flips);
        }
    }

    fn shift(&mut self, cell: usize, (was, is): (bool, bool), flips: &mut Vec<usize>) {
        if was == is {
            return;
        }
        let before = *self.heard.at(cell);
        let now = if is { before + 1 } else { before.saturating_sub(1) };
        if before == 0 || now == 0 {
            flips.push(cell);
        }
        self.heard.set(cell, now);
    }
}
