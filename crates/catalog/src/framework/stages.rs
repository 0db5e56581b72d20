//! Stages: what a leaf, or a node above it, says of how a value becomes a score.

use tenseven_model::{
    Indicator, IndicatorKind, SourceId,
    framework::{Direction, Leaf, Transform},
};

use super::{
    normalise::Scoring,
    schema::{DIRECTIONS, IMPUTE, TRANSFORMS},
    table::{Table, Word},
};

/// What one part of the text says. Each stage is none where nothing is said; `Some(None)` where it is wrong.
pub(super) struct Stages<'a> {
    sources: Option<Vec<SourceId>>,
    max_age: Option<Option<u32>>,
    impute: Option<Option<Impute<'a>>>,
    direction: Option<Option<Direction>>,
    transform: Option<Option<Transform>>,
    normalise: Option<Option<Scoring<'a>>>,
}

/// What stands in where nothing is known.
#[derive(Clone, Copy)]
enum Impute<'a> {
    Nothing,
    Constant(f64),
    Level(Word<'a>),
}

impl<'a> Stages<'a> {
    /// Reads what `part` says.
    pub(super) fn read(part: &Table<'a>) -> Self {
        let sources = || {
            let words = part.list("sources");
            words.into_iter().filter_map(|word| part.parse_word("sources", word)).collect()
        };
        Self {
            sources: part.has("sources").then(sources),
            max_age: part.has("max_age").then(|| part.count("max_age")),
            impute: part.has("impute").then(|| impute(part)),
            direction: part.has("direction").then(|| part.choice("direction", DIRECTIONS)),
            transform: part.has("transform").then(|| part.choice("transform", TRANSFORMS)),
            normalise: part.has("normalise").then(|| Scoring::read(part)),
        }
    }
}

fn impute<'a>(part: &Table<'a>) -> Option<Impute<'a>> {
    let wanted = "write { constant = 0 }, { level = \"no\" } or \"none\"";
    if part.text_unchecked("impute").is_some() {
        return part.choice("impute", &[("none", Impute::Nothing)]);
    }
    let table = part.table("impute", IMPUTE)?;
    match (table.has("constant"), table.has("level")) {
        (true, false) => table.number("constant").map(Impute::Constant),
        (false, true) => table.word("level").map(Impute::Level),
        (true, true) | (false, false) => {
            part.find("impute", format!("needs one of constant and level; {wanted}"));
            None
        }
    }
}

/// The nearest that is said, own before inherited. The inner none is something wrong.
fn nearest<'s, 'a: 's, T>(
    chain: &[&'s Stages<'a>],
    stage: impl Fn(&'s Stages<'a>) -> Option<T>,
) -> Option<T> {
    chain.iter().find_map(|stages| stage(stages))
}

/// The leaf of an indicator, from its own stages and those of the nodes above, the nearest first. Whether something it
/// rests on is wrong: none.
pub(super) fn leaf(part: &Table<'_>, indicator: &Indicator, chain: &[&Stages<'_>]) -> Option<Leaf> {
    let normalise = nearest(chain, |stages| stages.normalise.as_ref());
    if normalise.is_none() {
        let problem = "is missing here and at every node above; write for example normalise = { method = \"levels\" }";
        part.find("normalise", problem);
    }
    let constant = match nearest(chain, |stages| stages.impute.as_ref()) {
        None => Some(None),
        Some(None) => None,
        Some(Some(impute)) => constant(part, indicator, *impute),
    };
    let normalise = normalise?.as_ref().and_then(|scoring| scoring.of(part, indicator));
    Some(Leaf {
        indicator: indicator.id.clone(),
        sources: nearest(chain, |stages| stages.sources.clone()).unwrap_or_default(),
        max_age: nearest(chain, |stages| stages.max_age).unwrap_or(Some(0))?,
        constant: constant?,
        direction: nearest(chain, |stages| stages.direction).unwrap_or(Some(Direction::default()))?,
        transform: nearest(chain, |stages| stages.transform).unwrap_or(Some(Transform::default()))?,
        normalise: normalise?,
    })
}

/// What stands in, in the scale of the value: a level is its place, a flag is 0 or 1.
fn constant(part: &Table<'_>, indicator: &Indicator, impute: Impute<'_>) -> Option<Option<f64>> {
    let problem = match (impute, &indicator.kind) {
        (Impute::Nothing, _) => return Some(None),
        (Impute::Level(level), IndicatorKind::Rubric(rubric)) => {
            let codes = rubric.levels().iter().map(|level| level.code.as_str());
            if let Some(place) = codes.clone().position(|code| code == level.text) {
                return Some(Some(place as f64));
            }
            let remedy = part.findings().remedy(level.text, codes);
            format!("{:?} is no level of the rubric of {}{remedy}", level.text, indicator.id)
        }
        (Impute::Level(_), kind) => {
            format!("{} is a {} and has no levels; write constant = 0", indicator.id, kind.as_str())
        }
        (Impute::Constant(_), IndicatorKind::Rubric(_)) => {
            format!("{} has a rubric; name a level of it as level = \"…\"", indicator.id)
        }
        (Impute::Constant(constant), IndicatorKind::Flag) if constant != 0.0 && constant != 1.0 => {
            format!("{} is a flag; write constant = 0 for false or 1 for true", indicator.id)
        }
        (Impute::Constant(constant), _) => return Some(Some(constant)),
    };
    part.find("impute", problem);
    None
}
