//! Flattens a framework into pairs of key and text, under the keys that its text uses.
//!
//! *Invariant:* it is complete: every struct is destructured without `..`, so that a new field cannot be forgotten.
//! What a leaf inherits is listed as its own. A default is listed if it is a number or a word,
//! and left out if it is empty.

use super::{
    AreaGroup, Band, Branch, Clause, Criterion, Denominator, Direction, Fallback, Figure, Framework,
    FrameworkDraft, GroupAverage, Impute, Leaf, Limits, MinCoverage, Node, NodeBody, Normalise, Over, Pool,
    Post, Reference, Ties, Transform, Treatment, report::Condition,
};
use crate::{Indicator, IndicatorKind, Level, Precision, indicator::RollUp};

/// Keys with their texts, in a fixed order.
pub(super) type Keys = Vec<(String, String)>;

/// A part with an id.
pub(super) struct Part {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) keys: Keys,
}

/// Flattens a framework.
pub(super) struct FlatFramework {
    pub(super) head: Keys,
    /// The kinds of parts, always the same, each in the framework's order.
    pub(super) sections: Vec<(&'static str, Vec<Part>)>,
}

/// Collects keys with their texts.
#[derive(Default)]
struct KeyWriter(Keys);

impl KeyWriter {
    fn put(&mut self, key: &str, text: &(impl ToString + ?Sized)) {
        self.0.push((key.to_owned(), text.to_string()));
    }

    fn put_some<T: ToString>(&mut self, key: &str, text: Option<T>) {
        if let Some(text) = text {
            self.put(key, &text);
        }
    }

    fn put_all<T: ToString>(&mut self, key: &str, texts: impl IntoIterator<Item = T>) {
        let texts: Vec<_> = texts.into_iter().map(|text| text.to_string()).collect();
        if !texts.is_empty() {
            self.put(key, &texts.join(", "));
        }
    }
}

fn over(over: Over) -> &'static str {
    match over {
        Over::Children => "children",
        Over::Leaves => "leaves",
    }
}

fn pool(pool: Pool) -> &'static str {
    match pool {
        Pool::Period => "period",
        Pool::AllPeriods => "all-periods",
    }
}

/// Flattens a framework.
pub(super) fn flatten(framework: &Framework) -> FlatFramework {
    let FrameworkDraft {
        id,
        version,
        title,
        description,
        source,
        frequency,
        ranking,
        reference,
        precision,
        groups,
        bands,
        bands_closed,
        criteria,
        roots,
        indicators,
        nodes,
        report,
    } = framework.draft();
    let mut head = KeyWriter::default();
    head.put("id", id);
    head.put("version", version);
    head.put("title", title);
    head.put("description", description.trim());
    head.put("source", source);
    head.put("frequency", frequency);
    head.put("ranking", ranking);
    match reference {
        Reference::World => head.put("reference", "world"),
        Reference::All => head.put("reference", "all"),
        Reference::Group(group) => head.put("reference", group),
    }
    head.put_all("roots", roots);
    head.put("bands_closed", bands_closed.as_str());
    published(&mut head, *precision);
    let sections = vec![
        ("groups", groups.iter().map(group).collect()),
        ("bands", bands.iter().map(band).collect()),
        ("criteria", criteria.iter().map(criterion).collect()),
        ("indicators", indicators.iter().map(indicator).collect()),
        ("nodes", nodes.iter().map(node).collect()),
        ("report", report.iter().map(clause).collect()),
    ];
    FlatFramework { head: head.0, sections }
}

fn part(id: &impl ToString, name: &str, keys: KeyWriter) -> Part {
    Part { id: id.to_string(), name: name.to_owned(), keys: keys.0 }
}

fn group(group: &AreaGroup) -> Part {
    let AreaGroup { id, label, areas, members_of } = group;
    let mut keys = KeyWriter::default();
    keys.put("label", label);
    keys.put_all("areas", areas);
    keys.put_all("members_of", members_of.iter().map(|group| format!("m49:{group}")));
    part(id, label, keys)
}

fn band(band: &Band) -> Part {
    let Band { id, label, from } = band;
    let mut keys = KeyWriter::default();
    keys.put("label", label);
    keys.put("from", from);
    part(id, label, keys)
}

fn criterion(criterion: &Criterion) -> Part {
    let Criterion { id, label, min_coverage } = criterion;
    let mut keys = KeyWriter::default();
    keys.put("label", label);
    needed(&mut keys, "min_coverage", *min_coverage);
    part(id, label, keys)
}

