//! What a framework says, key by key, under the names that its text uses.
//!
//! *Invariant:* everything is said: what a framework has is taken apart whole here, so that nothing new is forgotten.
//! Of a leaf, what it inherits is said as its own. What is left at its default is said where it is a number or a word,
//! and not said where it is nothing.

use super::{
    AreaGroup, Band, Branch, Clause, Criterion, Denominator, Direction, Fallback, Figure, Framework,
    FrameworkDraft, GroupAverage, Impute, Leaf, Limits, MinCoverage, Node, NodeBody, Normalise, Over, Pool,
    Reference, Ties, Transform, Treatment, report::Condition,
};
use crate::{Indicator, IndicatorKind, Level, Precision, indicator::RollUp};

/// Keys with what they say, in a fixed order.
pub(super) type Keys = Vec<(String, String)>;

/// A part with an id.
pub(super) struct Part {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) keys: Keys,
}

/// All that a framework says.
pub(super) struct Said {
    pub(super) head: Keys,
    /// The kinds of parts, always the same, each in the framework's order.
    pub(super) sections: Vec<(&'static str, Vec<Part>)>,
}

/// Gathers what is said.
#[derive(Default)]
struct Sayer(Keys);

impl Sayer {
    fn say(&mut self, key: &str, text: &(impl ToString + ?Sized)) {
        self.0.push((key.to_owned(), text.to_string()));
    }

    fn say_some<T: ToString>(&mut self, key: &str, text: Option<T>) {
        if let Some(text) = text {
            self.say(key, &text);
        }
    }

