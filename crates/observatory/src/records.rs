//! Reads the parts of observations that only the journal holds: their texts and earlier versions.
//!
//! *Invariant:* the memory that an answer takes is bounded: of several entries, one is held at a time.

use std::collections::HashMap;

use tenseven_engine::CellRef;
use tenseven_model::{
    Notes, Observation, ObservationKey, Revision,
    event::{Event, FiledCoding, ObservationVersion, VersionBody},
};
use tenseven_state::codings::Codings;
use tenseven_store::{Entry, Journal, ReadError};
use tracing::error;

use crate::{RecordedAdjudication, Unreadable, UnreadableVersion};

/// The error if the journal cannot be read; the cause is logged for the operator.
pub fn unreadable(problem: &ReadError) -> Unreadable {
    error!(error = %problem, "the journal cannot be read; check it with `tenseven verify`, and restore it from a backup");
    let revision = match problem {
        ReadError::Corrupt(corruption) => corruption.revision,
        ReadError::Absent { revision, .. } | ReadError::Storage { revision, .. } => *revision,
    };
    Unreadable { revision }
}

/// The error if a framework cannot be read; the cause is logged for the operator.
pub(crate) fn unreadable_version(problem: &UnreadableVersion) -> Unreadable {
    log_unreadable_version(problem);
    Unreadable { revision: problem.revision }
}

/// Logs for the operator why a framework cannot be read.
pub(crate) fn log_unreadable_version(problem: &UnreadableVersion) {
    error!(error = %problem, "a framework cannot be read");
}

/// The observations that entries hold for keys, in the order in which they are requested.
pub(crate) fn observations(
    journal: &dyn Journal,
    wanted: &[(Revision, ObservationKey)],
) -> Result<Vec<Observation>, Unreadable> {
    let mut by_revision: HashMap<Revision, Vec<usize>> = HashMap::new();
    for (index, (revision, _)) in wanted.iter().enumerate() {
        by_revision.entry(*revision).or_default().push(index);
    }
    let mut found: Vec<Option<Observation>> = vec![None; wanted.len()];
    for (revision, indices) in by_revision {
        let keys: Vec<&ObservationKey> = indices.iter().map(|index| &wanted[*index].1).collect();
        let held = journal.find_all(revision, &keys).map_err(|error| unreadable(&error))?;
        for (index, version) in indices.into_iter().zip(held) {
            found[index] = version.and_then(observed);
        }
    }
    let whole = found.into_iter().zip(wanted).map(|(found, (revision, key))| {
        found.ok_or_else(|| {
            error!(
                revision = revision.number(),
                ?key,
                "the journal lacks an observation that was folded from it"
            );
            Unreadable { revision: *revision }
        })
    });
    whole.collect()
}

/// A current observation, without its texts.
pub(crate) struct Found<'a> {
    pub(crate) key: ObservationKey,
    pub(crate) cell: CellRef<'a>,
}

/// Current observations in full: the texts of those that have any are read from the journal.
pub(crate) fn in_full(
    journal: &dyn Journal,
    found: Vec<Found<'_>>,
) -> Result<Vec<(Revision, Observation)>, Unreadable> {
    let noted = found.iter().filter(|found| found.cell.notes.is_some());
    let noted: Vec<_> = noted.map(|found| (found.cell.revision, found.key.clone())).collect();
    let mut texts = observations(journal, &noted)?.into_iter();
    let full = found.into_iter().map(|Found { key, cell }| {
        let unreadable = Unreadable { revision: cell.revision };
        let whole = if cell.notes.is_some() {
            texts.next().ok_or(unreadable)
        } else {
            Observation::new(key, cell.value.into(), Some(cell.status), Notes::default())
                .map_err(|_| unreadable)
        };
        Ok((cell.revision, whole?))
    });
    full.collect()
}

/// What is observed, unless it is withdrawn.
pub(crate) fn observed(version: ObservationVersion) -> Option<Observation> {
    match version.body {
        VersionBody::Observed(observation) => Some(observation),
        VersionBody::Withdrawn(_) => None,
    }
}

/// The version of an observation that an entry holds.
pub(crate) fn version(
    journal: &dyn Journal,
    revision: Revision,
    key: &ObservationKey,
) -> Result<Option<ObservationVersion>, Unreadable> {
    journal.find(revision, key).map_err(|error| unreadable(&error))
}

/// The coding that an entry holds.
pub(crate) fn coding(journal: &dyn Journal, revision: Revision) -> Result<FiledCoding, Unreadable> {
    let entry = journal.read(revision).map_err(|error| unreadable(&error))?;
    let Event::Coding(filed) = entry.event else {
        error!(revision = revision.number(), "the journal lacks a coding that was folded from it");
        return Err(Unreadable { revision });
    };
    Ok(*filed)
}

/// The adjudication that an entry holds, with its codings; none if the entry holds something else.
pub(crate) fn adjudication(
    journal: &dyn Journal,
    codings: &Codings,
    revision: Revision,
) -> Result<Option<RecordedAdjudication>, Unreadable> {
    let entry = journal.read(revision).map_err(|error| unreadable(&error))?;
    let Entry { committed_at, submission, event, .. } = entry;
    let Event::Adjudication(adjudicated) = event else { return Ok(None) };
    let accepted = Some((committed_at, submission));
    let found = RecordedAdjudication::of(*adjudicated, codings, revision, accepted);
    found.map(Some).ok_or(Unreadable { revision })
}
