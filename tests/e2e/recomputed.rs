//! What `tenseven explain --format json` prints is enough to compute every stage again, for every method.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value as Json;
use tenseven_engine::formula::{Readings, evaluate};
use tenseven_model::{Gap, IndicatorId, NodeId, Outcome, formula::Formula};
use tenseven_tests::{Draft, Server, binary, level, number};

const AREAS: [&str; 8] = ["CAN", "ESP", "LBY", "MAR", "NZL", "SWE", "TUN", "XAA"];

/// Every normalisation; those that compare twice, the second with another pool or treatment of ties.
const NORMALISATIONS: [&str; 21] = [
    r#"{ method = "none" }"#,
    r#"{ method = "goalposts", lower = 1, upper = 40, scale = 10, reason = "for the test" }"#,
    r#"{ method = "goalposts", lower = 5, upper = 9, clip = false, reason = "for the test" }"#,
    r#"{ method = "goalposts", lower = { percentile = 2.5 }, upper = { percentile = 90 }, scale = 10, reason = "for the test" }"#,
    r#"{ method = "goalposts", lower = { percentile = 12.5 }, upper = { percentile = 50 }, clip = false, pool = "all-periods", reason = "for the test" }"#,
    r#"{ method = "goalposts", lower = 3, upper = { percentile = 75 }, reason = "for the test" }"#,
    r#"{ method = "tiers", tiers = [{ at_least = 9, score = 100 }, { at_least = 4, score = 50 }], below = 3 }"#,
    r#"{ method = "scaled", zero = 1, one = 7, factor = 10 }"#,
    r#"{ method = "minmax", lower = 1, upper = 100 }"#,
    r#"{ method = "minmax", pool = "all-periods" }"#,
    r#"{ method = "zscore", mean = 100, deviation = 15 }"#,
    r#"{ method = "zscore", pool = "all-periods" }"#,
    r#"{ method = "dist2max" }"#,
    r#"{ method = "dist2ref", area = "LBY" }"#,
    r#"{ method = "dist2target", target = 12, cap = true }"#,
    r#"{ method = "fracmax" }"#,
    r#"{ method = "rank" }"#,
    r#"{ method = "rank", ties = "average", pool = "all-periods" }"#,
    r#"{ method = "borda", ties = "average" }"#,
    r#"{ method = "prank" }"#,
    r#"{ method = "prank", pool = "all-periods" }"#,
];

/// What comes before the normalisation, by turns.
const STAGES: [&str; 13] = [
    "",
    "transform = \"log1p\"",
    "transform = { boxcox = 0.5 }",
    "denominate = { indicator = \"people\", per = 1000, max_age = 2 }",
    "impute = { constant = 6 }",
    "impute = { method = \"mean\" }",
    "impute = { method = \"group-median\", groups = [\"m49:015\", \"m49:021\"] }",
    "impute = { method = \"latest\", within = 4 }",
    "impute = { method = \"hold\" }",
    "denominate = { indicator = \"people\", per = 10, max_age = 9 }\nimpute = { method = \"linear\" }",
    "treat = { otherwise = \"none\" }\ntransform = \"sqrt\"",
    "max_age = 3",
    "unknown_for = [\"MAR\", \"m49:021\"]\nimpute = { method = \"median\" }",
];

const AGGREGATES: [&str; 13] = [
    r#"{ method = "arithmetic", min_coverage = { share = 0.5 } }"#,
    r#"{ method = "arithmetic", over = "leaves" }"#,
    r#"{ method = "geometric" }"#,
    r#"{ method = "harmonic" }"#,
    r#"{ method = "power", exponent = 2 }"#,
    r#"{ method = "power", exponent = 0 }"#,
    r#"{ method = "median" }"#,
    r#"{ method = "min" }"#,
    r#"{ method = "max" }"#,
    r#"{ method = "sum" }"#,
    r#"{ method = "linear", constant = 10 }"#,
    r#"{ method = "copeland" }"#,
    r#"{ method = "arithmetic", min_coverage = { count = 3 }, impute = { method = "group-mean", groups = ["m49:015"] } }"#,
];

