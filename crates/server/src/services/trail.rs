//! The audit trail: accepted changes of the journal and calls of the log, merged by time.
//!
//! *Invariant:* a page follows the one before in both sources, so that no event is left out or comes twice, whatever is added meanwhile.
//! What is read for one page is bounded.

use std::{collections::BTreeMap, io, sync::Arc};

use tenseven_api::{
    convert::AuditFilter,
    v1::{AuditEvent, AuditOutcome},
};
use tenseven_model::Revision;
use tenseven_observatory::{AcceptedChange, AcceptedChanges, ChangeKind, Observatory, Unreadable};
use tracing::{error, warn};

use crate::{
    audit::{AuditLog, Outcome, Record},
    present,
    status::{self, Refusal, Refused},
};

/// Maximum number of records that are looked at for one page.
const RECORDS_MAX: usize = 50_000;
/// How much later than its call a record is written, at most: that of calls that are alike, with some room.
const LAG_MICROS: i64 = 120_000_000;

/// Up to where the trail was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TrailPosition {
    /// In the journal.
    pub(super) revision: Revision,
    /// In the log.
    pub(super) at: i64,
}

/// Events in order.
pub(super) struct TrailPage {
    pub(super) events: Vec<AuditEvent>,
    /// Up to where they are all.
    pub(super) up_to: TrailPosition,
    /// Whether there is nothing more yet.
    pub(super) is_last: bool,
}

/// Why the trail cannot be read.
pub(super) enum TrailError {
    /// The journal cannot be read.
    Journal(Unreadable),
    /// The log cannot be read.
    Log(io::Error),
}

impl Refusal for TrailError {
    fn refuse(self) -> Refused {
        match self {
            Self::Journal(unreadable) => unreadable.refuse(),
            Self::Log(problem) => {
                error!(%problem, "the audit log cannot be read");
                status::ended().refuse()
            }
        }
    }
}

/// The audit trail.
#[derive(Clone)]
pub(super) struct Trail {
    pub(super) observatory: Arc<Observatory>,
    pub(super) log: AuditLog,
}

/// Which events of which sources pass a filter.
struct Sieve<'a>(&'a AuditFilter);

impl Sieve<'_> {
    fn takes_changes(&self) -> bool {
        self.0.outcome.is_none_or(|outcome| outcome == AuditOutcome::Accepted)
            && self.0.code.is_none_or(|code| code == "OK")
    }

    fn takes_calls(&self) -> bool {
        self.0.outcome != Some(AuditOutcome::Accepted)
    }

    /// Whether a change passes. Of one whose method is not known, every method that makes such changes does.
    fn takes_change(&self, change: &AcceptedChange, origin: Option<&Record>) -> bool {
        let is_of = |method: &String| match origin {
            Some(origin) => origin.method == *method,
            None => methods(change.kind).contains(&method.as_str()),
        };
        self.0.method.as_ref().is_none_or(is_of)
            && self.0.from.is_none_or(|from| change.accepted_at >= from)
            && self.0.partner.as_ref().is_none_or(|partner| change.author.as_ref() == Some(partner))
    }

    fn takes_call(&self, record: &Record) -> bool {
        let AuditFilter { from, to, partner, method, outcome, code } = self.0;
        // It counts calls of any partner and method.
        let is_lost = record.outcome == Outcome::Lost;
        let time = present::recorded_time(record);
        let is_of = |outcome: &AuditOutcome| match record.outcome {
            Outcome::Accepted => *outcome == AuditOutcome::Accepted,
            Outcome::Rejected => *outcome == AuditOutcome::Rejected,
            Outcome::Read => *outcome == AuditOutcome::Read,
            Outcome::Lost => *outcome == AuditOutcome::Lost,
        };
        from.is_none_or(|from| time >= from)
            && to.is_none_or(|to| time < to)
            && (is_lost || partner.as_ref().is_none_or(|partner| record.partner == partner.as_str()))
            && (is_lost || method.as_ref().is_none_or(|method| record.method == *method))
            && outcome.as_ref().is_none_or(is_of)
            && code.is_none_or(|code| record.code == code)
    }
}

impl Trail {
    /// Before the first event that a filter can pass. Blocks while it reads.
    pub(super) fn before(&self, filter: &AuditFilter) -> Result<TrailPosition, TrailError> {
        let Some(from) = filter.from else {
            return Ok(TrailPosition { revision: Revision::ZERO, at: 0 });
        };
        let revision = self.observatory.revision_before(from).map_err(TrailError::Journal)?;
        // A record is written after its call.
        Ok(TrailPosition { revision, at: from.as_micros().saturating_sub(1) })
    }

    /// After everything that there is.
    pub(super) fn newest(&self) -> TrailPosition {
        TrailPosition { revision: self.observatory.revision(), at: *self.log.newest().borrow() }
    }

