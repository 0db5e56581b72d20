//! Stage 6.

use tenseven_engine::{Column, normalise::*};
use tenseven_model::{
    equality::Order,
    framework::{Direction, Standing, Ties},
};

use super::{
    Case,
    data::{Frame, Meta},
    sheet::Sheet,
};

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    if case.name == "parameters" {
        sheet.file_left = Some("the settings of other files, no result");
        return;
    }
    let observations = Frame::observations(case.input());
    let specs = &case.settings["global_specs"];
    let method = specs["f_n"].as_str().or(case.settings["f_n"].as_str()).expect("a method is named");
    if method == "n_fracmax" {
        for entry in meta.indicators.iter().filter(|entry| entry.direction == Direction::LowerIsBetter) {
            sheet.leave(&entry.code, "defect of COINr: fracmax is not turned round where less is better");
        }
    }
    let rule = Rule {
        case,
        meta,
        observations: &observations,
        parameters: &Frame::read("normalise/parameters.csv"),
    };
    let table = observations.table(meta.codes());
    let table = if matches!(method, "n_rank" | "n_borda" | "n_prank") { table.apart() } else { table };
    let made = table.change(|code, column| rule.apply(method, code, column));
    sheet.table(case.expected(), &made);
}

struct Rule<'a> {
    case: &'a Case,
    meta: &'a Meta,
    observations: &'a Frame,
    parameters: &'a Frame,
}

impl Rule<'_> {
    /// A number of the settings.
    fn setting(&self, name: &str, place: usize) -> f64 {
        let values = &self.case.settings["global_specs"]["f_n_para"][name];
        values.get(place).unwrap_or(values).as_f64().unwrap_or_else(|| panic!("{name} {place} is no number"))
    }

    /// A number of the table of parameters.
    fn parameter(&self, code: &str, name: &str) -> f64 {
        let row =
            self.parameters.text("iCode").iter().position(|known| *known == code).expect("it has parameters");
        self.parameters.text(name)[row].parse().expect("it is a number")
    }

    fn apply(&self, method: &str, code: &str, column: &mut Column) {
        let direction = self.meta.direction(code);
        let cap = self.case.settings["cap_max_or_trunc"].as_bool();
        let ends = ends(column, direction);
        let stated = self.case.settings["global_specs"].is_null();
        match method {
            "n_minmax" => {
                let (lower, upper) = (self.setting("l_u", 0), self.setting("l_u", 1));
                minmax(column, &MinMax { lower, upper, direction }, ends);
            }
            "n_zscore" => {
                let moments = Moments::of(&numbers(column, direction));
                let (mean, deviation) = (self.setting("m_sd", 0), self.setting("m_sd", 1));
                zscore(column, &ZScore { mean, deviation, direction }, moments);
            }
            "n_scaled" => {
                let [zero, one, factor] = if stated {
                    // Stated in the indicator's own unit; the stage takes them after the direction is applied.
                    let [lower, upper, factor] = ["scaled_lower", "scaled_upper", "scale_factor"]
                        .map(|name| self.parameter(code, name));
                    match direction {
                        Direction::HigherIsBetter => [lower, upper, factor],
                        Direction::LowerIsBetter => [-upper, -lower, factor],
                    }
                } else {
                    [self.setting("npara", 0), self.setting("npara", 1), self.setting("scale_factor", 0)]
                };
                scaled(column, &Scaled { zero, one, factor, direction });
            }
            "n_goalposts" => {
                let [lower, upper, scale] = ["goalpost_lower", "goalpost_upper", "goalpost_scale"]
                    .map(|name| self.parameter(code, name));
                let clip = cap.expect("it states whether to clip");
                goalposts(column, &Goalposts { lower, upper, scale, clip, direction });
            }
            "n_dist2max" => dist2max(column, direction, ends),
            "n_dist2ref" => {
                let area = self.case.settings["reference_unit"].as_str().expect("an area is named");
                let place = self.observations.keys().iter().position(|key| key.ends_with(area));
                let reference = column.get(place.expect("the area is there"));
                let cap = self.case.settings["global_specs"]["f_n_para"]["cap_max"].as_bool();
                let rule = ToReference { cap: cap.expect("it states whether to cap"), direction };
                dist2ref(column, &rule, ends, reference);
            }
            "n_dist2targ" => {
                let target = self.meta.indicator(code).target.expect("there is a target");
                let rule = ToTarget { target, cap: cap.expect("it states whether to cap"), direction };
                dist2target(column, &rule, ends);
            }
            "n_fracmax" => fracmax(column, direction, ends),
            "n_rank" | "n_borda" | "n_prank" => {
                let average = self.case.settings["global_specs"]["f_n_para"]["ties.method"] == "average";
                let ties = if average { Ties::Average } else { Ties::Min };
                ranked(column, method, direction, ties);
            }
            other => panic!("{}: no rule for {other}", self.case.name),
        }
    }
}

/// The extremes of a column, after the direction is applied.
pub(super) fn ends(column: &Column, direction: Direction) -> Option<Extremes> {
    extremes(column, &vec![true; column.len()], direction)
}

/// The numbers of a column, after the direction is applied.
pub(super) fn numbers(column: &Column, direction: Direction) -> Vec<f64> {
    compared_numbers([column], &vec![true; column.len()], direction)
}

pub(super) fn ranked(column: &mut Column, method: &str, direction: Direction, ties: Ties) {
    let standing = match method {
        "n_rank" => Standing::Rank,
        "n_borda" => Standing::Borda,
        "n_prank" => Standing::Percentile,
        other => panic!("{other} is no rank"),
    };
    let order = Order::of(numbers(column, direction));
    rank(column, direction, standing, ties, &order);
}
