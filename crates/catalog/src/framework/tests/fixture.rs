//! A text in which nothing is wrong, and what one change makes of it.

use tenseven_model::Framework;

use crate::{FrameworkTextError, TextFinding, parse_framework};

/// A text in which nothing is wrong; every kind of part stands in it.
pub(super) const RIGHT: &str = r#"id = "small"
version = "1.0.0"
title = "Small"
reference = "m49:015"

[[bands]]
id = "low"
label = "Low"
from = 0

[[bands]]
id = "high"
label = "High"
from = 50

[[criteria]]
id = "safe"
label = "Safe"

[[rubrics]]
id = "three-tier"
levels = [
  { code = "basic", label = "Basic", score = 0 },
  { code = "elaborated", label = "Elaborated", score = 50 },
  { code = "comprehensive", label = "Comprehensive", score = 100 },
]

[[nodes]]
id = "overall"
name = "Overall"
max_age = 5
normalise = { method = "levels" }
impute = { level = "basic" }

[[nodes]]
id = "rights"
name = "Rights"
parent = "overall"
weight = 2
aggregate = { method = "sum", over = "leaves", min_coverage = { count = 1 } }

[[indicators]]
id = "access"
name = "Access"
kind = "rubric"
rubric = "three-tier"
criteria = ["safe"]
measures = ["managing-borders"]
instruments = ["gfmd"]
parent = "rights"

[[indicators]]
id = "deaths"
name = "Deaths"
kind = "count"
parent = "overall"
max_age = 0
impute = "none"
direction = "lower-is-better"
transform = "log1p"
normalise = { method = "goalposts", lower = 0, upper = 5000, reason = "zero is the aim" }

[[indicators]]
id = "deaths.land"
name = "Deaths on land"
kind = "count"
breakdown_of = "deaths"
roll_up = "sum"

[[report]]
id = "access.countries"
title = "Countries with access"
figure = "count"
indicator = "access"
where = { level_at_least = "elaborated" }

[[report]]
id = "overall"
title = "Countries that stand high"
figure = "band-share"
node = "overall"
at_least_band = "high"
"#;

pub(super) fn right() -> Framework {
    parse_framework(RIGHT).unwrap_or_else(|error| panic!("{error}"))
}

pub(super) fn findings(text: &str) -> Vec<TextFinding> {
    parse_framework(text).map_or_else(|FrameworkTextError { findings }| findings, |_| Vec::new())
}

/// The only finding of the right text after one change.
pub(super) fn only(from: &str, to: &str) -> TextFinding {
    assert_eq!(RIGHT.matches(from).count(), 1, "{from:?} does not stand once in the right text");
    let found = findings(&RIGHT.replacen(from, to, 1));
    let [finding] = found.as_slice() else { panic!("{from:?} -> {to:?} gives {found:#?}") };
    finding.clone()
}

/// Asserts that one change gives one finding, at `key` of `place`, with these words in it.
#[track_caller]
pub(super) fn expect(from: &str, to: &str, place: &str, key: &str, words: &str) {
    let finding = only(from, to);
    assert_eq!((&*finding.place, &*finding.key), (place, key), "{finding}");
    assert!(finding.problem.contains(words), "{finding}");
}
