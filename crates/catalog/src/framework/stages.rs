//! Stages: what a leaf, or a node above it, says of how a value becomes a score.

use tenseven_model::{
    SourceId,
    framework::{AreaSet, Denominator, Direction, Fallback, Limits, Transform, Treatment},
};

use super::{
    findings::Wrong,
    impute::{StandIn, impute},
    names::{Known, Names},
    normalise::Scoring,
    schema::{BOX_COX, DENOMINATE, DIRECTIONS, FALLBACKS, TRANSFORMS, TREAT},
    sets::sets_and_areas,
    table::{INHERITED_MAX, Table},
};

/// What one part of the text says; none where it says nothing.
pub(super) struct Stages<'a> {
    pub(super) sources: Option<Vec<SourceId>>,
    pub(super) max_age: Option<Result<u32, Wrong>>,
    pub(super) denominate: Option<Result<Option<Denominator>, Wrong>>,
    pub(super) not_applicable: Option<Vec<AreaSet>>,
    pub(super) unknown_for: Option<Vec<AreaSet>>,
    pub(super) impute: Option<Result<StandIn<'a>, Wrong>>,
    pub(super) treat: Option<Result<Option<Treatment>, Wrong>>,
    pub(super) direction: Option<Result<Direction, Wrong>>,
    pub(super) transform: Option<Result<Transform, Wrong>>,
    pub(super) normalise: Option<Result<Scoring<'a>, Wrong>>,
}

impl<'a> Stages<'a> {
    /// Reads what `part` says.
    pub(super) fn read(part: &Table<'a>, names: &Names<'_>, known: &Known<'_>) -> Self {
        Self {
            sources: part.has("sources").then(|| sources(part)),
            max_age: said(part, "max_age", |key| part.count_up_to(key, known.periods_max())),
            denominate: part.has("denominate").then(|| denominate(part, names, known)),
            not_applicable: not_applicable(part, names, known),
            unknown_for: part
                .has("unknown_for")
                .then(|| sets_and_areas(part, "unknown_for", &names.groups, known)),
            impute: said(part, "impute", |_| impute(part, &names.groups, known)),
            treat: part.has("treat").then(|| treat(part)),
            direction: said(part, "direction", |key| part.choice(key, DIRECTIONS)),
            transform: said(part, "transform", |_| transform(part)),
            normalise: said(part, "normalise", |_| Scoring::read(part, known)),
        }
    }
}

fn said<T>(part: &Table<'_>, key: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Result<T, Wrong>> {
    part.has(key).then(|| read(key).ok_or(Wrong))
}

/// The areas that it does not apply to, under either name of the key.
fn not_applicable(part: &Table<'_>, names: &Names<'_>, known: &Known<'_>) -> Option<Vec<AreaSet>> {
    let (long, short) = ("not_applicable_for", "not_applicable");
    if part.has(long) {
        part.refuse(short, format!("is another name of {long}; keep one of the two"));
    }
    let key = if part.has(long) { long } else { short };
    part.has(key).then(|| sets_and_areas(part, key, &names.groups, known))
}

fn sources(table: &Table<'_>) -> Vec<SourceId> {
    let words = table.list_up_to("sources", INHERITED_MAX).into_iter();
    words.filter_map(|word| table.parse_word("sources", word)).collect()
}

/// `denominate`, or `none` where a node above says something else.
fn denominate(part: &Table<'_>, names: &Names<'_>, known: &Known<'_>) -> Result<Option<Denominator>, Wrong> {
    if part.text_unchecked("denominate").is_some() {
        return part.choice("denominate", &[("none", ())]).map(|()| None).ok_or(Wrong);
    }
    let table = part.table("denominate", DENOMINATE).ok_or(Wrong)?;
    table.require("indicator", "\"population\"");
    let indicator = table.word("indicator").filter(|id| names.indicators.check(&table, "indicator", *id));
    let per = if table.has("per") { table.number("per") } else { Some(1.0) };
    let max_age =
        if table.has("max_age") { table.count_up_to("max_age", known.periods_max()) } else { Some(0) };
    let sources = sources(&table);
    let indicator = indicator.and_then(|indicator| table.parse_word("indicator", indicator)).ok_or(Wrong)?;
    Ok(Some(Denominator { indicator, per: per.ok_or(Wrong)?, sources, max_age: max_age.ok_or(Wrong)? }))
}

/// `treat`, or `default`, or `none` where a node above says something else.
fn treat(part: &Table<'_>) -> Result<Option<Treatment>, Wrong> {
    if part.text_unchecked("treat").is_some() {
        let words = [("default", Some(Treatment::default())), ("none", None)];
        return part.choice("treat", &words).ok_or(Wrong);
    }
    let table = part.table("treat", TREAT).ok_or(Wrong)?;
    let before = table.findings().count();
    let Treatment { limits, points, fallback } = Treatment::default();
    let stated = table.choice("otherwise", FALLBACKS).unwrap_or(fallback);
    let is_box_cox = matches!(stated, Fallback::BoxCox(_));
    if is_box_cox {
        table.require("exponent", "0.5");
    } else {
        table.refuse("exponent", "goes with otherwise = \"boxcox\" alone");
    }
    let exponent = table.number("exponent");
    let treatment = Treatment {
        limits: Limits {
            skewness: table.number("skewness").unwrap_or(limits.skewness),
            kurtosis: table.number("kurtosis").unwrap_or(limits.kurtosis),
        },
        points: table.count("points").map_or(points, |points| points as usize),
        fallback: if is_box_cox { Fallback::BoxCox(exponent.unwrap_or_default()) } else { stated },
    };
    if table.findings().count() == before { Ok(Some(treatment)) } else { Err(Wrong) }
}

/// `transform`: a word, or Box and Cox's with its exponent.
fn transform(part: &Table<'_>) -> Option<Transform> {
    if part.text_unchecked("transform").is_some() {
        return part.choice("transform", TRANSFORMS);
    }
    let table = part.table("transform", BOX_COX)?;
    table.require("boxcox", "0.5");
    table.number("boxcox").map(Transform::BoxCox)
}