fn indicator(id: &str, parent: &str, rest: &str) -> String {
    format!(
        "\n[[indicators]]\nid = \"{id}\"\nname = \"{id}\"\nkind = \"number\"\nparent = \"{parent}\"\n{rest}\n"
    )
}

/// A framework with every normalisation in both directions after every other stage, and every aggregation.
fn framework() -> (String, Vec<String>) {
    let mut text = "id = \"all\"\nversion = \"1.0.0\"\ntitle = \"All methods\"\nreference = \"all\"\n\n\
         [[nodes]]\nid = \"overall\"\nname = \"Overall\"\n\n\
         [[nodes]]\nid = \"norms\"\nname = \"Norms\"\nparent = \"overall\"\nprecision = 2\n"
        .to_owned();
    let mut ids = Vec::new();
    let mut indicators = String::new();
    for (place, aggregate) in AGGREGATES.iter().enumerate() {
        let node = format!("\n[[nodes]]\nid = \"b{place}\"\nname = \"b{place}\"\nparent = \"overall\"\n");
        text.push_str(&node);
        text.push_str("aggregate = ");
        text.push_str(aggregate);
        text.push('\n');
        for (child, weight) in [(0, 1.0), (1, 2.5), (2, 0.3)] {
            let id = format!("b{place}-{child}");
            let goalposts =
                r#"normalise = { method = "goalposts", lower = 0, upper = 50, reason = "for the test" }"#;
            indicators += &indicator(&id, &format!("b{place}"), &format!("weight = {weight}\n{goalposts}"));
            ids.push(id);
        }
    }
    for (place, normalise) in NORMALISATIONS.iter().enumerate() {
        for (turn, direction) in ["higher-is-better", "lower-is-better"].into_iter().enumerate() {
            for stage in [0, 5].map(|half| (place * 5 + turn * 3 + half) % STAGES.len()) {
                let stages = STAGES[stage];
                let id = format!("n{place}-{turn}-{stage}");
                let rest =
                    format!("direction = \"{direction}\"\n{stages}\nnormalise = {normalise}\nprecision = 3");
                indicators += &indicator(&id, "norms", &rest);
                ids.push(id);
            }
        }
    }
    for (place, otherwise) in ["\"log\"", "\"log-either\"", "\"boxcox\", exponent = 0.5"].iter().enumerate() {
        let rest = format!(
            "treat = {{ skewness = 0.1, kurtosis = -9, points = 1, otherwise = {otherwise} }}\nnormalise = {{ method = \"minmax\" }}"
        );
        indicators += &indicator(&format!("t{place}"), "norms", &rest);
        ids.push(format!("t{place}"));
    }
    indicators += "\n[[rubrics]]\nid = \"two\"\nlevels = [{ code = \"no\", label = \"No\", score = 10 }, { code = \"yes\", label = \"Yes\", score = 90 }]\n\
        \n[[indicators]]\nid = \"levels\"\nname = \"Levels\"\nkind = \"rubric\"\nrubric = \"two\"\nparent = \"norms\"\nnormalise = { method = \"levels\" }\n\
        \n[[indicators]]\nid = \"formula\"\nname = \"Formula\"\nformula = \"if([b1-0] >= 2, [b1-0] / 4 + node[b0], 1)\"\nparent = \"norms\"\nnormalise = { method = \"none\" }\n\
        \n[[indicators]]\nid = \"gathered\"\nname = \"Gathered\"\nformula = \"mean([b1-0], [b12-2], coalesce([b12-2], node[b0], 3)) + count([b12-2], [b1-1])\"\nparent = \"norms\"\nnormalise = { method = \"minmax\" }\n\
        \n[[indicators]]\nid = \"past\"\nname = \"Past\"\nformula = \"coalesce(growth([b1-0], 2) + lag([twice], 2), moving_mean([b1-0], 2), lag([b1-0], 2) - difference([twice], 2), 1)\"\nparent = \"norms\"\nnormalise = { method = \"rank\" }\n\
        \n[[indicators]]\nid = \"twice\"\nname = \"Twice\"\nformula = \"2 * [b1-1]\"\n\
        \n[[indicators]]\nid = \"people\"\nname = \"People\"\nkind = \"number\"\n";
    (text + &indicators, ids)
}

