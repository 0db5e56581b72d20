//! What the journal holds of observations beyond their cells: their texts, and their earlier versions.
//!
//! *Invariant:* the memory that an answer takes is bounded: of several entries, one is held at a time.

use std::collections::HashMap;

use tenseven_model::{Observation, ObservationKey, Revision};
use tenseven_store::{Content, Journal, ReadError, Said, Versioned};
use tracing::error;

use crate::QueryError;

/// From how many observations of one entry on it is read whole.
const READ_WHOLE_FROM: usize = 8;

/// The answer where the journal cannot be read; the operator is told what is wrong.
pub fn unreadable(problem: &ReadError) -> QueryError {
    error!(error = %problem, "the journal cannot be read; check it with `tenseven verify`, and restore it from a backup");
    let revision = match problem {
        ReadError::Corrupt(corruption) => corruption.revision,
        ReadError::Absent { revision, .. } | ReadError::Storage { revision, .. } => *revision,
    };
    QueryError::Unreadable { revision }
}

/// The observations that entries hold for keys, in the order in which they are asked for.
pub(crate) fn observations(
    journal: &dyn Journal,
    wanted: &[(Revision, ObservationKey)],
) -> Result<Vec<Observation>, QueryError> {
    let mut by_revision: HashMap<Revision, Vec<usize>> = HashMap::new();
    for (place, (revision, _)) in wanted.iter().enumerate() {
        by_revision.entry(*revision).or_default().push(place);
    }
    let mut found: Vec<Option<Observation>> = vec![None; wanted.len()];
    for (revision, places) in by_revision {
        if places.len() < READ_WHOLE_FROM {
            for place in places {
                found[place] = version(journal, revision, &wanted[place].1)?.and_then(observed);
            }
            continue;
        }
        let entry = journal.read(revision).map_err(|error| unreadable(&error))?;
        let Content::Observations(held) = entry.content else { continue };
        let held: HashMap<_, _> = held.iter().map(|one| (one.key(), one)).collect();
        for place in places {
            found[place] = held.get(&wanted[place].1).and_then(|one| one.observation()).cloned();
        }
    }
    let whole = found.into_iter().zip(wanted).map(|(found, (revision, key))| {
        found.ok_or_else(|| {
            error!(
                revision = revision.number(),
                ?key,
                "the journal lacks an observation that was folded from it"
            );
            QueryError::Unreadable { revision: *revision }
        })
    });
    whole.collect()
}

fn observed(version: Versioned) -> Option<Observation> {
    match version.said {
        Said::Observed(observation) => Some(observation),
        Said::Withdrawn(_) => None,
    }
}

/// The version of an observation that an entry holds.
pub(crate) fn version(
    journal: &dyn Journal,
    revision: Revision,
    key: &ObservationKey,
) -> Result<Option<Versioned>, QueryError> {
    journal.find(revision, key).map_err(|error| unreadable(&error))
}
