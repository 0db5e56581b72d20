//! What every journal checks before it appends or reads.

use tenseven_model::{
    Revision,
    event::{Event, PracticeVersion},
};

use crate::{
    AppendError, Entry, ReadError, Stamp,
    record::{EXPANDED_LENGTH_MAX, OBSERVATION_COUNT_MAX},
};

/// Succeeds if a journal with this head has the revision.
pub(crate) fn check_present(revision: Revision, head: Revision) -> Result<(), ReadError> {
    if revision == Revision::ZERO || revision > head {
        return Err(ReadError::Absent { revision, head });
    }
    Ok(())
}

/// Succeeds if the revisions of `entries` follow `head`.
pub(crate) fn check_sequence(
    head: Revision,
    expected_head: Revision,
    stamps: impl IntoIterator<Item = Stamp>,
) -> Result<(), AppendError> {
    if head != expected_head {
        return Err(AppendError::HeadMoved { expected: expected_head, head });
    }
    let mut last = head;
    for (index, Stamp { revision, .. }) in stamps.into_iter().enumerate() {
        if revision != last.next() {
            return Err(AppendError::NotContiguous { index, expected: last.next(), found: revision });
        }
        last = revision;
    }
    Ok(())
}

/// Succeeds if what an entry holds may be kept.
pub(crate) fn check_content(entry: &Entry) -> Result<(), AppendError> {
    let versions = entry.event.versions();
    let (revision, count) = (entry.revision, versions.len());
    let cited = match &entry.event {
        Event::Coding(filed) => filed.previous.as_slice(),
        Event::Adjudication(adjudicated) => &adjudicated.codings,
        Event::Practices(versions) => return check_practices(entry.revision, versions),
        Event::Observations(_) | Event::Framework(_) | Event::Retirement(_) | Event::Access(_) => &[],
    };
    if let Some((index, previous)) =
        cited.iter().copied().enumerate().find(|(_, cited)| *cited >= revision || *cited == Revision::ZERO)
    {
        return Err(AppendError::Previous { revision, index, previous });
    }
    if count > OBSERVATION_COUNT_MAX {
        return Err(AppendError::TooManyObservations { revision, count, max: OBSERVATION_COUNT_MAX });
    }
    let mut length = 0;
    for (index, version) in versions.iter().enumerate() {
        if let Some(previous) = version.previous
            && (previous >= revision || previous == Revision::ZERO)
        {
            return Err(AppendError::Previous { revision, index, previous });
        }
        length += version.text_bytes();
    }
    if length > EXPANDED_LENGTH_MAX {
        return Err(AppendError::EntryTooLong { revision, length, max: EXPANDED_LENGTH_MAX });
    }
    Ok(())
}

fn check_practices(revision: Revision, versions: &[PracticeVersion]) -> Result<(), AppendError> {
    for (index, version) in versions.iter().enumerate() {
        if let Some(previous) = version.previous
            && (previous >= revision || previous == Revision::ZERO)
        {
            return Err(AppendError::Previous { revision, index, previous });
        }
    }
    Ok(())
}
