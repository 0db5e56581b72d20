//! Whole chains of stages, for one year and for a panel.

use std::collections::HashMap;

use tenseven_engine::{
    Column,
    impute::{group_average, latest},
    normalise::{MinMax, Moments, ZScore, minmax, zscore},
    treat::treat,
};
use tenseven_model::framework::{Aggregate, Average, MinCoverage, Ties, Treatment};

use super::{
    Case,
    aggregate::{Levels, aggregated},
    data::{Frame, Meta, Table},
    figures::ranked,
    impute::by_area,
    normalise::{ends, numbers, ranked as normalised_rank},
    sheet::Sheet,
    transform::denominated,
    treat::details,
};

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let observations = Frame::observations(if case.name.starts_with("dropA") { "dropA" } else { "asem" });
    let raw = observations.table(meta.codes());
    let divided = denominated(&observations, meta, 1.0);
    let groups = observations.groups("EurAsia_group");
    let imputed = divided.change(|_, column| group_average(column, &groups, Average::Mean));
    let screened = screened(&imputed);
    let treated = screened.change(|_, column| drop(treat(column, &Treatment::default())));
    let scored = treated.change(|code, column| hundred(meta, code, column));
    let whole = aggregated(meta, &scored, &means(MinCoverage::One));
    let (_, step) = case.name.split_once('_').expect("a step is named");
    match step {
        "Raw" => sheet.table(case.expected(), &raw),
        "Denominated" => sheet.table(case.expected(), &divided),
        "Imputed" => sheet.table(case.expected(), &imputed),
        "Screened" => sheet.table(case.expected(), &screened),
        "Treated" => sheet.table(case.expected(), &treated),
        "Normalised" => sheet.table(case.expected(), &scored),
        "Aggregated" => sheet.table(case.expected(), &whole),
        "ranks" => sheet.table(case.expected(), &ranked(&whole.apart(), None)),
        "treat_details" => details(case.expected(), &screened, &Treatment::default(), sheet),
        other => panic!("no rule for {other}"),
    }
}

pub(super) fn panel(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let observations = Frame::observations("panel");
    let raw = observations.table(meta.codes());
    let parts: Vec<_> = case.name.splitn(3, '_').collect();
    let made = match parts.as_slice() {
        ["trends", ..] => {
            sheet.file_left = Some("trends over time are no stage of scoring");
            return;
        }
        ["panel", "example", step] => chain(meta, &raw, step, MinCoverage::One),
        ["panel", "full", "Denominated"] => denominated(&observations, meta, 1.0),
        ["panel", "full", step] => {
            let divided = denominated(&observations, meta, 1.0);
            let imputed = by_area(&divided, |series, _| latest(series, usize::MAX));
            if *step == "Imputed" { imputed } else { chain(meta, &imputed, step, MinCoverage::Share(0.5)) }
        }
        ["panel", over @ ("joint" | "peryear"), method] => {
            let (method, step) = method.split_once('_').expect("a step is named");
            let rule = |code: &str, column: &mut Column| scored(method, meta, code, column);
            let raw = if method == "prank" { raw.apart() } else { raw };
            let scored = if *over == "joint" { raw.change(rule) } else { raw.change_by_period(rule) };
            match step {
                "normalised" => scored,
                "aggregated" => aggregated(meta, &scored, &means(MinCoverage::One)),
                other => panic!("no rule for {other}"),
            }
        }
        other => panic!("no rule for {other:?}"),
    };
    sheet.table(case.expected(), &made);
}

/// Screened and treated by year, normalised over all years, aggregated; up to `step`.
fn chain(meta: &Meta, input: &Table, step: &str, at_least: MinCoverage) -> Table {
    let screened = screened(input);
    let treated = screened.change_by_period(|_, column| drop(treat(column, &Treatment::default())));
    let scored = treated.change(|code, column| hundred(meta, code, column));
    match step {
        "Screened" => screened,
        "Treated" => treated,
        "Normalised" => scored,
        "Aggregated" => aggregated(meta, &scored, &means(at_least)),
        other => panic!("no rule for {other}"),
    }
}

fn scored(method: &str, meta: &Meta, code: &str, column: &mut Column) {
    let direction = meta.direction(code);
    match method {
        "minmax" => hundred(meta, code, column),
        "zscore" => {
            let moments = Moments::of(&numbers(column, direction));
            zscore(column, &ZScore { mean: 0.0, deviation: 1.0, direction }, moments);
        }
        "prank" => normalised_rank(column, "n_prank", direction, Ties::Min),
        other => panic!("no rule for {other}"),
    }
}

fn hundred(meta: &Meta, code: &str, column: &mut Column) {
    let direction = meta.direction(code);
    let ends = ends(column, direction);
    minmax(column, &MinMax { lower: 0.0, upper: 100.0, direction }, ends);
}

/// The rows that have nine tenths of their cells.
fn screened(table: &Table) -> Table {
    let with_data =
        |place: usize| table.columns.iter().filter(|(_, column)| column.get(place).is_ok()).count();
    let is_kept = |place: &usize| with_data(*place) as f64 / table.columns.len() as f64 >= 0.9;
    table.rows(&(0..table.keys.len()).filter(is_kept).collect::<Vec<_>>())
}

fn means(at_least: MinCoverage) -> Levels {
    let weights: HashMap<_, _> = super::data::weights("Original");
    Levels { methods: [Aggregate::Arithmetic; 3], at_least: [at_least; 3], weights }
}
