//! The keys that each table of a framework can have, and the words that stand for choices.
//!
//! *Invariant:* every key that is read stands here, and a test proves that each is described in the reference.

use tenseven_model::{
    Frequency, Rounding,
    framework::{
        Aggregate, Average, BandsClosed, Direction, Fallback, Over, Pool, Standing, Ties, Transform,
    },
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
    "precision",
    "rounding",
    "groups",
    "bands",
    "bands_closed",
    "criteria",
    "rubrics",
    "roots",
    "nodes",
    "indicators",
    "report",
];
pub(super) const GROUP: &[&str] = &["id", "label", "areas", "members_of"];
pub(super) const BAND: &[&str] = &["id", "label", "from"];
pub(super) const CRITERION: &[&str] = &["id", "label", "min_coverage"];
pub(super) const RUBRIC: &[&str] = &["id", "levels"];
pub(super) const LEVEL: &[&str] = &["code", "label", "description", "score"];
/// What a leaf's stages are told by, at the leaf or at a node above it.
pub(super) const STAGES: &[&str] = &[
    "sources",
    "max_age",
    "denominate",
    "not_applicable",
    "not_applicable_for",
    "unknown_for",
    "impute",
    "treat",
    "direction",
    "transform",
    "normalise",
];
pub(super) const NODE: &[&str] = &[
    "id",
    "name",
    "parent",
    "weight",
    "counts",
    "precision",
    "rounding",
    "aggregate",
    "sources",
    "max_age",
    "denominate",
    "not_applicable",
    "not_applicable_for",
    "unknown_for",
    "impute",
    "treat",
    "direction",
    "transform",
    "normalise",
];
pub(super) const AGGREGATE: &[&str] = &["method", "exponent", "constant", "over", "min_coverage", "impute"];
pub(super) const MIN_COVERAGE: &[&str] = &["share", "count", "over"];
/// The same of a criterion, which is made from indicators alone.
pub(super) const CRITERION_MIN_COVERAGE: &[&str] = &["share", "count"];
/// What stands in for a node, in its `aggregate`.
pub(super) const NODE_IMPUTE: &[&str] = &["method", "groups"];
pub(super) const INDICATOR: &[&str] = &[
    "id",
    "name",
    "description",
    "unit",
    "kind",
    "formula",
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
    "counts",
    "precision",
    "rounding",
    "sources",
    "max_age",
    "denominate",
    "not_applicable",
    "not_applicable_for",
    "unknown_for",
    "impute",
    "treat",
    "direction",
    "transform",
    "normalise",
];
pub(super) const DENOMINATE: &[&str] = &["indicator", "per", "sources", "max_age"];
pub(super) const IMPUTE: &[&str] = &["constant", "level", "method", "groups", "within"];
pub(super) const TREAT: &[&str] = &["skewness", "kurtosis", "points", "otherwise", "exponent"];
pub(super) const BOX_COX: &[&str] = &["boxcox"];
pub(super) const LEVELS: &[&str] = &["method", "scores"];
pub(super) const TIERS: &[&str] = &["method", "tiers", "below"];
pub(super) const TIER: &[&str] = &["at_least", "score"];
pub(super) const GOALPOSTS: &[&str] = &["method", "lower", "upper", "scale", "clip", "reason", "pool"];
/// A post of goalposts that is a percentile of the data.
pub(super) const PERCENTILE: &[&str] = &["percentile"];
pub(super) const MINMAX: &[&str] = &["method", "lower", "upper", "pool"];
pub(super) const ZSCORE: &[&str] = &["method", "mean", "deviation", "pool"];
pub(super) const SCALED: &[&str] = &["method", "zero", "one", "factor"];
pub(super) const DIST2REF: &[&str] = &["method", "area", "cap"];
pub(super) const DIST2TARGET: &[&str] = &["method", "target", "cap", "pool"];
pub(super) const POOLED: &[&str] = &["method", "pool"];
pub(super) const RANKS: &[&str] = &["method", "ties", "pool"];
pub(super) const NONE: &[&str] = &["method"];
pub(super) const CLAUSE: &[&str] =
    &["id", "title", "unit", "figure", "indicator", "where", "node", "at_least_band", "weight_by"];
pub(super) const WHERE: &[&str] = &["level_at_least", "flag", "at_least", "above"];

pub(super) const FREQUENCIES: &[(&str, Frequency)] = &[
    ("annual", Frequency::Annual),
    ("half-yearly", Frequency::HalfYearly),
    ("quarterly", Frequency::Quarterly),
    ("monthly", Frequency::Monthly),
];
/// The aggregations; `exponent` and `constant` are read beside them.
pub(super) const AGGREGATES: &[(&str, Aggregate)] = &[
    ("arithmetic", Aggregate::Arithmetic),
    ("geometric", Aggregate::Geometric),
    ("harmonic", Aggregate::Harmonic),
    ("power", Aggregate::Power(1.0)),
    ("median", Aggregate::Median),
    ("min", Aggregate::Min),
    ("max", Aggregate::Max),
    ("sum", Aggregate::Sum),
    ("linear", Aggregate::Linear(0.0)),
    ("copeland", Aggregate::Copeland),
];
pub(super) const OVERS: &[(&str, Over)] = &[("children", Over::Children), ("leaves", Over::Leaves)];
pub(super) const ROUNDINGS: &[(&str, Rounding)] =
    &[("half-up", Rounding::HalfUp), ("half-even", Rounding::HalfEven)];
