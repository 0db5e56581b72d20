//! What the normalisation of a leaf compares with, in each period of a board.

use crate::{
    chunked::{Blank, CHUNK, Chunked, Element},
    normalise::Basis,
};

/// What a leaf's normalisation compares with.
#[derive(Debug, Clone, Default)]
pub(crate) enum Bases {
    /// Nothing.
    #[default]
    None,
    /// The same in all periods.
    Pooled(Option<Basis>),
    /// Something of its own in each period.
    ByPeriod(Chunked<Option<Basis>>),
}

/// A chunk of periods in which nothing is compared.
static NOTHING: [Option<Basis>; CHUNK] = [const { None }; CHUNK];

impl Bases {
    /// One for each of this many periods, still to be found.
    pub(crate) fn by_period(periods: usize) -> Self {
        Self::ByPeriod(Chunked::blank(periods, &NOTHING))
    }

    /// What is compared with in the period at a place.
    pub(crate) fn at(&self, period: usize) -> Option<&Basis> {
        match self {
            Self::Pooled(basis) => basis.as_ref(),
            Self::ByPeriod(bases) if period < bases.len() => bases.at(period).as_ref(),
            Self::None | Self::ByPeriod(_) => None,
        }
    }
}

impl Element for Option<Basis> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(one), Some(other)) => one.same_bits(other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    fn blank(&self) -> Option<Blank<Self>> {
        self.is_none().then_some(&NOTHING)
    }
}
