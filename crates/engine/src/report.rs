//! The target report: the figures that the target itself asks for, over a group of areas.
//!
//! *Invariant:* figures are made from what was reported, never from constants that a framework fills in; an area
//! counts as having data only if its latest word is a value. A figure over no data is absent, not 0.

use std::collections::BTreeSet;

use tenseven_model::{
    Alpha3, BandId, ClauseId, IndicatorId, LevelCode, NodeId, Number, Period, Ratio, Value,
    equality::compare,
    framework::{Averaged, Clause, Condition, Figure},
    indicator::{Indicator, Rubric},
};

use crate::{Board, leaf::no_node, number, reading::Reading, resolve};

/// One figure of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct ClauseResult {
    /// Which clause of the framework.
    pub clause: ClauseId,
    /// The figure; none where no area has data, or where it left the range of finite numbers. A band share is in
    /// percent.
    pub value: Option<f64>,
    /// How many areas have data.
    pub with_data: u32,
    /// How many areas were asked for.
    pub areas: u32,
    /// How many areas with data stand at each level of the rubric, or in each band, highest first; by the level's
    /// code or the band's id, and last, if there are any, those below the lowest band, by the empty text. Empty for
    /// other figures.
    pub tally: Vec<(String, u32)>,
    /// Of a count or a band share: the areas that are counted, by code. Empty for other figures.
    pub counted: Vec<Alpha3>,
    /// The areas that have data, by code.
    pub with_data_areas: Vec<Alpha3>,
}

/// What an area's latest word says of an indicator.
struct Datum {
    area: Alpha3,
    number: f64,
    value: Value,
}

/// A figure without its clause and its areas.
#[derive(Default)]
struct Made {
    value: Option<f64>,
    tally: Vec<(String, u32)>,
    counted: Vec<Alpha3>,
}

impl Board {
    /// The figures of the framework's target report for a period, over these areas (each counted once), in the
    /// framework's order. An indicator is resolved as its first leaf says; one that no leaf is made from is taken
    /// from the period itself. A band share looks at the areas that something is known of.
    pub fn report(&self, period: Period, areas: &[Alpha3]) -> Vec<ClauseResult> {
        let areas: BTreeSet<_> = areas.iter().copied().collect();
        let clauses = &self.plan.framework().draft().report;
        clauses.iter().map(|clause| self.clause(clause, period, &areas)).collect()
    }

    fn clause(&self, clause: &Clause, period: Period, areas: &BTreeSet<Alpha3>) -> ClauseResult {
        let (made, with_data_areas) = match (&clause.figure, clause.figure.indicator()) {
            (Figure::BandShare { node, at_least }, _) => {
                let scores = self.scores(node, period, areas);
                (self.band_share(at_least, &scores), scores.into_iter().map(|(area, _)| area).collect())
            }
            (Figure::WeightedMean { of, weight_by }, _) => {
                let values = self.averaged(of, period, areas);
                weighted_mean(&values, &self.data(weight_by, period, areas))
            }
            (figure, Some(indicator)) => {
                let data = self.data(indicator, period, areas);
                let made = match self.plan.framework().indicator(indicator) {
                    Some(indicator) if !data.is_empty() => made(figure, indicator, &data),
                    _ => Made::default(),
                };
                (made, data.iter().map(|datum| datum.area).collect::<Vec<_>>())
            }
            (_, None) => (Made::default(), Vec::new()),
        };
        ClauseResult {
            clause: clause.id.clone(),
            value: made.value.filter(|value| value.is_finite()),
            with_data: count_of(with_data_areas.len()),
            areas: count_of(areas.len()),
            tally: made.tally,
            counted: made.counted,
            with_data_areas,
        }
    }

    /// The areas whose latest word on the indicator is a value, with the value.
    fn data(&self, id: &IndicatorId, period: Period, areas: &BTreeSet<Alpha3>) -> Vec<Datum> {
        let Some(reading) = self.plan.steps().reported.get(id) else { return Vec::new() };
        let datum = |area: &Alpha3| match reading {
            Reading::Observed(source) => {
                let word = resolve::word(self.panel.series(id, *area)?, period, &source.rule)?;
                let number = word.number.ok()?;
                Some(Datum { area: *area, number, value: word.value })
            }
            Reading::Computed(_) => {
                // A look back makes no period exist.
                self.heard_cell(period, *area)?;
                let own = reading.of(&self.panel, *area);
                let number = own.at(period, &no_node).ok()?;
                let ground = own.ground(period, &no_node);
                if ground.words.is_empty() || ground.is_filled_in {
                    return None;
                }
                Some(Datum { area: *area, number, value: Value::Number(Number::try_from(number).ok()?) })
            }
        };
        areas.iter().filter_map(datum).collect()
    }

    /// The areas that something is known of and that have a score of the node, with the score.
    fn scores(&self, node: &NodeId, period: Period, areas: &BTreeSet<Alpha3>) -> Vec<(Alpha3, f64)> {
        let Some(node) = self.plan.framework().node(node) else { return Vec::new() };
        let score = |area: &Alpha3| Some((*area, self.outcome(period, *area, node)?.ok()?));
        areas.iter().filter_map(score).collect()
    }