pub(super) const BANDS_CLOSED: &[(&str, BandsClosed)] =
    &[("below", BandsClosed::Below), ("above", BandsClosed::Above)];
pub(super) const DIRECTIONS: &[(&str, Direction)] =
    &[("higher-is-better", Direction::HigherIsBetter), ("lower-is-better", Direction::LowerIsBetter)];
pub(super) const TRANSFORMS: &[(&str, Transform)] = &[
    ("identity", Transform::Identity),
    ("log", Transform::Log),
    ("log1p", Transform::Log1p),
    ("sqrt", Transform::Sqrt),
];
/// What stands in where nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImputeMethod {
    Average(Average),
    Group(Average),
    Latest,
    Hold,
    Linear,
}

pub(super) const IMPUTES: &[(&str, ImputeMethod)] = &[
    ("mean", ImputeMethod::Average(Average::Mean)),
    ("median", ImputeMethod::Average(Average::Median)),
    ("group-mean", ImputeMethod::Group(Average::Mean)),
    ("group-median", ImputeMethod::Group(Average::Median)),
    ("latest", ImputeMethod::Latest),
    ("hold", ImputeMethod::Hold),
    ("linear", ImputeMethod::Linear),
];
/// What stands in for a node.
pub(super) const NODE_IMPUTES: &[(&str, Average)] =
    &[("group-mean", Average::Mean), ("group-median", Average::Median)];
/// What happens where winsorising does not do; `exponent` is read beside them.
pub(super) const FALLBACKS: &[(&str, Fallback)] = &[
    ("log", Fallback::Log),
    ("log-either", Fallback::LogEither),
    ("boxcox", Fallback::BoxCox(0.0)),
    ("none", Fallback::None),
];
pub(super) const POOLS: &[(&str, Pool)] = &[("period", Pool::Period), ("all-periods", Pool::AllPeriods)];

pub(super) const TIES: &[(&str, Ties)] = &[("min", Ties::Min), ("average", Ties::Average)];

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
    ZScore,
    Scaled,
    DistanceToMax,
    DistanceToReference,
    DistanceToTarget,
    FractionOfMax,
    Rank(Standing),
    None,
}

pub(super) const METHODS: &[(&str, Method)] = &[
    ("levels", Method::Levels),
    ("tiers", Method::Tiers),
    ("goalposts", Method::Goalposts),
    ("minmax", Method::MinMax),
    ("zscore", Method::ZScore),
    ("scaled", Method::Scaled),
    ("dist2max", Method::DistanceToMax),
    ("dist2ref", Method::DistanceToReference),
    ("dist2target", Method::DistanceToTarget),
    ("fracmax", Method::FractionOfMax),
    ("rank", Method::Rank(Standing::Rank)),
    ("borda", Method::Rank(Standing::Borda)),
    ("prank", Method::Rank(Standing::Percentile)),
    ("none", Method::None),
];

impl Method {
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Levels => LEVELS,
            Self::Tiers => TIERS,
            Self::Goalposts => GOALPOSTS,
            Self::MinMax => MINMAX,
            Self::ZScore => ZSCORE,
            Self::Scaled => SCALED,
            Self::DistanceToReference => DIST2REF,
            Self::DistanceToTarget => DIST2TARGET,
            Self::DistanceToMax | Self::FractionOfMax => POOLED,
            Self::Rank(_) => RANKS,
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
    WeightedMean,
    RatioOfSums,
    BandShare,
}

pub(super) const FIGURES: &[(&str, FigureKind)] = &[
    ("count", FigureKind::Count),
    ("sum", FigureKind::Sum),
    ("mean", FigureKind::Mean),
    ("weighted-mean", FigureKind::WeightedMean),
    ("ratio-of-sums", FigureKind::RatioOfSums),
    ("band-share", FigureKind::BandShare),
];

/// Every table with its keys, by its heading in the reference.
#[cfg(test)]
pub(super) const TABLES: &[(&str, &[&str])] = &[
    ("The framework", FRAMEWORK),
    ("`[[groups]]`", GROUP),
    ("`[[bands]]`", BAND),
    ("`[[criteria]]`", CRITERION),
    ("`[[rubrics]]`", RUBRIC),
    ("`[[rubrics.levels]]`", LEVEL),
    ("`[[nodes]]`", NODE),
    ("`aggregate`", AGGREGATE),
    ("`min_coverage`", MIN_COVERAGE),
    ("`[[indicators]]`", INDICATOR),
    ("Stages", STAGES),
    ("`denominate`", DENOMINATE),
    ("`impute`", IMPUTE),
    ("`impute` of a node", NODE_IMPUTE),
    ("`treat`", TREAT),
    ("`transform`", BOX_COX),
    ("`normalise`", LEVELS),
    ("`normalise`", TIERS),
    ("`normalise`", TIER),
    ("`normalise`", GOALPOSTS),
    ("`normalise`", MINMAX),
    ("`normalise`", ZSCORE),
    ("`normalise`", PERCENTILE),
    ("`normalise`", SCALED),
    ("`normalise`", DIST2REF),
    ("`normalise`", DIST2TARGET),
    ("`normalise`", POOLED),
    ("`normalise`", RANKS),
    ("`normalise`", NONE),
    ("`[[report]]`", CLAUSE),
    ("`where`", WHERE),
];
