//! Correlations, Cronbach's alpha, flags and principal components.

use tenseven_engine::{
    Column,
    coherence::{Correlation, Kind, correlation, cronbach, flags, principal_components, significance},
};

use super::{
    Case,
    data::{Frame, Meta, Table, number},
    sheet::{Sheet, cell},
};

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let (input, figure) = case.name.split_once('_').expect("an input is named");
    if figure.starts_with("opt_weights") {
        sheet.file_left =
            Some("optimised weights are no stage of scoring, and not comparable digit by digit");
        return;
    }
    let scores = scores(input, meta);
    match figure {
        "denom_corr" => correlations(case, ["Ind", "Denom", "Corr"], &denominators(&scores), sheet),
        "cronbach" => alphas(case, meta, &scores, sheet),
        "corr_flags_90" => flagged(case, meta, &scores, Kind::Alike, sheet),
        "corr_flags_low" => flagged(case, meta, &scores, Kind::Opposed, sheet),
        "pca_sdev" | "pca_weights" => components(case, meta, &scores, sheet),
        other if other.starts_with("corr_") => {
            correlations(case, ["Var1", "Var2", "Correlation"], &scores, sheet);
        }
        other => panic!("no rule for {other}"),
    }
}

/// The scores of all levels that the reference looked at; for the plain observations those themselves.
fn scores(input: &str, meta: &Meta) -> Table {
    match input {
        "asem" => Frame::observations("asem").table(meta.codes()),
        "example" => {
            let frame = Frame::read("pipeline/example_Aggregated.csv");
            let names = frame.header.iter().filter(|name| *name != "uCode").map(String::as_str);
            frame.table(names)
        }
        "dropA" => {
            let aggregates = Frame::read("aggregate/dropA_a_amean_Original.csv");
            let mut table = Frame::read("normalise/dropA_n_minmax_1_100.csv").table(meta.codes());
            let names = aggregates.header.iter().filter(|name| *name != "uCode").map(String::as_str);
            table.columns.extend(aggregates.table(names).columns);
            table
        }
        other => panic!("there is no input {other}"),
    }
}

fn denominators(scores: &Table) -> Table {
    let observations = Frame::observations("asem");
    let mut table = scores.clone();
    table.columns.extend(observations.table(["Area", "Energy", "GDP", "Population"]).columns);
    table
}

fn correlations(case: &Case, [one, other, figure]: [&str; 3], scores: &Table, sheet: &mut Sheet) {
    let kind = match case.settings["cortype"].as_str() {
        None | Some("pearson") => Correlation::Pearson,
        Some("spearman") => Correlation::Spearman,
        Some("kendall") => Correlation::Kendall,
        Some(other) => panic!("no rule for {other}"),
    };
    let apart = scores.apart();
    let scores = if kind == Correlation::Pearson { scores } else { &apart };
    let only_significant = case.name.ends_with("_p05");
    let expected = case.expected();
    for (row, (one, other)) in expected.text(one).into_iter().zip(expected.text(other)).enumerate() {
        let (first, second) = (scores.get(one), scores.get(other));
        let shared = (0..first.len()).filter(|place| first.get(*place).is_ok() && second.get(*place).is_ok());
        let found = correlation(first, second, kind);
        let is_kept = |found: &f64| {
            !only_significant
                || significance(*found, shared.clone().count()).is_some_and(|chance| chance <= 0.05)
        };
        sheet.number(&format!("{one} with {other}"), cell(expected, row, figure), found.filter(is_kept));
    }
}

fn columns<'a>(scores: &'a Table, codes: &[&str]) -> Vec<&'a Column> {
    codes.iter().map(|code| scores.get(code)).collect()
}

/// Those at the wanted level below a node.
fn below<'a>(meta: &'a Meta, node: &str, level: usize) -> Vec<&'a str> {
    let is_leaf = |code: &str| meta.indicators.iter().any(|entry| entry.code == code);
    let is_wanted = |code: &str| match level {
        0 => is_leaf(code),
        level => meta.levels[level - 1].iter().any(|entry| entry.code == code),
    };
    let descend = |code: &'a str| if is_wanted(code) { vec![code] } else { below(meta, code, level) };
    meta.below(node).into_iter().flat_map(descend).collect()
}

fn alphas(case: &Case, meta: &Meta, scores: &Table, sheet: &mut Sheet) {
    let expected = case.expected();
    for (row, (group, of)) in expected.text("group").into_iter().zip(expected.text("of")).enumerate() {
        let level = match of {
            "indicators" => 0,
            "pillars" => 1,
            "sub-indices" => 2,
            other => panic!("no rule for {other}"),
        };
        let found = cronbach(&columns(scores, &below(meta, group, level)));
        sheet.number(&format!("{group}, of {of}"), cell(expected, row, "alpha"), found);
    }
}

/// The flagged pairs of each pillar are those of the reference, and no others.
fn flagged(case: &Case, meta: &Meta, scores: &Table, kind: Kind, sheet: &mut Sheet) {
    let expected = case.expected();
    let mut left: Vec<(String, Option<f64>)> = expected
        .rows
        .iter()
        .map(|row| (format!("{}: {}", row[0], pair(&row[1], &row[2])), number(&row[3])))
        .collect();
    // The reference flags only what is high or only what is low, and not what is near −1 as alike.
    for entry in &meta.levels[0] {
        let codes = meta.below(&entry.code);
        let found = flags(&columns(scores, &codes), 0.9, -0.4);
        for flag in found.iter().filter(|flag| flag.kind == kind) {
            let key = format!("{}: {}", entry.code, pair(codes[flag.pair.0], codes[flag.pair.1]));
            let known = left.iter().position(|(known, _)| *known == key);
            let reference = known.and_then(|place| left.remove(place).1);
            sheet.number(&key, reference, Some(flag.correlation));
        }
    }
    for (key, reference) in left {
        sheet.number(&key, reference, None);
    }
    sheet.number("pairs left over", Some(0.0), Some(0.0));
}

fn pair(one: &str, other: &str) -> String {
    if one < other { format!("{one} {other}") } else { format!("{other} {one}") }
}

fn components(case: &Case, meta: &Meta, scores: &Table, sheet: &mut Sheet) {
    let expected = case.expected();
    for entry in &meta.levels[0] {
        let codes = meta.below(&entry.code);
        let made = principal_components(&columns(scores, &codes)).expect("the columns vary");
        if case.name.ends_with("_sdev") {
            let rows =
                expected.text("pillar").into_iter().enumerate().filter(|(_, pillar)| **pillar == entry.code);
            for ((row, pillar), variance) in rows.zip(&made.variances) {
                let key = format!("{pillar}, component {}", expected.text("pc")[row]);
                sheet.number(&key, cell(expected, row, "sdev"), Some(variance.sqrt()));
            }
            continue;
        }
        let place = |code: &str| expected.text("iCode").iter().position(|known| *known == code);
        let weights: Vec<_> = codes
            .iter()
            .map(|code| cell(expected, place(code).expect("each has a loading"), "Weight").expect("a number"))
            .collect();
        // The sign of a component is arbitrary.
        let same: f64 = weights.iter().zip(&made.loadings[0]).map(|(one, other)| one * other).sum();
        for ((code, weight), loading) in codes.iter().zip(weights).zip(&made.loadings[0]) {
            sheet.number(&format!("{code}, first component"), Some(weight), Some(loading * same.signum()));
        }
    }
}
