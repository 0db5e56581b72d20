//! Blindness: which codings are visible to whom.
//!
//! *Invariant:* every query that returns a coding, or a figure made of codings, checks here first, against the state that it
//! shows. Coders rate without knowing the judgements of others: until its round is adjudicated, a coding is shown to its coder and
//! to curators alone.

use tenseven_model::CoderId;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// A coder: sees its own codings, and those of adjudicated rounds.
    Coder(CoderId),
    /// A curator: sees everything.
    Curator,
    /// Anybody else: sees adjudicated rounds.
    Anyone,
}

impl Viewer {
    /// Whether it is shown what a coder filed in a round that was adjudicated or was not.
    pub(crate) fn sees(&self, is_adjudicated: bool, filed_by: &CoderId) -> bool {
        match self {
            Self::Curator => true,
            Self::Coder(own) => is_adjudicated || own == filed_by,
            Self::Anyone => is_adjudicated,
        }
    }

    /// Whether figures that it is shown may be made of a round that was adjudicated or was not. Of an open round a coder
    /// could deduce the judgements of others from the figure and its own coding.
    pub(crate) fn sees_figures(&self, is_adjudicated: bool) -> bool {
        match self {
            Self::Curator => true,
            Self::Coder(_) | Self::Anyone => is_adjudicated,
        }
    }

    /// Whether the number of codings that it is not shown is revealed to it.
    pub(crate) fn sees_withheld_count(&self) -> bool {
        matches!(self, Self::Coder(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_round_is_shown_to_its_coder_and_to_curators() {
        let (own, other): (CoderId, CoderId) = ("a".parse().unwrap(), "b".parse().unwrap());
        let coder = Viewer::Coder(own.clone());
        for (viewer, sees_own, sees_other, sees_figures) in [
            (&coder, true, false, false),
            (&Viewer::Curator, true, true, true),
            (&Viewer::Anyone, false, false, false),
        ] {
            assert_eq!(viewer.sees(false, &own), sees_own, "{viewer:?}");
            assert_eq!(viewer.sees(false, &other), sees_other, "{viewer:?}");
            assert_eq!(viewer.sees_figures(false), sees_figures, "{viewer:?}");
            assert!(viewer.sees(true, &other) && viewer.sees_figures(true), "{viewer:?}");
        }
    }
}
