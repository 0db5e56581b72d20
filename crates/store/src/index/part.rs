//! The part of the index that is in memory.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use tenseven_model::Revision;

use super::bucket::Hashed;
use crate::log::{LogEnd, Position};

/// Bytes of the log between two positions that are kept, at least.
const APART_MIN: u64 = 16 * 1024;

/// What was appended after some revision.
#[derive(Debug)]
pub(super) struct Part {
    /// Where it ends.
    pub(super) end: LogEnd,
    /// Some positions, in order: the first one, the first of each segment, and others so far apart that a few reads find what is
    /// between them.
    pub(super) positions: Vec<Position>,
    submissions: HashMap<u64, u64, RandomState>,
    /// Submissions whose hash another one has.
    others: Vec<Hashed>,
    /// Bytes of the log that it covers.
    pub(super) bytes: u64,
}

impl Part {
    /// A part that begins at `end`.
    pub(super) fn after(end: LogEnd) -> Self {
        Self { end, positions: Vec::new(), submissions: HashMap::default(), others: Vec::new(), bytes: 0 }
    }

    /// Adds the next revision.
    pub(super) fn add(&mut self, hash: u64, position: Position) {
        let near = self.positions.last().is_some_and(|last| {
            last.segment == position.segment && position.offset - last.offset < APART_MIN
        });
        if !near {
            self.positions.push(position);
        }
        let revision = position.revision.number();
        if let Some(first) = self.submissions.insert(hash, revision) {
            self.others.push((hash, first));
        }
    }

    /// The log ends here now.
    pub(super) fn move_to(&mut self, end: LogEnd) {
        self.bytes += if end.segment == self.end.segment {
            end.offset.saturating_sub(self.end.offset)
        } else {
            end.offset
        };
        self.end = end;
    }

    /// How many submissions there are.
    pub(super) fn len(&self) -> u64 {
        (self.submissions.len() + self.others.len()) as u64
    }

    /// The revisions of the submissions with this hash.
    pub(super) fn revisions(&self, hash: u64, found: &mut Vec<Revision>) {
        found.extend(self.submissions.get(&hash).copied().map(Revision::new));
        let others = self.others.iter().filter(|(other, _)| *other == hash);
        found.extend(others.map(|(_, revision)| Revision::new(*revision)));
    }

    /// The last kept position at or before a revision, if this part has it.
    pub(super) fn position(&self, revision: Revision) -> Option<Position> {
        let after = self.positions.partition_point(|position| position.revision <= revision);
        self.positions.get(after.checked_sub(1)?).copied()
    }

    /// All submissions, in the order of their hashes.
    pub(super) fn sorted(&self) -> Vec<Hashed> {
        let mut all: Vec<Hashed> =
            self.submissions.iter().map(|(hash, revision)| (*hash, *revision)).collect();
        all.extend_from_slice(&self.others);
        all.sort_unstable();
        all
    }
}
