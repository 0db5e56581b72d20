//! Ranks and descriptive statistics.

use tenseven_engine::{describe::describe, ranks};
use tenseven_model::Gap;

use super::{
    Case,
    data::{Frame, Meta, Table},
    sheet::{Sheet, cell},
};

pub(super) fn ranks(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let aggregates = Frame::read(case.settings["input"].as_str().expect("an input is named"));
    let name = if case.name.starts_with("dropA") { "dropA" } else { "asem" };
    let indicators = Frame::read(&format!("normalise/{name}_n_minmax_1_100.csv"));
    let mut scores = indicators.table(meta.codes());
    let names = aggregates.header.iter().filter(|name| *name != "uCode").map(String::as_str);
    scores.columns.extend(aggregates.table(names).columns);
    let mut expected = Frame { header: case.expected().header.clone(), rows: case.expected().rows.clone() };
    let groups = case.name.ends_with("_group").then(|| {
        let place = expected.place("EurAsia_group");
        let groups = expected.groups("EurAsia_group");
        expected.header.remove(place);
        for row in &mut expected.rows {
            row.remove(place);
        }
        groups
    });
    sheet.table(&expected, &ranked(&scores.apart(), groups.as_deref()));
}

/// The ranks of each column, as numbers.
pub(super) fn ranked(scores: &Table, groups: Option<&[Option<usize>]>) -> Table {
    scores.map(|_, column| {
        let ranks = match groups {
            None => ranks::competition(column),
            Some(groups) => ranks::within(column, groups),
        };
        ranks.into_iter().map(|rank| rank.map(f64::from).ok_or(Gap::NeverReported)).collect()
    })
}

pub(super) fn stats(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let observations = Frame::observations(if case.name.ends_with("dropA") { "dropA" } else { "asem" });
    let raw = observations.table(meta.codes());
    let apart = raw.apart();
    let expected = case.expected();
    let threshold = |name: &str| case.settings["thresholds"][name].as_f64().expect("a threshold is a number");
    for (row, code) in expected.text("iCode").into_iter().enumerate() {
        let (made, unique) = (describe(raw.get(code)), describe(apart.get(code)));
        let count = |count: usize| count as f64;
        let share = |part: usize, whole: usize| part as f64 / whole as f64;
        for (name, found) in [
            ("Min", made.min),
            ("Max", made.max),
            ("Mean", made.mean),
            ("Median", made.median),
            ("Std", made.deviation),
            ("Skew", made.skewness),
            ("Kurt", made.kurtosis),
            ("N.Avail", Some(count(made.with_data))),
            ("N.NonZero", Some(count(made.not_zero))),
            ("N.Unique", Some(count(unique.distinct))),
            ("N.Same", Some(count(unique.most_frequent))),
            ("Frc.Avail", Some(share(made.with_data, made.places))),
            ("Frc.NonZero", Some(share(made.not_zero, made.with_data))),
            ("Frc.Unique", Some(share(unique.distinct, made.with_data))),
            ("Frc.Same", Some(share(unique.most_frequent, made.with_data))),
        ] {
            sheet.number(&format!("{code}, {name}"), cell(expected, row, name), found);
        }
        let low = |part: usize, threshold: f64| {
            if share(part, made.places) >= threshold { "ok" } else { "LOW" }
        };
        let is_out = made.skewness.is_some_and(|skewness| skewness.abs() > threshold("t_skew"))
            && made.kurtosis.is_some_and(|kurtosis| kurtosis > threshold("t_kurt"));
        for (name, found) in [
            ("Flag.Avail", low(made.with_data, threshold("t_avail"))),
            ("Flag.NonZero", low(made.not_zero, threshold("t_zero"))),
            ("Flag.Unique", low(unique.distinct, threshold("t_unq"))),
            ("Flag.SkewKurt", if is_out { "OUT" } else { "ok" }),
        ] {
            sheet.text(&format!("{code}, {name}"), expected.text(name)[row], found);
        }
    }
}