    /// The events after a position that pass a filter, about `max` at most. Blocks while it reads.
    pub(super) fn page(
        &self,
        filter: &AuditFilter,
        after: TrailPosition,
        max: usize,
    ) -> Result<TrailPage, TrailError> {
        let (sieve, newest) = (Sieve(filter), self.newest());
        let AcceptedChanges { mut changes, up_to } = self.changes(&sieve, after, max)?;
        // Where the journal cannot be read further, there is nothing more yet.
        let mut has_more = sieve.takes_changes() && after.revision < up_to && up_to < newest.revision;
        if let Some(to) = filter.to
            && changes.last().is_some_and(|change| change.accepted_at >= to)
        {
            changes.retain(|change| change.accepted_at < to);
            has_more = false;
        }
        let origins = self.origins(&changes);
        let mut changes = changes.into_iter().peekable();
        let until = filter.to.map_or(i64::MAX, |to| to.as_micros().saturating_add(LAG_MICROS));
        // What is written while this reads is on a later page.
        let between = (after.at, until.min(newest.at));
        let calls = sieve.takes_calls().then(|| self.log.calls_between(between)).transpose();
        let is_readable = calls.is_ok();
        let calls = calls.unwrap_or_else(|problem| {
            let directory = self.log.directory().display();
            // Accepted changes are in the journal.
            warn!(%problem, %directory, "the audit log cannot be read; calls are not listed");
            None
        });
        let mut calls = calls.into_iter().flatten().peekable();
        let mut page = TrailPage { events: Vec::new(), up_to: after, is_last: false };
        for _ in 0..RECORDS_MAX {
            let call_at = match calls.peek() {
                Some(Ok(record)) => Some(record.at),
                Some(Err(_)) => Some(i64::MIN),
                None => None,
            };
            let is_before =
                |change: &AcceptedChange| call_at.is_none_or(|at| change.accepted_at.as_micros() <= at);
            if changes.peek().is_none() {
                page.up_to.revision = page.up_to.revision.max(up_to);
                page.is_last = call_at.is_none() && !has_more;
            }
            if page.is_last || page.events.len() >= max || (changes.peek().is_none() && has_more) {
                break;
            }
            if let Some(change) = changes.next_if(is_before) {
                page.up_to.revision = change.revision;
                let origin = origins.get(&change.revision.number()).map(Arc::as_ref);
                if sieve.takes_change(&change, origin) {
                    page.events.push(present::accepted_event(&change, origin));
                }
            } else if let Some(record) = calls.next() {
                let record = record.map_err(TrailError::Log)?;
                page.up_to.at = record.at;
                if sieve.takes_call(&record) {
                    page.events.push(present::call_event(&record));
                }
            }
        }
        if page.is_last && is_readable {
            page.up_to.at = page.up_to.at.max(newest.at);
        }
        Ok(page)
    }

    fn changes(
        &self,
        sieve: &Sieve<'_>,
        after: TrailPosition,
        max: usize,
    ) -> Result<AcceptedChanges, TrailError> {
        if !sieve.takes_changes() {
            return Ok(AcceptedChanges { changes: Vec::new(), up_to: self.observatory.revision() });
        }
        let partner = sieve.0.partner.as_ref();
        self.observatory.accepted_changes(after.revision, partner, max).map_err(TrailError::Journal)
    }

    /// What is recorded of the calls that changes came from, by revision, as far as it is still there.
    fn origins(&self, changes: &[AcceptedChange]) -> BTreeMap<u64, Arc<Record>> {
        let (mut found, mut missing) = (BTreeMap::new(), BTreeMap::new());
        for change in changes {
            let revision = change.revision.number();
            match self.log.recent_origin(change) {
                Some(origin) => drop(found.insert(revision, origin)),
                None => drop(missing.insert(revision, change)),
            }
        }
        let Some((first, last)) = missing.values().next().zip(missing.values().next_back()) else {
            return found;
        };
        let read = || {
            for record in self.log.origins((first.accepted_at, last.accepted_at))? {
                let record = Arc::new(record?);
                for (revision, change) in record
                    .revisions
                    .iter()
                    .filter(|(first, last)| first <= last)
                    .flat_map(|(first, last)| missing.range(first..=last))
                {
                    if change.author.as_ref().map_or("", |author| author.as_str()) == record.partner {
                        found.insert(*revision, Arc::clone(&record));
                    }
                }
            }
            Ok::<_, io::Error>(())
        };
        if let Err(problem) = { read }() {
            // The changes themselves are known.
            warn!(%problem, "the audit log cannot be read; where accepted changes came from is not shown");
        }
        found
    }
}

/// The methods that make changes of a kind.
fn methods(kind: ChangeKind) -> &'static [&'static str] {
    match kind {
        ChangeKind::Observations => &[
            "ObservationService/SubmitChanges",
            "ObservationService/PushObservations",
            "ObservationService/StreamObservations",
            "ObservationService/WithdrawObservations",
        ],
        ChangeKind::Framework => &["FrameworkService/PublishFramework"],
        ChangeKind::Retirement => &["FrameworkService/RetireFramework"],
        ChangeKind::PracticesPut => &["PracticeService/PutPractice"],
        ChangeKind::PracticesWithdrawn => &["PracticeService/WithdrawPractice"],
        ChangeKind::Coding => &["AssessmentService/SubmitCoding"],
        ChangeKind::Adjudication => &["AssessmentService/AdjudicateCodings"],
        ChangeKind::Partner => &["AccessService/PutPartner"],
        ChangeKind::KeyIssued => &["AccessService/IssueKey"],
        ChangeKind::KeyRevoked => &["AccessService/RevokeKey"],
        ChangeKind::GrantAdded => &["AccessService/AddGrant"],
        ChangeKind::GrantRevoked => &["AccessService/RevokeGrant"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lost_can_be_of_any_partner_and_method() {
        let (partner, method) = ("hcp".parse().ok(), Some("AccessService/IssueKey".to_owned()));
        let filter = AuditFilter { partner, method, ..AuditFilter::default() };
        let takes = |filter: &AuditFilter, outcome| {
            Sieve(filter).takes_call(&Record { outcome, ..Record::default() })
        };
        assert!(takes(&filter, Outcome::Lost) && !takes(&filter, Outcome::Rejected));
        let rejected = AuditFilter { outcome: Some(AuditOutcome::Rejected), ..filter };
        assert!(!takes(&rejected, Outcome::Lost));
    }
}
