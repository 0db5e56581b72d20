//! Answers with the revision that they show.

use tenseven_api::SetPosition;
use tenseven_observatory::Position;

/// An answer with the revision that it shows.
pub(super) fn positioned<A: SetPosition>(mut answer: A, at: Position) -> A {
    answer.set_position(at.revision.number(), at.history.to_string());
    answer
}
