//! Watching: what each revision changed, from the newest entries that are kept, or read back from the journal.
//!
//! *Invariant:* nothing is returned before the state with it is published, and the writer is never waited for nor slowed: a
//! watcher that falls behind reads the journal at its own pace.

use tenseven_model::{
    IndicatorId, Observation, ObservationKey, ObservationSelection, ObservationStatus, PartnerId, Period,
    Revision, SourceId, SubmissionId, Timestamp, Withdrawal, event::VersionBody,
};
use tenseven_state::AreaSelectionError;
use tenseven_store::Entry;

use crate::{
    Attribution, Compacted, NoSuchRevision, Observatory, Unreadable, WatchStart, WatchStartError,
    approximate_size::{observation_bytes, withdrawal_bytes},
    query::AreaFilter,
    records::unreadable,
    tail::Tail,
};

/// Maximum number of revisions that are looked at for one answer.
const REVISIONS_MAX: usize = 1_000;

/// Which changes are returned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChangeFilter {
    indicator: Option<IndicatorId>,
    areas: AreaFilter,
    source: Option<SourceId>,
    from: Option<Period>,
    to: Option<Period>,
    status: Option<ObservationStatus>,
    attribution: Attribution,
}

/// What one revision changed.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionChanges {
    /// The revision.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The submission that it accepted.
    pub submission: SubmissionId,
    /// The partner that made it; none where nobody had to identify themselves, or the reader is not shown it.
    pub author: Option<PartnerId>,
    /// The observations that are new or changed and pass the filter, in the submission's order. Their keys are other than those of the
    /// withdrawals.
    pub observations: Vec<Observation>,
    /// The withdrawals that pass the filter, in the submission's order. There is an observation or a withdrawal.
    pub withdrawals: Vec<Withdrawal>,
}

impl RevisionChanges {
    fn is_empty(&self) -> bool {
        self.observations.is_empty() && self.withdrawals.is_empty()
    }

    /// About the bytes that it has in an answer.
    fn size(&self) -> usize {
        let observations = self.observations.iter().map(observation_bytes);
        let withdrawals = self.withdrawals.iter().map(withdrawal_bytes);
        observations.chain(withdrawals).sum()
    }
}

/// What came after a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The changes, by revision.
    pub changes: Vec<RevisionChanges>,
    /// The revision up to which they are all.
    pub up_to: Revision,
}

impl Observatory {
    /// A filter of changes; rejected where it names an area that is not known. Of a status are those observations that have it from
    /// then on. A withdrawal has none, and matches any selected status.
    pub fn change_filter(&self, selection: ObservationSelection) -> Result<ChangeFilter, AreaSelectionError> {
        let ObservationSelection { indicator, area, source, from, to, status } = selection;
        let areas = AreaFilter::of(area.as_ref(), &self.shared.world)?;
        let attribution = Attribution::All;
        Ok(ChangeFilter { indicator, areas, source, from, to, status, attribution })
    }

    /// The revision after which a watch starts, the newest if none is given; refused if not all changes after it are
    /// there, it is still to come, or it belongs to another history.
    pub fn watch_after(&self, start: WatchStart) -> Result<Revision, WatchStartError> {
        self.shared.check_start(&start)?;
        let (newest, oldest) = (self.revision(), self.journal().horizon());
        let Some(after) = start.after else { return Ok(newest) };
        if after > newest {
            return Err(NoSuchRevision { wanted: after, newest }.into());
        }
        if after.next() < oldest {
            return Err(Compacted { wanted: after.next(), oldest }.into());
        }
        Ok(after)
    }

    /// Waits until there is something after a revision.
    pub async fn newer_than(&self, revision: Revision) {
        // The sender lives as long as the observatory.
        drop(self.shared.revisions().wait_for(|newest| *newest > revision).await);
    }

    /// The changes after a revision that pass the filter, up to `until` if that is given, or until there are about `bytes_max` bytes
    /// of them. Blocks where it reads.
    pub fn changes_after(
        &self,
        filter: &ChangeFilter,
        (after, until): (Revision, Option<Revision>),
        bytes_max: usize,
    ) -> Result<Changed, Unreadable> {
        let mut changed = Gathered::new(after, bytes_max);
        for entry in Tail::new(&self.shared, after).take(REVISIONS_MAX) {
            let entry = entry.map_err(|error| unreadable(&error))?;
            if until.is_some_and(|until| entry.revision > until) || !changed.take(filter, &entry) {
                break;
            }
        }
        Ok(changed.changed)
    }

    /// The same, as far as it is in memory; none where the first of it has to be read from the journal. Does not block.
    pub fn recent_changes_after(
        &self,
        filter: &ChangeFilter,
        (after, until): (Revision, Option<Revision>),
        bytes_max: usize,
    ) -> Option<Changed> {
        let (mut changed, newest) = (Gathered::new(after, bytes_max), self.revision());
        let until = until.map_or(newest, |until| until.min(newest));
        for _ in 0..REVISIONS_MAX {
            let next = changed.changed.up_to.next();
            if next > until {
                break;
            }
            let Some(entry) = self.shared.recent.get(next) else {
                return Some(changed.changed).filter(|changed| changed.up_to > after);
            };
            if !changed.take(filter, &entry) {
                break;
            }
        }
        Some(changed.changed)
    }
}

/// Changes while they are gathered.
struct Gathered {
    changed: Changed,
    bytes: usize,
    bytes_max: usize,
}

impl Gathered {
    fn new(after: Revision, bytes_max: usize) -> Self {
        Self { changed: Changed { changes: Vec::new(), up_to: after }, bytes: 0, bytes_max }
    }

    /// Takes what passes the filter of the next entry, unless there is enough.
    fn take(&mut self, filter: &ChangeFilter, entry: &Entry) -> bool {
        if self.bytes >= self.bytes_max {
            return false;
        }
        self.changed.up_to = entry.revision;
        let change = filter.change(entry);
        if !change.is_empty() {
            self.bytes += change.size();
            self.changed.changes.push(change);
        }
        true
    }
}

impl ChangeFilter {
    /// The same for a reader who is shown these makers of changes.
    #[must_use]
    pub fn attributed(self, attribution: Attribution) -> Self {
        Self { attribution, ..self }
    }

    fn change(&self, entry: &Entry) -> RevisionChanges {
        let Entry { revision, committed_at, submission, author, event, .. } = entry;
        let (mut observations, mut withdrawals) = (Vec::new(), Vec::new());
        for version in event.versions().iter().filter(|version| self.takes(version.key())) {
            match &version.body {
                VersionBody::Observed(observation) => {
                    if self.status.is_none_or(|status| status == observation.status()) {
                        observations.push(observation.clone());
                    }
                }
                VersionBody::Withdrawn(withdrawal) => withdrawals.push(withdrawal.clone()),
            }
        }
        RevisionChanges {
            revision: *revision,
            accepted_at: *committed_at,
            submission: *submission,
            author: self.attribution.shown(author.as_ref()),
            observations,
            withdrawals,
        }
    }

    fn takes(&self, key: &ObservationKey) -> bool {
        self.indicator.as_ref().is_none_or(|indicator| *indicator == key.indicator)
            && self.source.as_ref().is_none_or(|source| *source == key.source)
            && self.areas.takes(&key.area)
            && key.period.is_within(self.from, self.to)
    }
}
