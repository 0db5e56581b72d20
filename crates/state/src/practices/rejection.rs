//! Rejections of writes of practices.

use tenseven_model::{PracticeId, Revision};

use super::names::PracticeNameFault;
use crate::unknown::UnknownPractice;

/// The curator has not seen the newest version of the practice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", revised(practice, *expected, *newest, *is_withdrawn))]
pub struct PracticeRevised {
    /// The practice.
    pub practice: PracticeId,
    /// The revision that was to be replaced.
    pub expected: Revision,
    /// That of the newest version; zero if there is none.
    pub newest: Revision,
    /// Whether the practice was withdrawn then.
    pub is_withdrawn: bool,
}

/// There are as many practices as there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {max} practices, and no more can be added; withdraw some first")]
pub struct TooManyPractices {
    /// The limit.
    pub max: usize,
}

/// Why a write of a practice is rejected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PracticeRejection {
    /// The practice names what does not exist.
    #[error("{} of the names in the practice mean nothing", .0.len())]
    Names(Vec<PracticeNameFault>),
    /// The practice to be withdrawn is not there.
    #[error(transparent)]
    Unknown(#[from] UnknownPractice),
    /// The curator has not seen the newest version.
    #[error(transparent)]
    Revised(#[from] PracticeRevised),
    /// There is no room for another practice.
    #[error(transparent)]
    TooMany(#[from] TooManyPractices),
}

fn revised(practice: &PracticeId, expected: Revision, newest: Revision, is_withdrawn: bool) -> String {
    if newest == Revision::ZERO {
        return format!(
            "there is no practice {practice}, so none of revision {expected} can be replaced; expect revision 0 to add it"
        );
    }
    if expected == Revision::ZERO && !is_withdrawn {
        return format!(
            "practice {practice} is there already, as of revision {newest}; to replace it, read it and expect revision {newest}"
        );
    }
    let what = if is_withdrawn { "was withdrawn" } else { "says something else since it was revised" };
    format!(
        "practice {practice} {what} at revision {newest}, not {expected}; read it again, and expect revision {newest}"
    )
}
