//! What the normalisation of a leaf compares with, in each period of a board.

use std::sync::Arc;

use crate::normalise::Basis;

/// What a leaf's normalisation compares with.
#[derive(Debug, Clone, Default)]
pub(crate) enum Bases {
    /// Nothing.
    #[default]
    None,
    /// The same in all periods.
    Pooled(Option<Basis>),
    /// Something of its own in each period.
    ByPeriod(Arc<Vec<Option<Basis>>>),
}

impl Bases {
    /// What is compared with in the period at a place.
    pub(crate) fn at(&self, period: usize) -> Option<&Basis> {
        match self {
            Self::None => None,
            Self::Pooled(basis) => basis.as_ref(),
            Self::ByPeriod(bases) => bases.get(period)?.as_ref(),
        }
    }
}
