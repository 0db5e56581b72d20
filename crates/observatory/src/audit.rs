//! The audit trail of accepted changes: by whom and when each revision was made, and of what kind it was.
//!
//! *Invariant:* it returns no content of an entry. What is read for one answer is bounded.

use tenseven_model::{
    PartnerId, Revision, SubmissionId, Timestamp,
    access::AccessChange,
    event::{Event, PracticeChange},
};
use tenseven_store::Entry;

use crate::{Observatory, Position, Unreadable, WrongHistory, records::unreadable, tail::Tail};

/// Maximum number of revisions whose authors are looked at for one answer.
const REVISIONS_MAX: usize = 100_000;
/// Maximum number of versions that are read for one answer, but for those of its last entry.
const VERSIONS_MAX: usize = 100_000;

/// What a change was of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Observations.
    Observations,
    /// The publication of a framework.
    Framework,
    /// The retirement of a version of a framework.
    Retirement,
    /// Practices that were written.
    PracticesPut,
    /// Practices that were withdrawn.
    PracticesWithdrawn,
    /// A rating.
    Coding,
    /// A decision between ratings.
    Adjudication,
    /// A partner was registered or replaced.
    Partner,
    /// A key was issued.
    KeyIssued,
    /// A key was revoked.
    KeyRevoked,
    /// A grant was added.
    GrantAdded,
    /// A grant was taken back.
    GrantRevoked,
}

/// An accepted change, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedChange {
    /// The revision that accepted it.
    pub revision: Revision,
    /// When that was.
    pub accepted_at: Timestamp,
    /// The submission.
    pub submission: SubmissionId,
    /// The partner that made it; none where nobody had to identify themselves.
    pub author: Option<PartnerId>,
    /// What it was of.
    pub kind: ChangeKind,
    /// How many observations or practices it stored.
    pub rows: u64,
}

/// Changes in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedChanges {
    /// The changes.
    pub changes: Vec<AcceptedChange>,
    /// The revision up to which they are all.
    pub up_to: Revision,
}

impl AcceptedChange {
    fn of(entry: &Entry) -> Self {
        let Entry { revision, committed_at, submission, author, digest: _, outcome, event } = entry;
        Self {
            revision: *revision,
            accepted_at: *committed_at,
            submission: *submission,
            author: author.clone(),
            kind: ChangeKind::of(event),
            rows: match event {
                Event::Observations(_) | Event::Practices(_) | Event::Adjudication(_) => outcome.stored(),
                Event::Framework(_) | Event::Retirement(_) | Event::Coding(_) | Event::Access(_) => 0,
            },
        }
    }
}

impl ChangeKind {
    fn of(event: &Event) -> Self {
        match event {
            Event::Observations(_) => Self::Observations,
            Event::Framework(_) => Self::Framework,
            Event::Retirement(_) => Self::Retirement,
            Event::Practices(versions) => {
                let is_withdrawn =
                    |change: &PracticeChange| matches!(change, PracticeChange::Withdrawn { .. });
                match versions.first() {
                    Some(version) if is_withdrawn(&version.change) => Self::PracticesWithdrawn,
                    _ => Self::PracticesPut,
                }
            }
            Event::Coding(_) => Self::Coding,
            Event::Adjudication(_) => Self::Adjudication,
            Event::Access(change) => match **change {
                AccessChange::PartnerPut(_) => Self::Partner,
                AccessChange::KeyIssued(_) => Self::KeyIssued,
                AccessChange::KeyRevoked { .. } => Self::KeyRevoked,
                AccessChange::GrantAdded { .. } => Self::GrantAdded,
                AccessChange::GrantRevoked { .. } => Self::GrantRevoked,
            },
        }
    }
}

impl Observatory {
    /// The changes after a revision, at most `max`: all, or those of one partner. Blocks while it reads.
    pub fn accepted_changes(
        &self,
        after: Revision,
        partner: Option<&PartnerId>,
        max: usize,
    ) -> Result<AcceptedChanges, Unreadable> {
        let newest = self.newest();
        let mut found = AcceptedChanges { changes: Vec::new(), up_to: after };
        let (mut tail, mut versions) = (None, 0);
        for _ in 0..REVISIONS_MAX {
            let next = found.up_to.next();
            if next > newest.revision() || found.changes.len() >= max || versions > VERSIONS_MAX {
                break;
            }
            if partner.is_some_and(|partner| newest.authors().of(next) != Some(partner)) {
                (tail, found.up_to) = (None, next);
                continue;
            }
            let tail = tail.get_or_insert_with(|| Tail::new(&self.shared, found.up_to));
            let Some(entry) = tail.next() else { break };
            let entry = entry.map_err(|error| unreadable(&error))?;
            versions += entry.event.versions().len();
            found.up_to = entry.revision;
            found.changes.push(AcceptedChange::of(&entry));
        }
        Ok(found)
    }

    /// The last revision before a time. Blocks while it reads.
    pub fn revision_before(&self, time: Timestamp) -> Result<Revision, Unreadable> {
        let before = Timestamp::from_micros(time.as_micros().saturating_sub(1));
        let found = self.journal().revision_at(before).map_err(|error| unreadable(&error))?;
        Ok(found.min(self.revision()))
    }

    /// Succeeds if a position is one of this registry's.
    pub fn check_position(&self, at: Position) -> Result<(), WrongHistory> {
        self.shared.check_history(Some(at.history), at.revision)
    }
}
