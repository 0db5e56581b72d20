//! Bringing a board up to date: only what the changed keys touch.
//!
//! A changed key touches its indicator's leaves from its period on, as far as they carry or look back; where values are filled in
//! from an area's other periods, all periods of the area.
//!
//! *Invariant:* the board is the one that [`Plan::score`] would make, to the last bit.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use smallvec::SmallVec;
use tenseven_model::{Alpha3, AreaCode, ObservationKey};

use crate::{
    Board, Geography, Panel, Plan, Slot,
    chunked::Draft,
    existence,
    leaf::no_node,
    panel::Series,
    plan::{Reader, Steps},
    reading,
    score::own_cells,
};

/// From so many keys that bear on leaves on, cells are read once, however many of the keys bear on them.
const SEEN_FROM: usize = 16;

/// A key that bears on a leaf.
struct Touch<'a> {
    key: &'a ObservationKey,
    area: Alpha3,
    reader: Reader,
    /// What is now known of the area.
    series: Option<&'a Series>,
    /// Whether the area, or its local units, had a word for the period before the change, and whether it has one now.
    had_and_has: [bool; 2],
}

impl Plan {
    /// The scores of all areas and periods after a change, given the board before it. `panel` is the panel of
    /// `previous` with every change made; `changed` names all keys whose cell was set, replaced or removed, in any
    /// order, and may name others.
    pub fn rescore(
        &self,
        previous: &Board,
        panel: &Panel,
        geography: &Geography,
        changed: &[ObservationKey],
    ) -> Board {
        if !self.is(&previous.plan) || !geography.is(&previous.geography) {
            return self.score(panel, geography);
        }
        let mut board = previous.clone();
        board.update(panel, changed);
        board
    }
}

impl Board {
    /// Brings the board up to date with a panel, in place; see [`Plan::rescore`]. What is shared with another board is
    /// copied first.
    pub fn update(&mut self, panel: &Panel, changed: &[ObservationKey]) {
        let plan = self.plan.clone();
        let steps = plan.steps();
        let before = std::mem::replace(&mut self.panel, panel.clone());
        let touches: SmallVec<[_; 4]> =
            changed.iter().flat_map(|key| steps.touches(key, &before, panel)).collect();
        let comes_or_goes = touches.iter().any(Touch::comes_or_goes);
        let reheard = if comes_or_goes { self.reheard(steps, &before, changed) } else { BTreeMap::new() };
        let keeps_periods =
            !comes_or_goes || touches.iter().all(|touch| touch.keeps_periods(steps, &before, panel));
        let is_anew = !keeps_periods && steps.periods(panel) != self.axis.periods
            || reheard.iter().any(|(area, _)| self.axis.area(*area).is_none())
            || !reheard.is_empty() && steps.asks_who_is_heard();
        if is_anew {
            self.lay_out_again(steps);
            self.read(steps, panel, &touches);
            self.settle_everything();
            return;
        }
        let flips = self.recount(steps, &before, changed);
        for (area, heard) in reheard {
            if let Some(place) = self.axis.area(area) {
                Arc::make_mut(&mut self.axis).heard[place] = heard;
            }
        }
        self.read(steps, panel, &touches);
        self.ask_existence(steps, &flips);
        self.settle(steps);
    }

    /// The areas of which something is now known where nothing was, or the other way round.
    fn reheard(&self, steps: &Steps, before: &Panel, changed: &[ObservationKey]) -> BTreeMap<Alpha3, bool> {
        let mut reheard = BTreeMap::new();
        for key in changed {
            let Some((area, bearing)) = key.area.country().zip(steps.bearing(key)) else { continue };
            let has_any = |panel: &Panel| {
                let series = panel.series(&key.indicator, area);
                series.is_some_and(|series| series.has_any(key.period.frequency(), bearing.add_units))
            };
            if has_any(before) == has_any(&self.panel) || reheard.contains_key(&area) {
                continue;
            }
            let was = self.axis.area(area).is_some_and(|place| self.axis.heard[place]);
            let is = steps.is_heard(&self.panel, area);
            if was != is {
                reheard.insert(area, is);
            }
        }
        reheard
    }

