//! Drafts: a framework as its author wrote it, before it is known to work.

use super::{
    AreaGroup, AreaSet, Clause, Denominator, GroupAverage, Impute, Normalise, Transform, Treatment, Version,
};
use crate::{
    BandId, CriterionId, FrameworkId, Frequency, Indicator, IndicatorId, NodeId, Precision, SourceId,
};

/// Which edge of a band belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BandsClosed {
    /// The lower one: a score at the edge of two bands is in the higher one.
    #[default]
    Below,
    /// The upper one: a score at the edge of two bands is in the lower one. The lowest band has both.
    Above,
}

impl BandsClosed {
    /// The name that frameworks and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
        }
    }
}

/// A range of scores with a name: from `from` to the next band's; which of the two is part of it, [`BandsClosed`] defines.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Its id in the framework.
    pub id: BandId,
    /// Its name for readers.
    pub label: String,
    /// Its lower edge.
    pub from: f64,
}

/// Something that the whole target asks for and indicators bear on, as `orderly`.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// Its id in the framework.
    pub id: CriterionId,
    /// Its name for readers.
    pub label: String,
    /// How many of the scored indicators that bear on it must have data for a score.
    pub min_coverage: MinCoverage,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// More is better.
    #[default]
    HigherIsBetter,
    /// Less is better.
    LowerIsBetter,
}

/// How a branch makes one score of those below it. The weights of means renormalise over those with data.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Aggregate {
    /// Σ w·x / Σ w.
    #[default]
    Arithmetic,
    /// exp(Σ w·ln x / Σ w); no score where an x is not above 0.
    Geometric,
    /// Σ w / Σ (w/x); no score where an x is not above 0.
    Harmonic,
    /// (Σ w·x^p / Σ w)^(1/p), and the geometric mean where p is 0; no score where an x is below 0, nor, where p is
    /// below 0, where it is 0.
    Power(f64),
    /// The median; weights have no effect.
    Median,
    /// The smallest; weights have no effect.
    Min,
    /// The largest; weights have no effect.
    Max,
    /// Σ w·x over those with data.
    Sum,
    /// This constant + Σ w·x over those with data, with weights of any sign.
    Linear(f64),
    /// How many areas an area outranks in a majority of the weights, less those that outrank it.
    Copeland,
}

impl Aggregate {
    /// The name that frameworks and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arithmetic => "arithmetic",
            Self::Geometric => "geometric",
            Self::Harmonic => "harmonic",
            Self::Power(_) => "power",
            Self::Median => "median",
            Self::Min => "min",
            Self::Max => "max",
            Self::Sum => "sum",
            Self::Linear(_) => "linear",
            Self::Copeland => "copeland",
        }
    }

    /// Whether a cell depends only on the same cell of its children, and is not compared with other areas.
    pub fn is_by_area(self) -> bool {
        !matches!(self, Self::Copeland)
    }

    /// Whether weights are used unchanged, and not as shares of the weights of those with data.
    pub fn takes_weights_as_they_stand(self) -> bool {
        matches!(self, Self::Sum | Self::Linear(_))
    }
}

/// What a branch looks at: its children, or all leaves below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Over {
    /// The nodes directly below.
    #[default]
    Children,
    /// The leaves of the whole branch.
    Leaves,
}

/// How much must have data for a branch to get a score. Those that do not apply do not count.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum MinCoverage {
    /// One is enough.
    #[default]
    One,
    /// At least this share, equality passes.
    Share(f64),
    /// At least this many.
    Count(u32),
}

/// A node that is made from others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Branch {
    /// How.
    pub aggregate: Aggregate,
    /// From what.
    pub over: Over,
    /// From how much at least.
    pub min_coverage: MinCoverage,
    /// What that is counted over.
    pub min_coverage_over: Over,
    /// What replaces the node's score where too little is known.
    pub impute: Option<GroupAverage>,
}

/// A node that is made from observations of one indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// Which indicator.
    pub indicator: IndicatorId,
    /// Sources in order of precedence. Those not named come after them, the newest revision first.
    pub sources: Vec<SourceId>,
    /// How many periods a value is carried forward.
    pub max_age: u32,
    /// The areas to which it does not apply, even if it was observed there.
    pub not_applicable: Vec<AreaSet>,
    /// The areas for which it is treated as missing, even if it was observed there.
    pub unknown_for: Vec<AreaSet>,
    /// What the value is divided by.
    pub denominator: Option<Denominator>,
    /// The imputation of missing values.
    pub impute: Option<Impute>,
    /// Which way is better.
    pub direction: Direction,
    /// How outliers of a period's column are treated; none: they are left.
    pub treat: Option<Treatment>,
    /// Applied before the normalisation.
    pub transform: Transform,
    /// How the value becomes a score.
    pub normalise: Normalise,
}

/// What a node is made from.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "most nodes are leaves")]
pub enum NodeBody {
    /// Other nodes.
    Branch(Branch),
    /// Observations.
    Leaf(Leaf),
}

/// A node of the tree of scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its id in the framework.
    pub id: NodeId,
    /// Its name for readers.
    pub name: String,
    /// The node above; none for the root.
    pub parent: Option<NodeId>,
    /// Its weight among its parent's children.
    pub weight: f64,
    /// Whether it is part of its parent's score and coverage, and not only published below it.
    pub counts: bool,
    /// With which decimals its score is published; none: with those of the framework.
    pub precision: Option<Precision>,
    /// What it is made from.
    pub body: NodeBody,
}

/// The areas that relative normalisations compare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reference {
    /// Every country and area that the catalogue names.
    #[default]
    World,
    /// Every country and area with data, user-assigned ones included.
    All,
    /// The members of a group.
    Group(AreaSet),
}

/// A framework as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkDraft {
    /// Its id.
    pub id: FrameworkId,
    /// Its version; a published version never changes.
    pub version: Version,
    /// Its title for readers.
    pub title: String,
    /// What it measures and what it leaves out.
    pub description: String,
    /// Where its method is written down.
    pub source: String,
    /// How long the periods are that it scores.
    pub frequency: Frequency,
    /// Whether areas may be ranked by it.
    pub ranking: bool,
    /// What relative normalisations compare.
    pub reference: Reference,
    /// With which decimals scores are published; none: with all that they have.
    pub precision: Option<Precision>,
    /// The groups of areas that it states; may be none.
    pub groups: Vec<AreaGroup>,
    /// Its bands, lowest first; may be none.
    pub bands: Vec<Band>,
    /// Which edge of a band belongs to it.
    pub bands_closed: BandsClosed,
    /// Its criteria, in order; may be none.
    pub criteria: Vec<Criterion>,
    /// The nodes without a parent, where there are several; empty where there is one.
    pub roots: Vec<NodeId>,
    /// What is observed.
    pub indicators: Vec<Indicator>,
    /// The tree of what is scored. Children keep this order below their parent.
    pub nodes: Vec<Node>,
    /// The figures of its target report, in order.
    pub report: Vec<Clause>,
}
