//! Histories: which sequence of changes a revision number belongs to.
//!
//! A registry starts a history when it is created, and another each time it is restored from a backup, because changes that
//! the backup lacks may have been seen by others. *Invariant:* in a [`Lineage`] each history continues the one before it
//! after a revision that the one before it has, so that every revision belongs to exactly one history.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::Revision;

/// Why a text is not a history id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("history id {0:?} is no UUID; copy it from an earlier answer, or from `tenseven status`")]
pub struct HistoryIdError(String);

/// Identifies a history.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HistoryId(Uuid);

impl HistoryId {
    /// The id of version 8 (RFC 9562) made from these bytes, which should be random.
    pub fn of_version_8(bytes: [u8; 16]) -> Self {
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The id with these 16 bytes in network order.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The id's 16 bytes in network order.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl FromStr for HistoryId {
    type Err = HistoryIdError;
    fn from_str(text: &str) -> Result<Self, HistoryIdError> {
        Uuid::try_parse(text).map(Self).map_err(|_| HistoryIdError(text.to_owned()))
    }
}

impl fmt::Display for HistoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for HistoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A history, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct History {
    /// Its id.
    pub id: HistoryId,
    /// The last revision that it shares with the history before it; zero for the first history.
    pub after: Revision,
}

/// The histories that lead to a registry's present, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lineage(Vec<History>);

/// A revision of another history than this registry's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OtherHistory {
    /// No history with this id leads here.
    #[error(
        "history {history} is not part of this registry, whose current history is {current}; read again without a revision and resume from that answer"
    )]
    Unknown {
        /// The history that was named.
        history: HistoryId,
        /// The history of the newest revision.
        current: HistoryId,
    },
    /// This registry left the history before the revision.
    #[error(
        "revision {revision} belongs to history {history}, which this registry left after revision {left_after}; its current history is {current}: resume from revision {left_after} or earlier"
    )]
    Left {
        /// The history that was named.
        history: HistoryId,
        /// The revision that was named.
        revision: Revision,
        /// The last revision of that history that this registry shares.
        left_after: Revision,
        /// The history of the newest revision.
        current: HistoryId,
    },
    /// The registry was restored, so that a revision without a history may be of more than one.
    #[error(
        "this registry was restored after revision {forked_after}, so that revision {revision} may belong to more than one history; name the history that the revision was read with (the current one is {current})"
    )]
    Ambiguous {
        /// The revision that was named.
        revision: Revision,
        /// The last revision that all histories share.
        forked_after: Revision,
        /// The history of the newest revision.
        current: HistoryId,
    },
}

impl Lineage {
    /// The lineage of a registry without history yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The lineage of these histories, oldest first; none if they do not continue one another. The first may continue a history that
    /// is not known any more.
    pub fn of(histories: Vec<History>) -> Option<Self> {
        let follow = histories.is_sorted_by_key(|history| history.after);
        let distinct = histories
            .iter()
            .enumerate()
            .all(|(index, history)| histories.iter().take(index).all(|earlier| earlier.id != history.id));
        (follow && distinct).then_some(Self(histories))
    }

    /// Adds the history that continues the newest one. Returns false, and adds nothing, if it begins before that one does.
    #[must_use]
    pub fn push(&mut self, next: History) -> bool {
        let follows = match self.0.last() {
            Some(last) => next.after >= last.after && self.0.iter().all(|known| known.id != next.id),
            None => next.after == Revision::ZERO,
        };
        if follows {
            self.0.push(next);
        }
        follows
    }

    /// The histories, oldest first.
    pub fn histories(&self) -> &[History] {
        &self.0
    }

    /// The history of the newest revision.
    pub fn current(&self) -> HistoryId {
        self.0.last().map(|history| history.id).unwrap_or_default()
    }

    /// The history that a revision was accepted in. For revision zero, the first.
    pub fn history_of(&self, revision: Revision) -> HistoryId {
        let begun = self.0.iter().rev().find(|history| history.after < revision);
        begun.or(self.0.first()).map(|history| history.id).unwrap_or_default()
    }

