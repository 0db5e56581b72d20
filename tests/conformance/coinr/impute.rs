//! Stage 3.

use tenseven_engine::{
    Column,
    aggregate::{Input, aggregate},
    impute::{average, group_average, hold, latest, linear},
    normalise::{MinMax, minmax},
};
use tenseven_model::framework::{Aggregate, Average, Direction, MinCoverage};

use super::{
    Case,
    data::{Frame, Meta, Table},
    normalise::ends,
    sheet::Sheet,
};

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let observations = Frame::observations(case.input());
    let raw = observations.table(meta.codes());
    let made = match case.settings["imp_type"].as_str() {
        Some("latest") => {
            let within = case.settings["max_time"]
                .as_u64()
                .map_or(usize::MAX, |most| usize::try_from(most).expect("a small number"));
            by_area(&raw, |series, _| latest(series, within))
        }
        Some("constant") => by_area(&raw, |series, _| hold(series)),
        Some("linear" | "linear-constant") => by_area(&raw, linear),
        Some(other) => panic!("no rule for {other}"),
        None => by_others(case, meta, &observations, &raw),
    };
    sheet.table(case.expected(), &made);
}

fn by_others(case: &Case, meta: &Meta, observations: &Frame, raw: &Table) -> Table {
    let method = case.settings["f_i"].as_str().expect("a method is named");
    let by = if method.starts_with("i_mean") { Average::Mean } else { Average::Median };
    if case.settings["impute_by"] == "row" {
        return by_row(meta, raw, by);
    }
    match (method, case.settings["use_group"].as_str()) {
        ("i_mean" | "i_median", None) => raw.change(|_, column| average(column, by)),
        ("i_mean_grp" | "i_median_grp", Some(group)) => {
            let groups = observations.groups(group);
            raw.change(|_, column| group_average(column, &groups, by))
        }
        other => panic!("no rule for {other:?}"),
    }
}

/// Each area's series of each indicator, changed by `rule`.
pub(super) fn by_area(raw: &Table, rule: impl Fn(&mut Column, &[f64])) -> Table {
    let key = |place: usize| raw.keys[place].split_once(' ').expect("each row has a period and an area");
    let mut areas: Vec<_> = (0..raw.keys.len()).map(|place| key(place).1).collect();
    areas.sort_unstable();
    areas.dedup();
    raw.change(|_, column| {
        for area in &areas {
            let places: Vec<_> = (0..raw.keys.len()).filter(|place| key(*place).1 == *area).collect();
            let times: Vec<f64> =
                places.iter().map(|place| key(*place).0.parse().expect("a year is a number")).collect();
            let mut series = column.gather(&places);
            rule(&mut series, &times);
            column.scatter(&places, &series);
        }
    })
}

/// On the scale from 0 to 1 the average of the area's other indicators of the same pillar is imputed.
fn by_row(meta: &Meta, raw: &Table, by: Average) -> Table {
    let scaled = raw.change(|code, column| {
        let direction = meta.direction(code);
        let ends = ends(column, direction);
        minmax(column, &MinMax { lower: 0.0, upper: 1.0, direction }, ends);
    });
    let method = if by == Average::Mean { Aggregate::Arithmetic } else { Aggregate::Median };
    raw.change(|code, column| {
        let siblings = meta.below(&meta.indicator(code).parent);
        let inputs: Vec<_> =
            siblings.iter().map(|code| Input { column: scaled.get(code), weight: 1.0 }).collect();
        let averages = aggregate(&inputs, column.len(), method, MinCoverage::One);
        let direction = meta.direction(code);
        let ends = ends(column, direction).expect("there are numbers");
        for place in 0..column.len() {
            if let (Err(_), Ok(share)) = (column.get(place), averages.get(place)) {
                let value = share * (ends.max - ends.min) + ends.min;
                column.set(place, Ok(if direction == Direction::LowerIsBetter { -value } else { value }));
            }
        }
    })
}