    /// The areas that have a value or score to be averaged, with it.
    fn averaged(&self, of: &Averaged, period: Period, areas: &BTreeSet<Alpha3>) -> Vec<(Alpha3, f64)> {
        match of {
            Averaged::Node(node) => self.scores(node, period, areas),
            Averaged::Indicator(indicator) => {
                let data = self.data(indicator, period, areas);
                data.into_iter().map(|datum| (datum.area, datum.number)).collect()
            }
        }
    }

    fn band_share(&self, at_least: &BandId, scores: &[(Alpha3, f64)]) -> Made {
        let bands = &self.plan.framework().draft().bands;
        let stands: Vec<_> =
            scores.iter().map(|(_, score)| self.plan.framework().band_place(*score)).collect();
        let in_band = |band: Option<usize>| count_of(stands.iter().filter(|found| **found == band).count());
        let mut tally: Vec<_> = bands
            .iter()
            .enumerate()
            .rev()
            .map(|(place, band)| (band.id.to_string(), in_band(Some(place))))
            .collect();
        let below = in_band(None);
        if below > 0 {
            tally.push((String::new(), below));
        }
        let lowest = bands.iter().position(|band| band.id == *at_least);
        let counted: Vec<_> = scores
            .iter()
            .zip(&stands)
            .filter(|(_, band)| lowest.is_some() && **band >= lowest)
            .map(|((area, _), _)| *area)
            .collect();
        let value = (!scores.is_empty()).then(|| 100.0 * counted.len() as f64 / scores.len() as f64);
        Made { value, tally, counted }
    }
}

/// The figure over data, of which there is some.
fn made(figure: &Figure, indicator: &Indicator, data: &[Datum]) -> Made {
    let numbers = || data.iter().map(|datum| datum.number).collect::<Vec<_>>();
    let value = match figure {
        Figure::Count { condition, .. } => return count(condition, indicator, data),
        Figure::Sum { .. } => Some(number::sum(&numbers())),
        Figure::Mean { .. } => Some(number::mean(&numbers())),
        Figure::RatioOfSums { .. } => ratio_of_sums(data),
        Figure::BandShare { .. } | Figure::WeightedMean { .. } => None,
    };
    Made { value, ..Made::default() }
}

fn count(condition: &Condition, indicator: &Indicator, data: &[Datum]) -> Made {
    let rubric = indicator.kind.rubric();
    let counted: Vec<_> =
        data.iter().filter(|datum| holds(condition, rubric, datum)).map(|datum| datum.area).collect();
    let at_level = |code: &LevelCode| {
        let stands = |datum: &&Datum| matches!(&datum.value, Value::Level(level) if level == code);
        count_of(data.iter().filter(stands).count())
    };
    let levels = rubric.map_or(&[][..], Rubric::levels);
    let tally = levels.iter().rev().map(|level| (level.code.to_string(), at_level(&level.code))).collect();
    Made { value: Some(counted.len() as f64), tally, counted }
}

fn holds(condition: &Condition, rubric: Option<&Rubric>, datum: &Datum) -> bool {
    match condition {
        Condition::LevelAtLeast(level) => {
            let place = rubric.and_then(|rubric| rubric.place(level));
            place.is_some_and(|place| compare(datum.number, place as f64).is_ge())
        }
        Condition::Flag(flag) => datum.value == Value::Flag(*flag),
        Condition::AtLeast(least) => compare(datum.number, *least).is_ge(),
        Condition::Above(bound) => compare(datum.number, *bound).is_gt(),
    }
}

/// The sum of the numerators over the sum of the denominators.
fn ratio_of_sums(data: &[Datum]) -> Option<f64> {
    let sums = |part: fn(Ratio) -> f64| {
        let ratios = data.iter().filter_map(|datum| match &datum.value {
            Value::Ratio(ratio) => Some(part(*ratio)),
            _ => None,
        });
        number::sum(&ratios.collect::<Vec<_>>())
    };
    let [part, whole] = [sums(Ratio::numerator), sums(Ratio::denominator)];
    // An infinite sum of denominators would make a finite but wrong share of 0.
    (whole.is_finite() && whole > 0.0).then(|| part / whole)
}

/// The mean over the areas that have both a value and a weight above 0, and those areas.
fn weighted_mean(values: &[(Alpha3, f64)], weights: &[Datum]) -> (Made, Vec<Alpha3>) {
    let weight_of = |area: Alpha3| weights.iter().find(|datum| datum.area == area).map(|datum| datum.number);
    let weighed = values.iter().filter_map(|(area, value)| Some((*area, weight_of(*area)?, *value)));
    let weighed: Vec<_> = weighed.filter(|(_, weight, _)| *weight > 0.0).collect();
    let terms = weighed.iter().map(|(_, weight, value)| (*weight, *value));
    let value = (!weighed.is_empty()).then(|| number::weighted_mean(terms));
    (Made { value, ..Made::default() }, weighed.iter().map(|(area, ..)| *area).collect())
}

fn count_of(areas: usize) -> u32 {
    u32::try_from(areas).unwrap_or(u32::MAX)
}
