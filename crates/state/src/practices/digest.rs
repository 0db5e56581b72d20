//! Digests of writes of practices.
//!
//! *Invariant:* must stay stable: they are stored with each submission.

use blake3::Hasher;
use tenseven_model::{ContentDigest, CuratorId, Practice, PracticeDraft, Revision, event::PracticeChange};

use crate::content_hash::{finished, names, text};

/// Starts every digest of what a curator does with a practice. Must stay stable.
const PRACTICE_MARK: &[u8] = b"tenseven practice 1";

/// Starts every digest of practices that ship. Must stay stable.
const SEEDS_MARK: &[u8] = b"tenseven practice seeds 1";

/// The digest of what a curator does with a practice.
pub(crate) fn of_practice(change: &PracticeChange, curator: &CuratorId, expected: Revision) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, PRACTICE_MARK);
    text(&mut hasher, curator.as_str().as_bytes());
    hasher.update(&expected.number().to_le_bytes());
    match change {
        PracticeChange::Put(practice) => {
            hasher.update(&[1]);
            practice_into(&mut hasher, practice);
        }
        PracticeChange::Withdrawn { id, reason } => {
            hasher.update(&[2]);
            text(&mut hasher, id.as_str().as_bytes());
            text(&mut hasher, reason.as_str().as_bytes());
        }
    }
    finished(&hasher)
}

/// The digest of practices that ship, in their order.
pub(crate) fn of_seeds(practices: &[Practice]) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, SEEDS_MARK);
    for practice in practices {
        practice_into(&mut hasher, practice);
    }
    finished(&hasher)
}

fn practice_into(hasher: &mut Hasher, practice: &Practice) {
    let PracticeDraft { id, areas, title, description, citation, domains, indicators, measures } =
        &**practice;
    for part in [id.as_str(), title, description, citation] {
        text(hasher, part.as_bytes());
    }
    names(hasher, areas.iter().map(tenseven_model::Alpha3::as_str));
    names(hasher, domains.iter().map(tenseven_model::NodeId::as_str));
    names(hasher, indicators.iter().map(tenseven_model::IndicatorId::as_str));
    names(hasher, measures.iter().map(tenseven_model::MeasureId::as_str));
}
