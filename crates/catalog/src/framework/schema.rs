//! The keys that each table of a framework can have, and the words that stand for choices.
//!
//! *Invariant:* every key that is read stands here, and a test proves that each is described in the reference.

use tenseven_model::{
    Frequency,
    framework::{Aggregate, Direction, Over, Pool, Transform},
};

pub(super) const FRAMEWORK: &[&str] = &[
    "id",
    "version",
    "title",
    "description",
    "source",
    "frequency",
    "ranking",
    "reference",
    "bands",
    "criteria",
    "rubrics",
    "nodes",
    "indicators",
    "report",
];
pub(super) const BAND: &[&str] = &["id", "label", "from"];
pub(super) const CRITERION: &[&str] = &["id", "label"];
pub(super) const RUBRIC: &[&str] = &["id", "levels"];
pub(super) const LEVEL: &[&str] = &["code", "label", "description", "score"];
/// What a leaf's stages are told by, at the leaf or at a node above it.
pub(super) const STAGES: &[&str] = &["sources", "max_age", "impute", "direction", "transform", "normalise"];
pub(super) const NODE: &[&str] = &[
    "id",
    "name",
    "parent",
    "weight",
    "aggregate",
    "sources",
    "max_age",
    "impute",
    "direction",
    "transform",
    "normalise",
];
pub(super) const AGGREGATE: &[&str] = &["method", "over", "min_coverage"];
pub(super) const MIN_COVERAGE: &[&str] = &["share", "count"];
pub(super) const INDICATOR: &[&str] = &[
    "id",
    "name",
    "description",
    "unit",
    "kind",
    "rubric",
    "min",
    "max",
    "breakdown_of",
    "roll_up",
    "criteria",
    "measures",
    "instruments",
    "parent",
    "weight",
    "sources",
    "max_age",
    "impute",
    "direction",
    "transform",
    "normalise",
];
pub(super) const IMPUTE: &[&str] = &["constant", "level"];
pub(super) const LEVELS: &[&str] = &["method", "scores"];
pub(super) const TIERS: &[&str] = &["method", "tiers", "below"];
pub(super) const TIER: &[&str] = &["at_least", "score"];
pub(super) const GOALPOSTS: &[&str] = &["method", "lower", "upper", "scale", "clip", "reason"];
pub(super) const MINMAX: &[&str] = &["method", "lower", "upper", "pool"];
pub(super) const NONE: &[&str] = &["method"];
pub(super) const CLAUSE: &[&str] =
    &["id", "title", "unit", "figure", "indicator", "where", "node", "at_least_band"];
pub(super) const WHERE: &[&str] = &["level_at_least", "flag", "at_least", "above"];

pub(super) const FREQUENCIES: &[(&str, Frequency)] = &[
    ("annual", Frequency::Annual),
    ("half-yearly", Frequency::HalfYearly),
    ("quarterly", Frequency::Quarterly),
    ("monthly", Frequency::Monthly),
];
pub(super) const AGGREGATES: &[(&str, Aggregate)] =
    &[("arithmetic", Aggregate::Arithmetic), ("sum", Aggregate::Sum)];
pub(super) const OVERS: &[(&str, Over)] = &[("children", Over::Children), ("leaves", Over::Leaves)];
pub(super) const DIRECTIONS: &[(&str, Direction)] =
    &[("higher-is-better", Direction::HigherIsBetter), ("lower-is-better", Direction::LowerIsBetter)];
pub(super) const TRANSFORMS: &[(&str, Transform)] = &[
    ("identity", Transform::Identity),
    ("log", Transform::Log),
    ("log1p", Transform::Log1p),
    ("sqrt", Transform::Sqrt),
];
pub(super) const POOLS: &[(&str, Pool)] = &[("period", Pool::Period), ("all-periods", Pool::AllPeriods)];

/// The kinds of indicators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rubric,
    Count,
    Number,
    Ratio,
    Flag,
}

pub(super) const KINDS: &[(&str, Kind)] = &[
    ("rubric", Kind::Rubric),
    ("count", Kind::Count),
    ("number", Kind::Number),
    ("ratio", Kind::Ratio),
    ("flag", Kind::Flag),
];

/// The normalisations, each with the keys of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Levels,
    Tiers,
    Goalposts,
    MinMax,
    None,
}

pub(super) const METHODS: &[(&str, Method)] = &[
    ("levels", Method::Levels),
    ("tiers", Method::Tiers),
    ("goalposts", Method::Goalposts),
    ("minmax", Method::MinMax),
    ("none", Method::None),
];

impl Method {
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Levels => LEVELS,
            Self::Tiers => TIERS,
            Self::Goalposts => GOALPOSTS,
            Self::MinMax => MINMAX,
            Self::None => NONE,
        }
    }
}

/// The figures of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FigureKind {
    Count,
    Sum,
    Mean,
    RatioOfSums,
    BandShare,
}

pub(super) const FIGURES: &[(&str, FigureKind)] = &[
    ("count", FigureKind::Count),
    ("sum", FigureKind::Sum),
    ("mean", FigureKind::Mean),
    ("ratio-of-sums", FigureKind::RatioOfSums),
    ("band-share", FigureKind::BandShare),
];

/// Every table with its keys, by its heading in the reference.
#[cfg(test)]
pub(super) const TABLES: &[(&str, &[&str])] = &[
    ("The framework", FRAMEWORK),
    ("`[[bands]]`", BAND),
    ("`[[criteria]]`", CRITERION),
    ("`[[rubrics]]`", RUBRIC),
    ("`[[rubrics.levels]]`", LEVEL),
    ("`[[nodes]]`", NODE),
    ("`aggregate`", AGGREGATE),
    ("`min_coverage`", MIN_COVERAGE),
    ("`[[indicators]]`", INDICATOR),
    ("Stages", STAGES),
    ("`impute`", IMPUTE),
    ("`normalise`", LEVELS),
    ("`normalise`", TIERS),
    ("`normalise`", TIER),
    ("`normalise`", GOALPOSTS),
    ("`normalise`", MINMAX),
    ("`normalise`", NONE),
    ("`[[report]]`", CLAUSE),
    ("`where`", WHERE),
];