    fn say_all<T: ToString>(&mut self, key: &str, texts: impl IntoIterator<Item = T>) {
        let texts: Vec<_> = texts.into_iter().map(|text| text.to_string()).collect();
        if !texts.is_empty() {
            self.say(key, &texts.join(", "));
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

/// All that a framework says.
pub(super) fn said(framework: &Framework) -> Said {
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
        criteria,
        indicators,
        nodes,
        report,
    } = framework.draft();
    let mut head = Sayer::default();
    head.say("id", id);
    head.say("version", version);
    head.say("title", title);
    head.say("description", description.trim());
    head.say("source", source);
    head.say("frequency", frequency);
    head.say("ranking", ranking);
    match reference {
        Reference::World => head.say("reference", "world"),
        Reference::All => head.say("reference", "all"),
        Reference::Group(group) => head.say("reference", group),
    }
    published(&mut head, *precision);
    let sections = vec![
        ("groups", groups.iter().map(group).collect()),
        ("bands", bands.iter().map(band).collect()),
        ("criteria", criteria.iter().map(criterion).collect()),
        ("indicators", indicators.iter().map(indicator).collect()),
        ("nodes", nodes.iter().map(node).collect()),
        ("report", report.iter().map(clause).collect()),
    ];
    Said { head: head.0, sections }
}

fn part(id: &impl ToString, name: &str, keys: Sayer) -> Part {
    Part { id: id.to_string(), name: name.to_owned(), keys: keys.0 }
}

fn group(group: &AreaGroup) -> Part {
    let AreaGroup { id, label, areas, members_of } = group;
    let mut keys = Sayer::default();
    keys.say("label", label);
    keys.say_all("areas", areas);
    keys.say_all("members_of", members_of.iter().map(|group| format!("m49:{group}")));
    part(id, label, keys)
}

fn band(band: &Band) -> Part {
    let Band { id, label, from } = band;
    let mut keys = Sayer::default();
    keys.say("label", label);
    keys.say("from", from);
    part(id, label, keys)
}

fn criterion(criterion: &Criterion) -> Part {
    let Criterion { id, label, min_coverage } = criterion;
    let mut keys = Sayer::default();
    keys.say("label", label);
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
    let mut keys = Sayer::default();
    keys.say("name", name);
    keys.say("description", description.trim());
    keys.say("unit", unit);
    keys.say("kind", kind.as_str());
    match kind {
        IndicatorKind::Number { min, max } => {
            keys.say_some("min", *min);
            keys.say_some("max", *max);
        }
        IndicatorKind::Rubric(rubric) => {
            keys.say_all("levels", rubric.levels().iter().map(|level| &level.code));
            for Level { code, label, description, score } in rubric.levels() {
                keys.say(&format!("levels[{code}].label"), label);
                keys.say(&format!("levels[{code}].description"), description.trim());
                keys.say(&format!("levels[{code}].score"), score);
            }
        }
        IndicatorKind::Count | IndicatorKind::Ratio | IndicatorKind::Flag => {}
    }
    keys.say_some("formula", formula.as_ref().map(|formula| &formula.text));
    keys.say_some("breakdown_of", breakdown_of.as_ref());
    keys.say_some("roll_up", roll_up.map(|RollUp::Sum| "sum"));
    keys.say_all("criteria", criteria);
    keys.say_all("measures", measures);
    keys.say_all("instruments", instruments);
    part(id, name, keys)
}

fn node(node: &Node) -> Part {
    let Node { id, name, parent, weight, precision, body } = node;
    let mut keys = Sayer::default();
    keys.say("name", name);
    keys.say_some("parent", parent.as_ref());
    keys.say("weight", weight);
    published(&mut keys, *precision);
    match body {
        NodeBody::Branch(one) => branch(&mut keys, one),
        NodeBody::Leaf(one) => leaf(&mut keys, one),
    }
    part(id, name, keys)
}

impl Node {
    /// Everything that the framework says of the node, what it inherits included, under the keys of its text.
    pub fn settings(&self) -> Vec<(String, String)> {
        node(self).keys
    }
}

fn published(keys: &mut Sayer, precision: Option<Precision>) {
    if let Some(precision) = precision {
        keys.say("precision", &precision.digits());
        keys.say("rounding", precision.rounding().as_str());
    }
}

fn branch(keys: &mut Sayer, branch: &Branch) {
    let Branch { aggregate, over: looked_at, min_coverage, min_coverage_over, impute } = branch;
    keys.say("aggregate.method", aggregate.as_str());
    match aggregate {
        super::Aggregate::Power(exponent) => keys.say("aggregate.exponent", exponent),
        super::Aggregate::Linear(constant) => keys.say("aggregate.constant", constant),
        _ => {}
    }
    keys.say("aggregate.over", over(*looked_at));
    needed(keys, "aggregate.min_coverage", *min_coverage);
    keys.say("aggregate.min_coverage.over", over(*min_coverage_over));
    if let Some(average) = impute {
        group_average(keys, "aggregate.impute", average);
    }
}

fn needed(keys: &mut Sayer, key: &str, min_coverage: MinCoverage) {
    match min_coverage {
        MinCoverage::One => {}
        MinCoverage::Share(share) => keys.say(&format!("{key}.share"), &share),
        MinCoverage::Count(count) => keys.say(&format!("{key}.count"), &count),
    }
}

fn group_average(keys: &mut Sayer, key: &str, average: &GroupAverage) {
    let GroupAverage { average, groups } = average;
    keys.say(&format!("{key}.method"), &format!("group-{}", average.as_str()));
    keys.say_all(&format!("{key}.groups"), groups);
}

fn leaf(keys: &mut Sayer, leaf: &Leaf) {
    let Leaf {
        indicator,
        sources,
        max_age,
        not_applicable,
        denominator,
        impute,
        direction,
        treat,
        transform,
        normalise,
    } = leaf;
    keys.say("indicator", indicator);
    keys.say_all("sources", sources);
    keys.say("max_age", max_age);
    keys.say_all("not_applicable", not_applicable);
    if let Some(Denominator { indicator, per, sources, max_age }) = denominator {
        keys.say("denominate.indicator", indicator);
        keys.say("denominate.per", per);
        keys.say_all("denominate.sources", sources);
        keys.say("denominate.max_age", max_age);
    }
    match impute {
        None => {}
        Some(Impute::Constant(constant)) => keys.say("impute.constant", constant),
        Some(Impute::Group(average)) => group_average(keys, "impute", average),
        Some(other) => keys.say("impute.method", other.as_str()),
    }
    if let Some(Impute::Latest { within }) = impute {
        keys.say("impute.within", within);
    }
    let direction = match direction {
        Direction::HigherIsBetter => "higher-is-better",
        Direction::LowerIsBetter => "lower-is-better",
    };
    keys.say("direction", direction);
    if let Some(Treatment { limits: Limits { skewness, kurtosis }, points, fallback }) = treat {
        keys.say("treat.skewness", skewness);
        keys.say("treat.kurtosis", kurtosis);
        keys.say("treat.points", points);
        let otherwise = match fallback {
            Fallback::None => "none",
            Fallback::Log => "log",
            Fallback::LogEither => "log-either",
            Fallback::BoxCox(_) => "boxcox",
        };
        keys.say("treat.otherwise", otherwise);
        if let Fallback::BoxCox(exponent) = fallback {
            keys.say("treat.exponent", exponent);
        }
    }
    match transform {
        Transform::Identity => keys.say("transform", "identity"),
        Transform::BoxCox(exponent) => keys.say("transform.boxcox", exponent),
        other => keys.say("transform", other.as_str()),
    }
    normalisation(keys, normalise);
}

fn normalisation(keys: &mut Sayer, normalise: &Normalise) {
    let mut numbers = |named: &[(&str, f64)]| {
        keys.say("normalise.method", normalise.as_str());
        for (key, number) in named {
            keys.say(&format!("normalise.{key}"), number);
        }
    };
    match normalise {
        Normalise::None | Normalise::DistanceToMax { .. } | Normalise::FractionOfMax { .. } => numbers(&[]),
        Normalise::Levels(scores) => {
            numbers(&[]);
            keys.say_all("normalise.scores", scores);
        }
        Normalise::Tiers { tiers, below } => {
            numbers(&[("below", *below)]);
            let tiers = tiers.iter().map(|super::Tier { at_least, score }| format!("{at_least}: {score}"));
            keys.say_all("normalise.tiers", tiers);
        }
        Normalise::Goalposts { lower, upper, scale, clip, reason } => {
            numbers(&[("lower", *lower), ("upper", *upper), ("scale", *scale)]);
            keys.say("normalise.clip", clip);
            keys.say("normalise.reason", reason);
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
            keys.say("normalise.area", area);
            keys.say("normalise.cap", cap);
        }
        Normalise::DistanceToTarget { target, cap, pool: _ } => {
            numbers(&[("target", *target)]);
            keys.say("normalise.cap", cap);
        }
        Normalise::Rank { standing: _, ties, pool: _ } => {
            numbers(&[]);
            let ties = match ties {
                Ties::Min => "min",
                Ties::Average => "average",
            };
            keys.say("normalise.ties", ties);
        }
    }
    if let Some(compared) = normalise.pool() {
        keys.say("normalise.pool", pool(compared));
    }
}

fn clause(clause: &Clause) -> Part {
    let Clause { id, title, unit, figure } = clause;
    let mut keys = Sayer::default();
    keys.say("title", title);
    keys.say("unit", unit);
    keys.say("figure", figure.as_str());
    keys.say_some("indicator", figure.indicator());
    match figure {
        Figure::Count { indicator: _, condition } => match condition {
            Condition::LevelAtLeast(level) => keys.say("where.level_at_least", level),
            Condition::Flag(flag) => keys.say("where.flag", flag),
            Condition::AtLeast(number) => keys.say("where.at_least", number),
            Condition::Above(number) => keys.say("where.above", number),
        },
        Figure::BandShare { node, at_least } => {
            keys.say("node", node);
            keys.say("at_least_band", at_least);
        }
        Figure::Sum { .. } | Figure::Mean { .. } | Figure::RatioOfSums { .. } => {}
    }
    part(id, title, keys)
}