/// Numbers that repeat here and there; MAR lacks some of 2020, and has them of 2018 and 2022.
fn observed(ids: &[String]) -> Draft {
    let mut draft = Draft::new();
    for (row, id) in ids.iter().chain([&"people".to_owned()]).enumerate() {
        for (place, area) in AREAS.iter().enumerate() {
            let stage = id.rsplit('-').next().and_then(|stage| stage.parse().ok());
            let is_filled = id.starts_with('n') && matches!(stage, Some(4..=9 | 11)) || *id == "b12-2";
            let value = |year: usize| {
                let outlier = if place == 7 && id.starts_with('t') { 4_000.0 } else { 0.0 };
                number(2.0 + ((row * 7 + place * 5 + year * 3) % 11) as f64 * 1.5 + outlier)
            };
            if *area != "MAR" || !is_filled {
                draft = draft.with(id, area, "2020", value(0));
            }
            if *area == "MAR" {
                draft = draft.with(id, area, "2018", value(1)).with(id, area, "2022", value(2));
            }
        }
    }
    draft.with("levels", "MAR", "2020", level("yes"))
}

/// What is printed of an area and the year 2020, and nothing else.
struct Printed {
    nodes: Vec<Json>,
}

impl Printed {
    fn read(server: &Server, area: &str) -> Self {
        let output = Command::new(binary::path())
            .args(["explain", "--server", server.address(), "--framework", "all", "--area", area])
            .args(["--period", "2020", "--format", "json"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut printed: Json = serde_json::from_slice(&output.stdout).unwrap();
        let nodes = printed["explanation"]["nodes"].take();
        Self { nodes: nodes.as_array().unwrap().clone() }
    }

    fn node(&self, id: &str) -> &Json {
        self.nodes.iter().find(|node| node["node"]["node"] == id).unwrap_or_else(|| panic!("no node {id}"))
    }

    /// The score before it is rounded.
    fn score(&self, id: &str) -> Option<f64> {
        let node = self.node(id);
        node["unrounded"].as_f64().or(node["node"]["score"].as_f64())
    }

    fn published(&self, id: &str) -> Option<f64> {
        self.node(id)["node"]["score"].as_f64()
    }
}

fn text(node: &Json, key: &str) -> String {
    node["settings"][key].as_str().unwrap_or_default().to_owned()
}

fn setting(node: &Json, key: &str) -> f64 {
    text(node, key).parse().unwrap_or_else(|_| panic!("no {key} in {}", node["settings"]))
}

fn stage(leaf: &Json, name: &str) -> Option<f64> {
    leaf[name]["number"].as_f64()
}

#[track_caller]
fn assert_near(found: Option<f64>, printed: Option<f64>, what: &str) {
    match (found, printed) {
        (Some(found), Some(printed)) => {
            assert!(
                (found - printed).abs() <= 1e-9 * printed.abs().max(1.0),
                "{what}: {found}, printed {printed}"
            );
        }
        (found, printed) => assert_eq!(found, printed, "{what}"),
    }
}

/// What a formula reads, as it was printed, by id and year; and the year that it is read for.
struct Reads(BTreeMap<(String, u32), f64>, u32);

impl Readings for Reads {
    fn indicator(&mut self, id: &IndicatorId) -> Outcome {
        self.0.get(&(id.to_string(), self.1)).copied().ok_or(Gap::NeverReported)
    }
    fn node(&mut self, id: &NodeId) -> Outcome {
        self.0.get(&(id.to_string(), self.1)).copied().ok_or(Gap::NoChildWithData)
    }
    fn go_back(&mut self, periods: u32) {
        self.1 -= periods;
    }
    fn come_back(&mut self, periods: u32) {
        self.1 += periods;
    }
}

fn reads<'a>(leaf: &'a Json, role: &'a str) -> impl Iterator<Item = &'a Json> {
    leaf["reads"].as_array().unwrap().iter().filter(move |read| read["role"] == role)
}

fn resolved(leaf: &Json) -> Option<f64> {
    let number = |read: &Json| read["value"]["number"].as_f64();
    let formula = leaf["formula"].as_str().unwrap();
    if formula.is_empty() {
        let read = reads(leaf, "value").next().unwrap();
        if let Some(observed) = read["observations"][0]["observation"]["value"]["number"].as_f64() {
            assert_near(Some(observed), number(read), "what is read is what was observed");
        }
        return number(read);
    }
    let formula: Formula = formula.parse().unwrap();
    let known = reads(leaf, "value").filter_map(|read| {
        let id = read["indicator"].as_str().filter(|id| !id.is_empty()).or(read["node"].as_str())?;
        let year = read["period"].as_str()?.parse().ok()?;
        Some(((id.to_owned(), year), number(read)?))
    });
    evaluate(&formula.expression, &mut Reads(known.collect(), 2020)).ok()
}

fn values(others: &Json) -> Vec<f64> {
    others.as_array().unwrap().iter().map(|other| other["values"][0]["number"].as_f64().unwrap()).collect()
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    }
}

/// The imputed value where a value is missing.
fn filled(node: &Json, leaf: &Json) -> Option<f64> {
    let per = || setting(node, "denominate.per");
    let year = |read: &Json| read["period"].as_str().unwrap().parse::<f64>().unwrap();
    let of_other = |read: &Json| {
        let value = read["value"]["number"].as_f64()?;
        let mut denominators = reads(leaf, "denominator").filter(|other| other["period"] == read["period"]);
        Some(match denominators.next() {
            Some(whole) => value * per() / whole["value"]["number"].as_f64()?,
            None => value,
        })
    };
    let points: Vec<(f64, f64)> =
        reads(leaf, "stand_in").filter_map(|read| Some((year(read), of_other(read)?))).collect();
    match (node["settings"]["impute.constant"].as_str(), text(node, "impute.method").as_str()) {
        (Some(constant), _) => constant.parse().ok(),
        (None, "mean" | "group-mean") => Some(mean(&values(&leaf["stand_ins"]))),
        (None, "median" | "group-median") => Some(median(&values(&leaf["stand_ins"]))),
        (None, "latest" | "hold") => points.first().map(|(_, value)| *value),
        (None, "linear") => match points.as_slice() {
            [(from, low), (to, high)] => Some(low + (high - low) * (2020.0 - from) / (to - from)),
            [(_, held)] => Some(*held),
            _ => None,
        },
        _ => None,
    }
}

fn treated(node: &Json, leaf: &Json, value: f64) -> f64 {
    let done = &leaf["treatment"];
    let figure = |key: &str| done[key].as_f64();
    let (min, max) = (figure("min").unwrap(), figure("max").unwrap());
    if done["rescaled"] == false {
        let value = figure("lower_limit").map_or(value, |limit| value.max(limit));
        return figure("upper_limit").map_or(value, |limit| value.min(limit));
    }
    let margin = 0.01 * (max - min);
    match text(node, "treat.otherwise").as_str() {
        "boxcox" => boxcox(value - min + 1.0, setting(node, "treat.exponent")),
        _ if done["mirrored"] == true => -(max + margin - value).ln(),
        _ => (value - min + margin).ln(),
    }
}

fn boxcox(value: f64, exponent: f64) -> f64 {
    if exponent == 0.0 { value.ln() } else { (value.powf(exponent) - 1.0) / exponent }
}

fn transformed(node: &Json, value: f64) -> f64 {
    match text(node, "transform").as_str() {
        "log" => value.ln(),
        "log1p" => value.ln_1p(),
        "sqrt" => value.sqrt(),
        "identity" => value,
        _ => boxcox(value, setting(node, "transform.boxcox")),
    }
}

/// The score of a prepared value; none where it has none.
fn normalised(node: &Json, leaf: &Json, value: f64) -> Option<f64> {
    let is_turned = leaf["lower_is_better"] == true;
    let basis = &leaf["basis"];
    let figure = |key: &str| basis[key].as_f64();
    let of = |key: &str| setting(node, &format!("normalise.{key}"));
    let post = |key: &str| transformed(node, of(key));
    let cap = |score: f64| if text(node, "normalise.cap") == "true" { score.min(1.0) } else { score };
    // The best and the worst in the indicator's own sign.
    let ends = || {
        let (min, max) = (figure("min")?, figure("max")?);
        Some(if is_turned { (max, min) } else { (min, max) })
    };
    let pool = || values(&basis["compared"]);
    if basis.is_object() {
        assert_eq!(pool().len() as u64, basis["compared_count"].as_u64().unwrap());
    }
    match text(node, "normalise.method").as_str() {
        "none" => Some(value),
        "levels" => {
            let scores = text(node, "normalise.scores");
            let mut levels = (0_u32..).zip(scores.split(", "));
            levels.find(|(level, _)| f64::from(*level) >= value)?.1.parse().ok()
        }
        "tiers" => {
            let tiers = text(node, "normalise.tiers");
            let mut tiers = tiers.split(", ").map(|tier| tier.split_once(": ").unwrap());
            let number = |text: &str| text.parse::<f64>().unwrap();
            let found = tiers.find(|(at_least, _)| value >= number(at_least) - 1e-9);
            Some(found.map_or_else(|| of("below"), |(_, score)| number(score)))
        }
        "goalposts" => {
            let stand = |key: &str| match text(node, &format!("normalise.{key}.percentile")).parse() {
                Ok(percent) => percentile(&pool(), percent),
                Err(_) => post(key),
            };
            let (lower, upper) = (stand("lower"), stand("upper"));
            if basis.is_object() {
                assert_near(Some(lower), figure("lower_post"), "the lower post");
                assert_near(Some(upper), figure("upper_post"), "the upper post");
            }
            let share = (value - lower) / (upper - lower);
            let score = if is_turned { 1.0 - share } else { share } * of("scale");
            Some(if text(node, "normalise.clip") == "true" { score.clamp(0.0, of("scale")) } else { score })
        }
        "scaled" => {
            let value = if is_turned { -value } else { value };
            Some((value - of("zero")) / (of("one") - of("zero")) * of("factor"))
        }
        "minmax" => {
            let (worst, best) = ends()?;
            assert_near(pool().into_iter().reduce(f64::min), figure("min"), "the smallest of the pool");
            Some((value - worst) / (best - worst) * (of("upper") - of("lower")) + of("lower"))
        }
        "zscore" => {
            let average = figure("mean")?;
            assert_near(Some(mean(&pool())), Some(average), "the mean of the pool");
            let score = (value - average) / figure("deviation")?;
            Some(if is_turned { -score } else { score } * of("deviation") + of("mean"))
        }
        "dist2max" => {
            let (worst, best) = ends()?;
            Some(1.0 - (best - value) / (best - worst))
        }
        "dist2ref" => {
            let reference = stage(basis, "reference")?;
            let (worst, _) = ends()?;
            Some(cap(1.0 - (reference - value) / (reference - worst)))
        }
        "dist2target" => {
            let (worst, _) = ends()?;
            Some(cap((value - worst) / (post("target") - worst)))
        }
        "fracmax" => {
            let (_, best) = ends()?;
            Some(if is_turned { best / value } else { value / best })
        }
        method => Some(ranked(node, basis, &pool(), (value, is_turned), method)),
    }
}

/// The value at which a share of the others lies below: on the line between the two of them that are nearest.
fn percentile(pool: &[f64], percent: f64) -> f64 {
    let mut sorted = pool.to_vec();
    sorted.sort_by(f64::total_cmp);
    let steps = sorted.len() as f64 - 1.0;
    let line = sorted.windows(2).enumerate().find_map(|(place, ends)| {
        let [from, to] = [place, place + 1].map(|place| place as f64 / steps * 100.0);
        (percent <= to).then(|| ends[0] + (ends[1] - ends[0]) * (percent - from) / (to - from))
    });
    line.unwrap_or(sorted[0])
}

fn ranked(node: &Json, basis: &Json, pool: &[f64], (value, is_turned): (f64, bool), method: &str) -> f64 {
    let is_worse = |other: &f64| if is_turned { *other > value + 1e-9 } else { *other < value - 1e-9 };
    let is_equal = |other: &f64| (*other - value).abs() <= 1e-9;
    let worse = pool.iter().copied().filter(is_worse).count() as f64;
    let equal = pool.iter().copied().filter(is_equal).count() as f64;
    assert_eq!((Some(worse), Some(equal)), (basis["worse_count"].as_f64(), basis["equal_count"].as_f64()));
    let shared = if text(node, "normalise.ties") == "average" { (equal - 1.0) / 2.0 } else { 0.0 };
    match method {
        "rank" => worse + shared + 1.0,
        "borda" => worse + shared,
        "prank" => ((worse + shared) / (pool.len() as f64 - 1.0)).min(1.0),
        other => panic!("{other} is not known"),
    }
}

/// Works out each stage of a leaf from the one before, and returns how many values were filled in.
fn check_leaf(printed: &Printed, node: &Json) -> usize {
    let (leaf, id) = (&node["leaf"], node["node"]["node"].as_str().unwrap());
    let value = resolved(leaf);
    assert_near(value, stage(leaf, "resolved"), &format!("{id} resolved"));
    let mut value = stage(leaf, "resolved");
    if leaf["denominated"].is_object() {
        let whole = stage(leaf, "denominator");
        let made = value.zip(whole).map(|(value, whole)| value * setting(node, "denominate.per") / whole);
        assert_near(made, stage(leaf, "denominated"), &format!("{id} denominated"));
        value = stage(leaf, "denominated");
    }
    if leaf["unknown_for"] != "" {
        value = None;
    }
    let mut filled_in = 0;
    if leaf["imputed"].is_object() {
        filled_in = usize::from(value.is_none() && stage(leaf, "imputed").is_some());
        let made = value.or_else(|| filled(node, leaf));
        assert_near(made, stage(leaf, "imputed"), &format!("{id} imputed"));
        value = stage(leaf, "imputed");
    }
    if leaf["treated"].is_object() {
        let made = value.map(|value| treated(node, leaf, value));
        assert_near(made, stage(leaf, "treated"), &format!("{id} treated"));
        value = stage(leaf, "treated");
    }
    if leaf["transformed"].is_object() {
        assert_near(
            value.map(|value| transformed(node, value)),
            stage(leaf, "transformed"),
            &format!("{id} transformed"),
        );
        value = stage(leaf, "transformed");
    }
    if let Some(score) = stage(leaf, "normalised") {
        let made = normalised(node, leaf, value.expect("a score has a value"));
        assert_near(made, Some(score), &format!("{id} normalised"));
    }
    assert_near(stage(leaf, "normalised"), printed.score(id), &format!("{id} scored"));
    filled_in
}

fn check_branch(printed: &Printed, node: &Json) {
    let (branch, id) = (&node["branch"], node["node"]["node"].as_str().unwrap());
    let parts: Vec<(f64, f64)> = branch["parts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|part| Some((part["weight"].as_f64()?, printed.score(part["node"].as_str()?)?)))
        .collect();
    let Some(score) = printed.score(id) else { return };
    let weighed =
        |of: &dyn Fn(f64) -> f64| parts.iter().map(|(weight, score)| weight * of(*score)).sum::<f64>();
    let share = |of: &dyn Fn(f64) -> f64| weighed(of) / parts.iter().map(|(weight, _)| weight).sum::<f64>();
    let scores: Vec<f64> = parts.iter().map(|(_, score)| *score).collect();
    let made = if branch["filled_in"] == true {
        assert_eq!(branch["group"], "m49:015");
        mean(&values(&branch["compared"]))
    } else {
        match branch["method"].as_str().unwrap() {
            "arithmetic" => share(&|score| score),
            "geometric" => share(&f64::ln).exp(),
            "harmonic" => share(&|score| 1.0 / score).recip(),
            "power" => match setting(node, "aggregate.exponent") {
                0.0 => share(&f64::ln).exp(),
                exponent => share(&|score| score.powf(exponent)).powf(1.0 / exponent),
            },
            "median" => median(&scores),
            "min" => scores.iter().copied().fold(f64::INFINITY, f64::min),
            "max" => scores.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            "sum" => weighed(&|score| score),
            "linear" => weighed(&|score| score) + setting(node, "aggregate.constant"),
            "copeland" => pairs(printed, branch),
            other => panic!("{other} is not known"),
        }
    };
    assert_near(Some(made), Some(score), id);
}

/// How many areas it outranks, less how many outrank it, each worked out from the scores of the parts.
fn pairs(printed: &Printed, branch: &Json) -> f64 {
    let parts = branch["parts"].as_array().unwrap();
    let others = branch["compared"].as_array().unwrap();
    assert_eq!(others.len() as u64, branch["compared_count"].as_u64().unwrap());
    let mut sum = 0.0;
    for other in others {
        let mut lead = 0.0;
        for (part, theirs) in parts.iter().zip(other["values"].as_array().unwrap()) {
            let own = printed.published(part["node"].as_str().unwrap());
            if let (Some(own), Some(theirs)) = (own, theirs["number"].as_f64()) {
                let side = if (own - theirs).abs() <= 1e-9 { 0.0 } else { (own - theirs).signum() };
                lead += part["weight"].as_f64().unwrap() * side;
            }
        }
        let win = if lead.abs() < 1e-12 { 0.0 } else { lead.signum() };
        assert_eq!(Some(win), other["outranks"].as_f64(), "{other}");
        sum += win;
    }
    sum
}

fn check_rounding(node: &Json) {
    let (unrounded, published) = (node["unrounded"].as_f64(), node["node"]["score"].as_f64());
    if let Some((unrounded, published)) = unrounded.zip(published) {
        let scale = 10_f64.powf(setting(node, "precision"));
        assert_eq!(text(node, "rounding"), "half-up");
        assert!((unrounded * scale - published * scale).abs() <= 0.5 + 1e-3, "{unrounded} and {published}");
        assert!((published * scale - (published * scale).round()).abs() < 1e-6, "{published}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stage_can_be_worked_out_from_what_is_printed() {
    let (text, ids) = framework();
    let server = Server::start_with_framework(&text);
    server.observations().await.push_observations(observed(&ids).request()).await.unwrap();
    let mut filled_in = 0;
    for area in ["MAR", "LBY", "CAN"] {
        let printed = Printed::read(&server, area);
        assert!(printed.score("norms").is_some() && printed.score("overall").is_some());
        for node in &printed.nodes {
            if node["leaf"].is_object() {
                filled_in += check_leaf(&printed, node);
            } else {
                check_branch(&printed, node);
            }
            check_rounding(node);
        }
    }
    assert!(filled_in > 25, "{filled_in}");
}
