//! Figures: the cost of a framework by kind, with the limit of each.

use std::fmt;

use tenseven_engine::BoardSize;
use tenseven_model::FrameworkRef;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Bytes of memory.
    Bytes,
    /// Work after one observation changed.
    Change,
    /// Work of scoring everything.
    Rebuild,
    /// Periods that the scores run over.
    Periods,
    /// Bytes of memory of all frameworks together.
    AllBytes,
    /// Work of all frameworks together after one observation changed.
    AllChange,
    /// Work of scoring everything by all frameworks.
    AllRebuild,
}

impl Figure {
    /// The name of the limit, as the operator sets it.
    pub fn limit_name(self) -> &'static str {
        match self {
            Self::Bytes => "framework_bytes_max",
            Self::Change => "framework_cost_max",
            Self::Rebuild => "framework_rebuild_cost_max",
            Self::Periods => "periods_max",
            Self::AllBytes => "boards_bytes_max",
            Self::AllChange => "boards_cost_max",
            Self::AllRebuild => "boards_rebuild_cost_max",
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes of memory",
            Self::Change => "units of work after one changed observation",
            Self::Rebuild => "units of work to score everything",
            Self::Periods => "periods",
            Self::AllBytes => "bytes of memory together with the other frameworks",
            Self::AllChange => {
                "units of work together with the other frameworks after one changed observation"
            }
            Self::AllRebuild => "units of work together with the other frameworks to score everything",
        })
    }
}

/// A part of a framework, or one of several frameworks, and what it takes of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFigure {
    /// Its name, e.g. "node crisis".
    pub part: String,
    /// How much it takes.
    pub amount: u64,
    /// What makes it expensive.
    pub cause: String,
    /// What makes it cheaper.
    pub remedy: &'static str,
}

impl PartFigure {
    /// A version among all whose scores are kept up to date.
    pub(super) fn version(framework: &FrameworkRef, amount: u64) -> Self {
        Self {
            part: format!("framework {framework}"),
            amount,
            cause: "its scores are kept up to date".to_owned(),
            remedy: "publish a version that costs less, or retire all of its versions",
        }
    }
}

/// A figure and its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limited {
    /// Which.
    pub figure: Figure,
    /// How much is taken at most.
    pub amount: u64,
    /// How much may be taken.
    pub max: u64,
    /// What takes most of it, the most expensive first.
    pub parts: Vec<PartFigure>,
}

/// What a framework costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkCost {
    /// The largest board that it can have.
    pub size: BoardSize,
    /// Its figures, each with its limit.
    pub figures: Vec<Limited>,
}

/// A framework costs more than it may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct OverBudget {
    /// The version.
    pub framework: FrameworkRef,
    /// What it costs more of than it may.
    pub exceeded: Vec<Limited>,
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} costs too much", self.framework)?;
        for limited in &self.exceeded {
            write!(f, "; {limited}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { figure, amount, max, parts } = self;
        let limit = figure.limit_name();
        write!(f, "it takes up to {amount} {figure}, and at most {max} are allowed ({limit})")?;
        for (index, PartFigure { part, amount, cause, remedy }) in parts.iter().enumerate() {
            let before = if index == 0 { ": most take" } else { "," };
            write!(f, "{before} {part} with {amount} ({cause}; {remedy})")?;
        }
        Ok(())
    }
}
