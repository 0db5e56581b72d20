//! Stage 4.

use tenseven_engine::treat::{Report, Shape, treat};
use tenseven_model::framework::{Fallback, Limits, Treatment};

use super::{
    Case,
    data::{Frame, Meta, Table},
    sheet::{Sheet, cell},
};

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let observations = Frame::observations(case.input());
    let raw = observations.table(meta.codes());
    let treatment = treatment(case);
    if case.name.ends_with("_details") {
        details(case.expected(), &raw, &treatment, sheet);
    } else if case.name.ends_with("_points") {
        points(case.expected(), &raw, &treatment, sheet);
    } else {
        sheet.table(case.expected(), &raw.change(|_, column| drop(treat(column, &treatment))));
    }
}

fn treatment(case: &Case) -> Treatment {
    let (defaults, specs) = (&case.settings["defaults"], &case.settings["global_specs"]);
    let setting = |group: &str, name: &str| {
        let stated = &specs[group][name];
        let value = if stated.is_null() { &defaults[name] } else { stated };
        value.as_f64().unwrap_or_else(|| panic!("{name} is no number"))
    };
    assert_eq!(setting("f1_para", "skew_thresh").to_bits(), setting("f_pass_para", "skew_thresh").to_bits());
    let fallback = match specs["f2"].as_str().or(defaults["f2"].as_str()) {
        Some("log_CT") => Fallback::Log,
        Some("log_CT_plus") => Fallback::LogEither,
        other => panic!("no rule for {other:?}"),
    };
    Treatment {
        limits: Limits {
            skewness: setting("f1_para", "skew_thresh"),
            kurtosis: setting("f1_para", "kurt_thresh"),
        },
        points: format!("{}", setting("f1_para", "winmax")).parse().expect("a whole number"),
        fallback,
    }
}

/// The table of what was looked at and done, one row an indicator.
pub(super) fn details(expected: &Frame, raw: &Table, treatment: &Treatment, sheet: &mut Sheet) {
    for (row, code) in expected.text("iCode").into_iter().enumerate() {
        let report = treat(&mut raw.get(code).clone(), treatment);
        let drawn = report.winsorised.as_ref().map(|(drawn, _)| drawn.points() as f64);
        sheet.number(&format!("{code}, points"), cell(expected, row, "winsorise.nwin"), drawn);
        let after = report.winsorised.as_ref().and_then(|(_, shape)| *shape);
        for (place, shape) in [report.before, after, report.transformed.flatten()].into_iter().enumerate() {
            let name = |figure: &str| format!("check_SkewKurt{place}.{figure}");
            if !expected.header.contains(&name("Pass")) {
                assert!(shape.is_none(), "{code} was looked at more often than in the reference");
                continue;
            }
            let figure = |of: fn(Shape) -> f64| shape.map(of);
            let at = |figure: &str| cell(expected, row, &name(figure));
            sheet.number(&format!("{code}, skewness {place}"), at("Skew"), figure(|shape| shape.skewness));
            sheet.number(&format!("{code}, kurtosis {place}"), at("Kurt"), figure(|shape| shape.kurtosis));
            let pass = match shape.map(|shape| shape.passes(&treatment.limits)) {
                Some(true) => "TRUE",
                Some(false) => "FALSE",
                None => "NA",
            };
            sheet.text(&format!("{code}, pass {place}"), expected.text(&name("Pass"))[row], pass);
        }
    }
}

/// The table of what was done to each point, in words.
fn points(expected: &Frame, raw: &Table, treatment: &Treatment, sheet: &mut Sheet) {
    for (code, column) in &raw.columns {
        let report = treat(&mut column.clone(), treatment);
        for (place, entry) in expected.text(code).into_iter().enumerate() {
            sheet.text(&format!("{code} of {}", raw.keys[place]), entry, &words(&report, place));
        }
    }
}

fn words(report: &Report, place: usize) -> String {
    let drawn = match &report.winsorised {
        Some((drawn, _)) if drawn.low.contains(&place) => "winlo",
        Some((drawn, _)) if drawn.high.contains(&place) => "winhi",
        _ => "",
    };
    match (report.transformed, report.mirrored) {
        (None, _) => drawn.to_owned(),
        (Some(_), false) => format!("{drawn}+log_CT"),
        (Some(_), true) => format!("{drawn}+log_CT_neg"),
    }
}
