//! Stage 7.

use std::collections::HashMap;

use tenseven_engine::{
    Column,
    aggregate::{Input, Pairs, aggregate},
};
use tenseven_model::{
    Gap,
    framework::{Aggregate, MinCoverage},
};

use super::{
    Case,
    data::{Frame, Meta, Table, weights},
    sheet::Sheet,
};

const POWER_DEFECT: &str = "defect of COINr: its power mean is missing where any child is";
const COPELAND_DEFECT: &str =
    "defect of COINr: with missing cells its Copeland depends on the order of the rows";

/// How each level is made of the one below.
pub(super) struct Levels {
    pub(super) methods: [Aggregate; 3],
    pub(super) at_least: [MinCoverage; 3],
    pub(super) weights: HashMap<String, f64>,
}

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    if case.name.ends_with("_copeland_row_order") {
        sheet.file_left = Some(COPELAND_DEFECT);
        return;
    }
    if case.name.ends_with("_copeland_direct_call") {
        sheet.file_left =
            Some("defect of COINr: its own call of Copeland stops; the wrapped call is compared");
        return;
    }
    let input = Frame::read(case.input()).table(meta.codes());
    if case.name.ends_with("_gmean_on_0_100") {
        return above_zero(meta, &input, sheet);
    }
    if case.name.ends_with("_outrank_Physical") {
        return shares(case, meta, &input, sheet);
    }
    let levels = levels(case);
    let expected = case.expected();
    if levels.methods.iter().any(|method| matches!(method, Aggregate::Copeland | Aggregate::Power(_))) {
        return level_by_level(expected, meta, &input, &levels, sheet);
    }
    let mut made = aggregated(meta, &input, &levels);
    made.columns.retain(|(name, _)| expected.header.contains(name));
    sheet.table(expected, &made);
}

fn levels(case: &Case) -> Levels {
    let stated = &case.settings["f_ag"];
    let method = |level: usize| {
        let name = stated.get(level).unwrap_or(stated).as_str().expect("a method is named");
        match name.split_whitespace().next().expect("a method is named") {
            "a_amean" => Aggregate::Arithmetic,
            "a_gmean" => Aggregate::Geometric,
            "a_hmean" => Aggregate::Harmonic,
            "a_genmean" => Aggregate::Power(case.settings["p"].as_f64().expect("p is a number")),
            "a_copeland" => Aggregate::Copeland,
            other => panic!("{}: no rule for {other}", case.name),
        }
    };
    let threshold = |level: usize| {
        let stated = &case.settings["dat_thresh"];
        // Written with 15 digits, two thirds lie above two of three.
        let share = stated.get(level).unwrap_or(stated).as_f64();
        let share = share.map(|share| if (share - 2.0 / 3.0).abs() < 1e-12 { 2.0 / 3.0 } else { share });
        share.map_or(MinCoverage::One, MinCoverage::Share)
    };
    Levels {
        methods: [0, 1, 2].map(method),
        at_least: [0, 1, 2].map(threshold),
        weights: weights(case.settings["weights"].as_str().expect("the weights are named")),
    }
}

/// The indicators with all aggregates above them.
pub(super) fn aggregated(meta: &Meta, input: &Table, levels: &Levels) -> Table {
    let mut table = input.clone();
    for (level, aggregates) in meta.levels.iter().enumerate() {
        for entry in aggregates {
            let children = meta.below(&entry.code);
            let column = parent(&children, &table, levels, level);
            table.columns.push((entry.code.clone(), column));
        }
    }
    table
}

fn parent(children: &[&str], table: &Table, levels: &Levels, level: usize) -> Column {
    let inputs: Vec<_> = children
        .iter()
        .map(|code| Input { column: table.get(code), weight: levels.weights[*code] })
        .collect();
    aggregate(&inputs, table.keys.len(), levels.methods[level], levels.at_least[level])
}

/// Each aggregate from the reference's own columns below it, so that a defect stays where it is.
fn level_by_level(expected: &Frame, meta: &Meta, input: &Table, levels: &Levels, sheet: &mut Sheet) {
    let mut table = input.clone();
    let names = expected.header.iter().filter(|name| *name != "uCode").map(String::as_str);
    table.columns.extend(expected.table(names).columns);
    for (level, aggregates) in meta.levels.iter().enumerate() {
        for entry in aggregates {
            let children = meta.below(&entry.code);
            let made = parent(&children, &table, levels, level);
            let is_whole = |place: &usize| children.iter().all(|code| table.get(code).get(*place).is_ok());
            let whole: Vec<_> = (0..table.keys.len()).filter(is_whole).collect();
            let defect = match levels.methods[level] {
                Aggregate::Copeland => Some(COPELAND_DEFECT),
                Aggregate::Power(_) => Some(POWER_DEFECT),
                _ => None,
            };
            match defect.filter(|_| whole.len() < table.keys.len()) {
                Some(COPELAND_DEFECT) => sheet.leave(&entry.code, COPELAND_DEFECT),
                Some(reason) => {
                    sheet.leave(&format!("{} (areas with a missing child)", entry.code), reason);
                    let keys: Vec<_> = whole.iter().map(|place| table.keys[*place].clone()).collect();
                    let reference = expected.column(&entry.code).gather(&whole);
                    sheet.column(&entry.code, &keys, &reference, &made.gather(&whole));
                }
                None => sheet.column(&entry.code, &table.keys, &expected.column(&entry.code), &made),
            }
        }
    }
}

/// Where COINr stops, the areas that a geometric mean is not defined for have the reason, and no others.
fn above_zero(meta: &Meta, input: &Table, sheet: &mut Sheet) {
    for entry in &meta.levels[0] {
        let children = meta.below(&entry.code);
        let inputs: Vec<_> =
            children.iter().map(|code| Input { column: input.get(code), weight: 1.0 }).collect();
        let made = aggregate(&inputs, input.keys.len(), Aggregate::Geometric, MinCoverage::One);
        for place in 0..input.keys.len() {
            let has_zero = children.iter().any(|code| input.get(code).get(place) == Ok(0.0));
            let found = made.get(place) == Err(Gap::NotPositive);
            let key = format!("{} of {}", entry.code, input.keys[place]);
            sheet.text(&key, &has_zero.to_string(), &found.to_string());
        }
    }
}

/// The shares by which one area outranks another, where neither has a missing cell.
fn shares(case: &Case, meta: &Meta, input: &Table, sheet: &mut Sheet) {
    let children = meta.below("Physical");
    let inputs: Vec<_> = children.iter().map(|code| Input { column: input.get(code), weight: 1.0 }).collect();
    let pairs = Pairs::of(&inputs);
    let is_whole = |place: usize| children.iter().all(|code| input.get(code).get(place).is_ok());
    let expected = case.expected();
    if !(0..input.keys.len()).all(is_whole) {
        sheet.leave("pairs with a missing cell", COPELAND_DEFECT);
    }
    for one in (0..input.keys.len()).filter(|place| is_whole(*place)) {
        for other in (0..input.keys.len()).filter(|place| is_whole(*place) && *place != one) {
            let column = expected.column(&input.keys[other]);
            let key = format!("{} over {}", input.keys[one], input.keys[other]);
            sheet.number(&key, column.get(one).ok(), pairs.outranking(one, other));
        }
    }
}