fn indicator(indicator: &Indicator) -> Part {
    let Indicator {
        id,
        name,
        description,
        unit,
        kind,
        formula,
        breakdown_of,
        roll_up,
        criteria,
        measures,
        instruments,
    } = indicator;
    let mut keys = KeyWriter::default();
    keys.put("name", name);
    keys.put("description", description.trim());
    keys.put("unit", unit);
    keys.put("kind", kind.as_str());
    match kind {
        IndicatorKind::Number { min, max } => {
            keys.put_some("min", *min);
            keys.put_some("max", *max);
        }
        IndicatorKind::Rubric(rubric) => {
            keys.put_all("levels", rubric.levels().iter().map(|level| &level.code));
            for Level { code, label, description, score } in rubric.levels() {
                keys.put(&format!("levels[{code}].label"), label);
                keys.put(&format!("levels[{code}].description"), description.trim());
                keys.put(&format!("levels[{code}].score"), score);
            }
        }
        IndicatorKind::Count | IndicatorKind::Ratio | IndicatorKind::Flag => {}
    }
    keys.put_some("formula", formula.as_ref().map(|formula| &formula.text));
    keys.put_some("breakdown_of", breakdown_of.as_ref());
    keys.put_some("roll_up", roll_up.map(|RollUp::Sum| "sum"));
    keys.put_all("criteria", criteria);
    keys.put_all("measures", measures);
    keys.put_all("instruments", instruments);
    part(id, name, keys)
}

fn node(node: &Node) -> Part {
    let Node { id, name, parent, weight, counts, precision, body } = node;
    let mut keys = KeyWriter::default();
    keys.put("name", name);
    keys.put_some("parent", parent.as_ref());
    if *counts {
        keys.put("weight", weight);
    } else {
        keys.put("counts", counts);
    }
    published(&mut keys, *precision);
    match body {
        NodeBody::Branch(one) => branch(&mut keys, one),
        NodeBody::Leaf(one) => leaf(&mut keys, one),
    }
    part(id, name, keys)
}

impl Node {
    /// Every setting of the node, inherited ones included, under the keys of the framework's text.
    pub fn settings(&self) -> Vec<(String, String)> {
        node(self).keys
    }
}

fn published(keys: &mut KeyWriter, precision: Option<Precision>) {
    if let Some(precision) = precision {
        keys.put("precision", &precision.digits());
        keys.put("rounding", precision.rounding().as_str());
    }
}

fn branch(keys: &mut KeyWriter, branch: &Branch) {
    let Branch { aggregate, over: looked_at, min_coverage, min_coverage_over, impute } = branch;
    keys.put("aggregate.method", aggregate.as_str());
    match aggregate {
        super::Aggregate::Power(exponent) => keys.put("aggregate.exponent", exponent),
        super::Aggregate::Linear(constant) => keys.put("aggregate.constant", constant),
        _ => {}
    }
    keys.put("aggregate.over", over(*looked_at));
    needed(keys, "aggregate.min_coverage", *min_coverage);
    keys.put("aggregate.min_coverage.over", over(*min_coverage_over));
    if let Some(average) = impute {
        group_average(keys, "aggregate.impute", average);
    }
}

fn needed(keys: &mut KeyWriter, key: &str, min_coverage: MinCoverage) {
    match min_coverage {
        MinCoverage::One => {}
        MinCoverage::Share(share) => keys.put(&format!("{key}.share"), &share),
        MinCoverage::Count(count) => keys.put(&format!("{key}.count"), &count),
    }
}

fn group_average(keys: &mut KeyWriter, key: &str, average: &GroupAverage) {
    let GroupAverage { average, groups } = average;
    keys.put(&format!("{key}.method"), &format!("group-{}", average.as_str()));
    keys.put_all(&format!("{key}.groups"), groups);
}

fn leaf(keys: &mut KeyWriter, leaf: &Leaf) {
    let Leaf {
        indicator,
        sources,
        max_age,
        not_applicable,
        unknown_for,
        denominator,
        impute,
        direction,
        treat,
        transform,
        normalise,
    } = leaf;
    keys.put("indicator", indicator);
    keys.put_all("sources", sources);
    keys.put("max_age", max_age);
    keys.put_all("not_applicable", not_applicable);
    keys.put_all("unknown_for", unknown_for);
    if let Some(Denominator { indicator, per, sources, max_age }) = denominator {
        keys.put("denominate.indicator", indicator);
        keys.put("denominate.per", per);
        keys.put_all("denominate.sources", sources);
        keys.put("denominate.max_age", max_age);
    }
    match impute {
        None => {}
        Some(Impute::Constant(constant)) => keys.put("impute.constant", constant),
        Some(Impute::Group(average)) => group_average(keys, "impute", average),
        Some(other) => keys.put("impute.method", other.as_str()),
    }
    if let Some(Impute::Latest { within }) = impute {
        keys.put("impute.within", within);
    }
    let direction = match direction {
        Direction::HigherIsBetter => "higher-is-better",
        Direction::LowerIsBetter => "lower-is-better",
    };
    keys.put("direction", direction);
    if let Some(Treatment { limits: Limits { skewness, kurtosis }, points, fallback }) = treat {
        keys.put("treat.skewness", skewness);
        keys.put("treat.kurtosis", kurtosis);
        keys.put("treat.points", points);
        let otherwise = match fallback {
            Fallback::None => "none",
            Fallback::Log => "log",
            Fallback::LogEither => "log-either",
            Fallback::BoxCox(_) => "boxcox",
        };
        keys.put("treat.otherwise", otherwise);
        if let Fallback::BoxCox(exponent) = fallback {
            keys.put("treat.exponent", exponent);
        }
    }
    match transform {
        Transform::Identity => keys.put("transform", "identity"),
        Transform::BoxCox(exponent) => keys.put("transform.boxcox", exponent),
        other => keys.put("transform", other.as_str()),
    }
    normalisation(keys, normalise);
}

