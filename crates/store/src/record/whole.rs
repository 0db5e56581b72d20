//! Whole records: how long they may be, how they are chained, and entries to and from them.

use bytes::Bytes;
use tenseven_model::{ObservationKey, Revision};

use super::{
    Link, decode as read,
    encode::{self, Encoded, Prepared},
    prepare::prepare_all,
};
use crate::{
    AppendError, ChainHash, Entry, EntryFault, Head, Outcome, Record, Versioned, journal::check_sequence,
};

/// Longest record of one entry, in bytes.
pub const ENTRY_LENGTH_MAX: usize = 64 * 1024 * 1024;
/// Longest records of one append together, in bytes.
pub const APPEND_LENGTH_MAX: usize = 2 * ENTRY_LENGTH_MAX;

/// Most observations of one entry.
pub const OBSERVATION_COUNT_MAX: usize = 1_000_000;
/// Longest texts of one entry, in bytes, each counted as often as an observation has it.
pub const EXPANDED_LENGTH_MAX: usize = 512 * 1024 * 1024;

/// Bytes that the record of `entry` takes. As costly as writing it.
pub fn record_length(entry: &Entry) -> usize {
    encode::encode(entry, encode::prepare(entry), Link::default()).bytes.len()
}

/// A record and its chain hash, ready to be kept.
#[derive(Debug)]
pub(crate) struct Sealed {
    /// The entry, and its chain hash.
    pub(crate) head: Head,
    /// The record.
    pub(crate) bytes: Vec<u8>,
    /// Whether compressing it may pay.
    pub(crate) has_much_text: bool,
}

/// The records of entries that compaction made, to be appended together behind `head`.
pub(crate) fn seal_compacted(
    head: Head,
    horizon: Revision,
    entries: &[(Entry, ChainHash)],
) -> Result<Vec<Sealed>, AppendError> {
    check_sequence(head.revision, head.revision, entries.iter().map(|(entry, _)| entry))?;
    if let Some((entry, _)) = entries.iter().find(|(entry, _)| entry.revision > horizon) {
        return Err(AppendError::BeyondHorizon { revision: entry.revision, horizon });
    }
    seal_all(head, entries.iter().map(|(entry, original)| (entry, Some(*original))))
}

/// The records of entries that are appended together behind `head`. An entry with a chain hash beside it was
/// compacted from the record with that hash.
pub(crate) fn seal_all<'a>(
    head: Head,
    entries: impl Iterator<Item = (&'a Entry, Option<ChainHash>)>,
) -> Result<Vec<Sealed>, AppendError> {
    let (entries, originals): (Vec<&Entry>, Vec<Option<ChainHash>>) = entries.unzip();
    let mut sealed = Vec::with_capacity(entries.len());
    let (mut previous, mut length) = (head.chain, 0);
    for ((prepared, entry), original) in prepare_all(&entries)?.into_iter().zip(entries).zip(originals) {
        let next = seal(entry, prepared, previous, original);
        check_length(entry.revision, next.bytes.len(), &mut length)?;
        previous = next.head.chain;
        sealed.push(next);
    }
    Ok(sealed)
}

fn seal(entry: &Entry, prepared: Prepared, previous: ChainHash, compacted_from: Option<ChainHash>) -> Sealed {
    let revision = entry.revision;
    let again = compacted_from.is_some().then(|| prepared.clone());
    let link = Link { previous, compacted_from: None };
    let Encoded { bytes, has_much_text } = encode::encode(entry, prepared, link);
    let chain = ChainHash::of(&bytes);
    match (compacted_from, again) {
        // An entry that compaction left as it was needs no mark, and stays under its own hash.
        (Some(original), Some(prepared)) if original != chain => {
            let link = Link { previous, compacted_from: Some(original) };
            let Encoded { bytes, has_much_text } = encode::encode(entry, prepared, link);
            Sealed { head: Head { revision, chain: original }, bytes, has_much_text }
        }
        _ => Sealed { head: Head { revision, chain }, bytes, has_much_text },
    }
}

/// Records of another journal that are appended together behind `head`, checked.
pub(crate) fn sealed(head: Head, horizon: Revision, records: &[Record]) -> Result<Vec<Sealed>, AppendError> {
    let mut sealed = Vec::with_capacity(records.len());
    let (mut last, mut length) = (head, 0);
    for (place, Record { revision, chain: _, bytes }) in records.iter().enumerate() {
        let revision = *revision;
        if revision != last.revision.next() {
            let expected = last.revision.next();
            return Err(AppendError::NotContiguous { place, expected, found: revision });
        }
        check_length(revision, bytes.len(), &mut length)?;
        let fault = |fault| AppendError::Record { revision, fault };
        let (_, link) = decode(revision, Bytes::copy_from_slice(bytes)).map_err(fault)?;
        if link.compacted_from.is_some() && revision > horizon {
            return Err(AppendError::BeyondHorizon { revision, horizon });
        }
        if link.previous != last.chain {
            return Err(fault(EntryFault::Link { expected: last.chain, found: link.previous }));
        }
        last = Head { revision, chain: link.chain(bytes) };
        // A restored journal is not in a hurry: whether compressing pays is tried out.
        sealed.push(Sealed { head: last, bytes: bytes.clone(), has_much_text: true });
    }
    Ok(sealed)
}

fn check_length(revision: Revision, length: usize, together: &mut usize) -> Result<(), AppendError> {
    if length > ENTRY_LENGTH_MAX {
        return Err(AppendError::EntryTooLong { revision, length, max: ENTRY_LENGTH_MAX });
    }
    *together += length;
    if *together > APPEND_LENGTH_MAX {
        return Err(AppendError::AppendTooLong { length: *together, max: APPEND_LENGTH_MAX });
    }
    Ok(())
}

/// The entry with this record, which was kept under `revision`, and how it is chained.
pub(crate) fn decode(revision: Revision, record: Bytes) -> Result<(Entry, Link), EntryFault> {
    let (entry, link) = read::decode(record).map_err(|error| EntryFault::Record(Box::new(error)))?;
    if entry.revision == revision { Ok((entry, link)) } else { Err(EntryFault::Misplaced(entry.revision)) }
}

/// One observation of the record that was kept under `revision`.
pub(crate) fn find(
    revision: Revision,
    record: Bytes,
    key: &ObservationKey,
) -> Result<Option<Versioned>, EntryFault> {
    let (found, version) = read::find(record, key).map_err(|error| EntryFault::Record(Box::new(error)))?;
    if found == revision { Ok(version) } else { Err(EntryFault::Misplaced(found)) }
}

/// What the submission of the record that was kept under `revision` was answered.
pub(crate) fn outcome(revision: Revision, record: Bytes) -> Result<Outcome, EntryFault> {
    let (found, outcome) = read::outcome(record).map_err(|error| EntryFault::Record(Box::new(error)))?;
    if found == revision { Ok(outcome) } else { Err(EntryFault::Misplaced(found)) }
}