    /// Succeeds if a revision that is named without a history can be of only one.
    pub fn check_unnamed(&self, revision: Revision) -> Result<(), OtherHistory> {
        // The first history that is known may itself continue one that is not.
        let forks = self.0.iter().map(|history| history.after).filter(|after| *after > Revision::ZERO);
        match forks.min() {
            Some(forked_after) if revision > forked_after => {
                Err(OtherHistory::Ambiguous { revision, forked_after, current: self.current() })
            }
            _ => Ok(()),
        }
    }

    /// Succeeds if `revision` of `history` is the same change here.
    pub fn check(&self, history: HistoryId, revision: Revision) -> Result<(), OtherHistory> {
        let current = self.current();
        let Some(index) = self.0.iter().position(|known| known.id == history) else {
            return Err(OtherHistory::Unknown { history, current });
        };
        match self.0.get(index + 1) {
            Some(next) if revision > next.after => {
                Err(OtherHistory::Left { history, revision, left_after: next.after, current })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> HistoryId {
        HistoryId::of_version_8([number; 16])
    }

    fn lineage(afters: &[u64]) -> Lineage {
        let mut lineage = Lineage::new();
        for (number, after) in (1..).zip(afters) {
            assert!(lineage.push(History { id: id(number), after: Revision::new(*after) }));
        }
        lineage
    }

    #[test]
    fn a_revision_that_was_seen_before_the_restore_is_known_after_it() {
        let lineage = lineage(&[0, 5]);
        assert_eq!(lineage.check(id(1), Revision::new(5)), Ok(()));
        assert_eq!(lineage.check(id(2), Revision::new(9)), Ok(()));
        assert_eq!(lineage.history_of(Revision::new(5)), id(1));
        assert_eq!(lineage.history_of(Revision::new(6)), id(2));
    }

    #[test]
    fn a_revision_that_the_backup_lacked_is_of_another_history() {
        let lineage = lineage(&[0, 5]);
        let left = OtherHistory::Left {
            history: id(1),
            revision: Revision::new(6),
            left_after: Revision::new(5),
            current: id(2),
        };
        assert_eq!(lineage.check(id(1), Revision::new(6)), Err(left));
        let unknown = OtherHistory::Unknown { history: id(9), current: id(2) };
        assert_eq!(lineage.check(id(9), Revision::new(1)), Err(unknown));
    }

    #[test]
    fn a_revision_without_a_history_is_taken_only_where_it_can_be_of_one() {
        assert_eq!(lineage(&[0]).check_unnamed(Revision::new(9)), Ok(()));
        let restored = lineage(&[0, 5]);
        assert_eq!(restored.check_unnamed(Revision::new(5)), Ok(()));
        let (revision, forked_after) = (Revision::new(6), Revision::new(5));
        let ambiguous = OtherHistory::Ambiguous { revision, forked_after, current: id(2) };
        assert_eq!(restored.check_unnamed(revision), Err(ambiguous));
        let twice = lineage(&[0, 5, 15]);
        assert!(
            twice.check_unnamed(Revision::new(8)).is_err(),
            "it is of the first or of the second history"
        );
        assert_eq!(twice.check_unnamed(Revision::new(5)), Ok(()));
    }

    #[test]
    fn a_history_begins_where_the_one_before_it_is_known_and_only_once() {
        let mut lineage = lineage(&[0, 5]);
        assert!(!lineage.push(History { id: id(3), after: Revision::new(4) }));
        assert!(!lineage.push(History { id: id(1), after: Revision::new(7) }));
        assert!(!Lineage::new().push(History { id: id(1), after: Revision::new(1) }));
        assert!(lineage.push(History { id: id(3), after: Revision::new(5) }));
        assert_eq!(lineage.current(), id(3));
    }

    #[test]
    fn an_id_is_read_back_from_its_text() {
        assert_eq!(id(7).to_string().parse(), Ok(id(7)));
        assert!("7".parse::<HistoryId>().is_err());
    }
}
