//! About how many bytes observations, withdrawals and entries take, in memory or in an answer.

use tenseven_model::{
    Observation, Withdrawal,
    event::{Event, ObservationVersion, PracticeChange, PracticeVersion, VersionBody},
};
use tenseven_store::Entry;

/// Bytes of an observation next to its texts, about.
const OBSERVATION_BYTES: usize = 256;
/// Bytes of an entry next to its observations, about.
const ENTRY_BYTES: usize = 256;

/// About the bytes of an observation.
pub(crate) fn observation_bytes(observation: &Observation) -> usize {
    OBSERVATION_BYTES + observation.notes().text_bytes()
}

/// About the bytes of a withdrawal.
pub(crate) fn withdrawal_bytes(withdrawal: &Withdrawal) -> usize {
    OBSERVATION_BYTES + withdrawal.reason().as_str().len()
}

/// About how many bytes of memory an entry takes.
pub(crate) fn entry_bytes(entry: &Entry) -> usize {
    let versions: usize = entry.event.versions().iter().map(size_of_version).sum();
    let other = match &entry.event {
        Event::Observations(_) => 0,
        Event::Framework(source) => source.text.len(),
        Event::Retirement(retirement) => retirement.reason.as_str().len(),
        Event::Coding(filed) => filed.coding.text_bytes(),
        Event::Adjudication(adjudicated) => size_of_val(adjudicated.codings.as_slice()),
        Event::Practices(versions) => versions.iter().map(size_of_practice).sum(),
        Event::Access(change) => change.text_bytes(),
    };
    ENTRY_BYTES + versions + other
}

fn size_of_version(version: &ObservationVersion) -> usize {
    match &version.body {
        VersionBody::Observed(observation) => observation_bytes(observation),
        VersionBody::Withdrawn(withdrawal) => withdrawal_bytes(withdrawal),
    }
}

fn size_of_practice(version: &PracticeVersion) -> usize {
    match &version.change {
        PracticeChange::Put(practice) => practice.text_bytes(),
        PracticeChange::Withdrawn { id, reason } => id.as_str().len() + reason.as_str().len(),
    }
}