    /// Reads again what the touched keys bear on, and notes what has to be scored again.
    fn read(&mut self, steps: &Steps, panel: &Panel, touches: &[Touch<'_>]) {
        self.pending.reserve(steps.order.len());
        let mut whole = BTreeSet::new();
        // Local units of one area bear on the same cell, and thousands can come at once.
        let mut seen = HashSet::new();
        let mut comes_again =
            |leaf: usize, cell: usize| touches.len() > SEEN_FROM && !seen.insert((leaf, cell));
        let axis = Arc::clone(&self.axis);
        for Touch { key, area, reader, series, .. } in touches {
            let leaf = &steps.leaves[reader.leaf];
            let Some(place) = axis.area(*area) else { continue };
            let reads_nodes = leaf.reads_nodes();
            if leaf.is_over_time() && !reads_nodes {
                whole.insert((reader.leaf, place));
                continue;
            }
            let plainly = leaf.observed_plainly();
            let own = if plainly.is_none() { Some(leaf.own(panel, *area)) } else { None };
            let first = axis.first_from(key.period);
            for (period, at) in axis.periods.iter().enumerate().skip(first) {
                if key.period.periods_until(*at).is_none_or(|age| age > reader.reach) {
                    break;
                }
                let cell = axis.cell(period, place);
                if comes_again(reader.leaf, cell) {
                    continue;
                }
                let slot = match (plainly, &own) {
                    (Some(source), _) => reading::word(*series, *at, &source.rule).into(),
                    (None, Some(_)) if leaf.asks_existence() && *self.heard.at(cell) == 0 => {
                        Slot::NEVER_REPORTED
                    }
                    (None, Some(own)) => own.at(*at, &no_node),
                    (None, None) => continue,
                };
                if reads_nodes || self.put_base(reader.leaf, cell, slot) {
                    self.pending.add(steps.leaf_places[reader.leaf], cell..cell + 1);
                }
            }
        }
        for (leaf, place) in whole {
            let heard = self.heard.clone();
            own_cells(&steps.leaves[leaf], panel, (&axis, &heard, place), |period, slot| {
                let cell = axis.cell(period, place);
                if self.put_base(leaf, cell, slot) {
                    self.pending.add(steps.leaf_places[leaf], cell..cell + 1);
                }
            });
        }
    }

    /// Reads again what asks whether cells exist, of those that came to exist or do so no more.
    fn ask_existence(&mut self, steps: &Steps, flips: &[usize]) {
        let axis = Arc::clone(&self.axis);
        let panel = self.panel.clone();
        for (leaf, step) in steps.leaves.iter().enumerate().filter(|(_, step)| step.asks_existence()) {
            for cell in flips {
                let (period, area) = axis.place(*cell);
                let exists = *self.heard.at(*cell) > 0;
                let own = || step.own(&panel, area).at(period, &no_node);
                let slot = if exists { own() } else { Slot::NEVER_REPORTED };
                if step.reads_nodes() || self.put_base(leaf, *cell, slot) {
                    self.pending.add(steps.leaf_places[leaf], *cell..*cell + 1);
                }
            }
        }
    }

    /// Lays the cells out over the periods and areas that there are now; what was read before stays read.
    fn lay_out_again(&mut self, steps: &Steps) {
        let axis = Arc::new(steps.axis(&self.panel, &self.geography));
        let heard = existence::count(steps, &self.panel, &axis);
        let old = Arc::clone(&self.axis);
        let areas: Vec<_> = axis.areas.iter().map(|area| old.area(*area)).collect();
        let periods: Vec<_> = axis.periods.iter().map(|period| old.period(*period)).collect();
        let mut base = Vec::with_capacity(steps.leaf_count());
        for (leaf, known) in steps.leaves.iter().zip(&self.base) {
            let mut column = Draft::new(axis.len(), Slot::never_reported());
            for (place, area) in axis.areas.iter().enumerate() {
                if !leaf.reads_nodes() && !leaf.asks_existence() && !leaf.reading.knows(&self.panel, *area) {
                    continue;
                }
                let known_at = |period: usize| Some(*known.at(old.cell(periods[period]?, areas[place]?)));
                let is_whole = (0..periods.len()).all(|period| known_at(period).is_some());
                if (!is_whole || leaf.asks_existence()) && !leaf.reads_nodes() {
                    let cell = |period| axis.cell(period, place);
                    own_cells(leaf, &self.panel, (&axis, &heard, place), |period, slot| {
                        column.put(cell(period), slot);
                    });
                    continue;
                }
                for period in 0..periods.len() {
                    if let Some(slot) = known_at(period) {
                        column.put(axis.cell(period, place), slot);
                    }
                }
            }
            base.push(column.finish());
        }
        *self = Self::blank(&self.plan, (&self.panel, &self.geography), (axis, heard), base);
    }
}

impl Steps {
    /// The leaves that a key bears on.
    fn touches<'a>(
        &'a self,
        key: &'a ObservationKey,
        before: &Panel,
        after: &'a Panel,
    ) -> impl Iterator<Item = Touch<'a>> {
        let is_scored = key.period.frequency() == self.framework.draft().frequency;
        let area = key.area.country().filter(|_| is_scored);
        let is_unit = matches!(key.area, AreaCode::Local(..));
        let readers = area.map_or(&[][..], |_| self.readers(&key.indicator)).iter();
        let counts = move |reader: &&Reader| !is_unit || reader.add_units;
        let is_read = readers.len() > 0;
        let series = area.filter(|_| is_read).and_then(|area| after.series(&key.indicator, area));
        let old = area.filter(|_| is_read).and_then(|area| before.series(&key.indicator, area));
        let has_word = |series: &Series| series.has_period(key.period, is_unit);
        let had_and_has = [old.is_some_and(has_word), series.is_some_and(has_word)];
        let touch =
            move |reader: &Reader| Some(Touch { key, area: area?, reader: *reader, series, had_and_has });
        readers.filter(counts).filter_map(touch)
    }
}

impl Touch<'_> {
    /// Whether a word stands where none stood, or the other way round.
    fn comes_or_goes(&self) -> bool {
        self.had_and_has[0] != self.had_and_has[1]
    }

    /// Whether it brings or takes no period: the indicator has a word of the period now if and only if it had one before, and no value
    /// between two periods is filled in or stands in no more.
    fn keeps_periods(&self, steps: &Steps, before: &Panel, after: &Panel) -> bool {
        let Some(bearing) = steps.bearing(self.key) else { return true };
        let has = |panel: &Panel| panel.has_period(&self.key.indicator, self.key.period, bearing.add_units);
        let moves_ends = steps.leaves[self.reader.leaf].is_over_time() && self.comes_or_goes();
        !moves_ends && has(before) == has(after)
    }
}
