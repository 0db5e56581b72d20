//! Normalisations as a text says them, before it is known for which indicator.

use tenseven_model::{
    Indicator, IndicatorKind,
    framework::{Normalise, Pool, Post, Tier},
};

use super::{
    names::Known,
    schema::{METHODS, Method, PERCENTILE, POOLS, TIER, TIES},
    sets::area,
    table::{Table, Word},
};

/// Longest reason for goalposts, in bytes; every leaf below has a copy.
const REASON_BYTES_MAX: usize = 4_000;
/// Most levels that scores are given for.
const SCORES_MAX: usize = 200;

/// The score of the better post, of the highest level and of the best value, unless the text says otherwise.
const SCORE_BEST: f64 = 100.0;

/// How a value becomes a score.
pub(super) enum Scoring<'a> {
    /// By levels, with these scores; none: those of the rubric.
    Levels(Option<Vec<(Word<'a>, f64)>>),
    /// The same for every indicator.
    Same(Normalise),
}

impl<'a> Scoring<'a> {
    /// Reads `normalise` of a part; none if it is wrong.
    pub(super) fn read(part: &Table<'a>, known: &Known<'_>) -> Option<Self> {
        let table = part.open_table("normalise")?;
        table.require("method", "\"levels\"");
        let method = table.choice("method", METHODS)?;
        let before = table.findings().count();
        table.check_keys(method.keys());
        let scoring = match method {
            Method::None => Self::Same(Normalise::None),
            Method::Levels => Self::Levels(scores(&table)),
            Method::Tiers => Self::Same(tiers(&table)),
            Method::Goalposts => Self::Same(goalposts(&table)?),
            other => Self::Same(comparison(&table, other, known)?),
        };
        (table.findings().count() == before).then_some(scoring)
    }

    /// The normalisation of this indicator; none if the scores do not name its levels.
    pub(super) fn of(&self, part: &Table<'_>, indicator: &Indicator) -> Option<Normalise> {
        let stated = match self {
            Self::Same(normalise) => return Some(normalise.clone()),
            Self::Levels(stated) => stated,
        };
        let (codes, default): (Vec<&str>, Vec<f64>) = match &indicator.kind {
            IndicatorKind::Rubric(rubric) => {
                rubric.levels().iter().map(|level| (level.code.as_str(), level.score)).unzip()
            }
            IndicatorKind::Flag => (vec!["false", "true"], vec![0.0, SCORE_BEST]),
            // That it has no levels is the model's to say.
            IndicatorKind::Count | IndicatorKind::Number { .. } | IndicatorKind::Ratio => Default::default(),
        };
        match stated {
            Some(stated) if !codes.is_empty() => by_level(part, indicator, stated, &codes),
            _ => Some(Normalise::Levels(default)),
        }
    }
}

fn by_level(
    part: &Table<'_>,
    indicator: &Indicator,
    stated: &[(Word<'_>, f64)],
    codes: &[&str],
) -> Option<Normalise> {
    let mut right = true;
    for (word, _) in stated {
        if !codes.contains(&word.text) {
            let remedy = part.findings().remedy(word.text, codes.iter().copied());
            let problem = format!("{:?} is no level of {}{remedy}", word.text, indicator.id);
            part.find_at(word.at, "normalise.scores", problem);
            right = false;
        }
    }
    let score = |code: &&str| stated.iter().find(|(word, _)| word.text == *code).map(|(_, score)| *score);
    let without: Vec<_> = codes.iter().filter(|code| score(code).is_none()).copied().collect();
    if !without.is_empty() {
        let problem =
            format!("gives no score to {}; give each level of {} one", without.join(", "), indicator.id);
        part.find("normalise", problem);
        right = false;
    }
    right.then(|| Normalise::Levels(codes.iter().filter_map(score).collect()))
}

fn scores<'a>(table: &Table<'a>) -> Option<Vec<(Word<'a>, f64)>> {
    let scores = table.open_table("scores")?;
    let count = scores.keys().count();
    if count > SCORES_MAX {
        table.find("scores", format!("has {count} entries; at most {SCORES_MAX} are allowed"));
        return None;
    }
    Some(scores.keys().filter_map(|code| Some((code, scores.number(code.text)?))).collect())
}

fn tiers(table: &Table<'_>) -> Normalise {
    table.require("tiers", "[{ at_least = 0.9, score = 100 }, { at_least = 0.4, score = 50 }]");
    let tier = |tier: &Table<'_>| {
        tier.require("at_least", "0.9");
        tier.require("score", "100");
        let (at_least, score) = (tier.number("at_least"), tier.number("score"));
        Some(Tier { at_least: at_least?, score: score? })
    };
    Normalise::Tiers {
        tiers: table.tables("tiers", TIER).iter().filter_map(tier).collect(),
        below: table.number("below").unwrap_or_default(),
    }
}

/// One of the normalisations that compare or scale.
fn comparison(table: &Table<'_>, method: Method, known: &Known<'_>) -> Option<Normalise> {
    let pool = || table.choice("pool", POOLS).unwrap_or(Pool::Period);
    let cap = || table.flag("cap").unwrap_or(false);
    Some(match method {
        Method::MinMax => Normalise::MinMax {
            lower: table.number("lower").unwrap_or_default(),
            upper: table.number("upper").unwrap_or(SCORE_BEST),
            pool: pool(),
        },
        Method::ZScore => Normalise::ZScore {
            mean: table.number("mean").unwrap_or_default(),
            deviation: table.number("deviation").unwrap_or(1.0),
            pool: pool(),
        },
        Method::Scaled => {
            table.require("zero", "0");
            table.require("one", "10");
            let (zero, one) = (table.number("zero"), table.number("one"));
            let factor = table.number("factor").unwrap_or(SCORE_BEST);
            Normalise::Scaled { zero: zero?, one: one?, factor }
        }
        Method::DistanceToMax => Normalise::DistanceToMax { pool: pool() },
        Method::DistanceToReference => {
            table.require("area", "\"MAR\"");
            let cap = cap();
            let area = area(table, "area", table.word("area")?, known)?;
            Normalise::DistanceToReference { area, cap }
        }
        Method::DistanceToTarget => {
            table.require("target", "10");
            let (cap, pool) = (cap(), pool());
            Normalise::DistanceToTarget { target: table.number("target")?, cap, pool }
        }
        Method::FractionOfMax => Normalise::FractionOfMax { pool: pool() },
        Method::Rank(standing) => {
            let ties = table.choice("ties", TIES).unwrap_or_default();
            Normalise::Rank { standing, ties, pool: pool() }
        }
        Method::Levels | Method::Tiers | Method::Goalposts | Method::None => return None,
    })
}

fn goalposts(table: &Table<'_>) -> Option<Normalise> {
    table.require("lower", "0");
    table.require("upper", "100");
    let reason = table.words("reason", "\"why these posts and no others\"");
    if reason.len() > REASON_BYTES_MAX {
        let problem = format!("has {} bytes; at most {REASON_BYTES_MAX} are allowed", reason.len());
        table.find("reason", problem);
        return None;
    }
    let (lower, upper) = (post(table, "lower"), post(table, "upper"));
    let scale = table.number("scale").unwrap_or(SCORE_BEST);
    let clip = table.flag("clip").unwrap_or(true);
    let pool = table.choice("pool", POOLS).unwrap_or(Pool::Period);
    Some(match (lower?, upper?) {
        (Post::At(lower), Post::At(upper)) => {
            table.refuse("pool", "goes with a post at a percentile alone, as lower = { percentile = 2.5 }");
            Normalise::Goalposts { lower, upper, scale, clip, reason }
        }
        (lower, upper) => Normalise::PercentilePosts { lower, upper, scale, clip, pool, reason },
    })
}

/// A post: a number, or a percentile of the data.
fn post(table: &Table<'_>, key: &str) -> Option<Post> {
    if !table.is_table(key) {
        return table.number(key).map(Post::At);
    }
    let inner = table.table(key, PERCENTILE)?;
    inner.require("percentile", "2.5");
    inner.number("percentile").map(Post::Percentile)
}