fn normalisation(keys: &mut KeyWriter, normalise: &Normalise) {
    let mut numbers = |named: &[(&str, f64)]| {
        keys.put("normalise.method", normalise.as_str());
        for (key, number) in named {
            keys.put(&format!("normalise.{key}"), number);
        }
    };
    match normalise {
        Normalise::None | Normalise::DistanceToMax { .. } | Normalise::FractionOfMax { .. } => numbers(&[]),
        Normalise::Levels(scores) => {
            numbers(&[]);
            keys.put_all("normalise.scores", scores);
        }
        Normalise::Tiers { tiers, below } => {
            numbers(&[("below", *below)]);
            let tiers = tiers.iter().map(|super::Tier { at_least, score }| format!("{at_least}: {score}"));
            keys.put_all("normalise.tiers", tiers);
        }
        Normalise::Goalposts { lower, upper, scale, clip, reason } => {
            numbers(&[("lower", *lower), ("upper", *upper), ("scale", *scale)]);
            keys.put("normalise.clip", clip);
            keys.put("normalise.reason", reason);
        }
        Normalise::PercentilePosts { lower, upper, scale, clip, pool: _, reason } => {
            numbers(&[("scale", *scale)]);
            for (key, post) in [("lower", lower), ("upper", upper)] {
                match post {
                    Post::At(value) => keys.put(&format!("normalise.{key}"), value),
                    Post::Percentile(percent) => keys.put(&format!("normalise.{key}.percentile"), percent),
                }
            }
            keys.put("normalise.clip", clip);
            keys.put("normalise.reason", reason);
        }
        Normalise::MinMax { lower, upper, pool: _ } => numbers(&[("lower", *lower), ("upper", *upper)]),
        Normalise::ZScore { mean, deviation, pool: _ } => {
            numbers(&[("mean", *mean), ("deviation", *deviation)]);
        }
        Normalise::Scaled { zero, one, factor } => {
            numbers(&[("zero", *zero), ("one", *one), ("factor", *factor)]);
        }
        Normalise::DistanceToReference { area, cap } => {
            numbers(&[]);
            keys.put("normalise.area", area);
            keys.put("normalise.cap", cap);
        }
        Normalise::DistanceToTarget { target, cap, pool: _ } => {
            numbers(&[("target", *target)]);
            keys.put("normalise.cap", cap);
        }
        Normalise::Rank { standing: _, ties, pool: _ } => {
            numbers(&[]);
            let ties = match ties {
                Ties::Min => "min",
                Ties::Average => "average",
            };
            keys.put("normalise.ties", ties);
        }
    }
    if let Some(compared) = normalise.pool() {
        keys.put("normalise.pool", pool(compared));
    }
}

fn clause(clause: &Clause) -> Part {
    let Clause { id, title, unit, figure } = clause;
    let mut keys = KeyWriter::default();
    keys.put("title", title);
    keys.put("unit", unit);
    keys.put("figure", figure.as_str());
    keys.put_some("indicator", figure.indicator());
    match figure {
        Figure::Count { indicator: _, condition } => match condition {
            Condition::LevelAtLeast(level) => keys.put("where.level_at_least", level),
            Condition::Flag(flag) => keys.put("where.flag", flag),
            Condition::AtLeast(number) => keys.put("where.at_least", number),
            Condition::Above(number) => keys.put("where.above", number),
        },
        Figure::BandShare { node, at_least } => {
            keys.put("node", node);
            keys.put("at_least_band", at_least);
        }
        Figure::WeightedMean { of: _, weight_by } => {
            keys.put_some("node", figure.node());
            keys.put("weight_by", weight_by);
        }
        Figure::Sum { .. } | Figure::Mean { .. } | Figure::RatioOfSums { .. } => {}
    }
    part(id, title, keys)
}
