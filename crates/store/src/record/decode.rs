//! From the bytes of a record to its entry.

use bytes::Bytes;
use prost::Message as _;
use tenseven_model::{
    ContentDigest, ObservationKey, PartnerId, Revision,
    event::{ChangeCounts, Event, FrameworkRetirement, FrameworkSource, ObservationVersion},
};

use super::{DecodeError, RetirementRecordFault, access, assessment, packed, practices, wire};
use crate::{Entry, RecordHash, Stamp};

/// The entry with this record: the inverse of [`crate::Record::body`].
pub fn entry(stamp: Stamp, record: Bytes) -> Result<Entry, DecodeError> {
    let wire::EntryRecord { content_digest, outcome, content, author, compacted_from: _ } =
        wire::EntryRecord::decode(record)?;
    let Stamp { revision, committed_at, submission } = stamp;
    Ok(Entry {
        revision,
        committed_at,
        submission,
        digest: ContentDigest(exactly("content digest", &content_digest)?),
        author: read_author(&author)?,
        outcome: read_outcome(outcome)?,
        event: match content.ok_or(DecodeError::Absent("content"))? {
            wire::entry_record::Content::Packed(batch) => {
                Event::Observations(packed::versions(revision, &batch)?)
            }
            wire::entry_record::Content::Framework(wire::FrameworkRecord { text }) => {
                Event::Framework(FrameworkSource { text })
            }
            wire::entry_record::Content::Retirement(record) => Event::Retirement(retirement(record)?),
            wire::entry_record::Content::Practices(record) => {
                Event::Practices(practices::versions(revision, record)?)
            }
            wire::entry_record::Content::Coding(record) => {
                Event::Coding(Box::new(assessment::filed(revision, record)?))
            }
            wire::entry_record::Content::Adjudication(record) => {
                Event::Adjudication(Box::new(assessment::adjudicated(revision, record)?))
            }
            wire::entry_record::Content::Access(record) => {
                Event::Access(Box::new(access::change(revision, record).map_err(DecodeError::Access)?))
            }
        },
    })
}

/// The version of an observation in a record, if it has one.
pub(crate) fn find(
    revision: Revision,
    record: Bytes,
    key: &ObservationKey,
) -> Result<Option<ObservationVersion>, DecodeError> {
    match content(record)? {
        wire::entry_record::Content::Packed(batch) => packed::find(revision, &batch, key),
        wire::entry_record::Content::Adjudication(record) => match &record.observation {
            Some(packed) => packed::find(revision, packed, key),
            None => Ok(None),
        },
        wire::entry_record::Content::Framework(_)
        | wire::entry_record::Content::Retirement(_)
        | wire::entry_record::Content::Practices(_)
        | wire::entry_record::Content::Coding(_)
        | wire::entry_record::Content::Access(_) => Ok(None),
    }
}

/// The versions of observations in a record, in the order of the keys.
pub(crate) fn find_all(
    revision: Revision,
    record: Bytes,
    keys: &[&ObservationKey],
) -> Result<Vec<Option<ObservationVersion>>, DecodeError> {
    match content(record)? {
        wire::entry_record::Content::Packed(batch) => packed::find_all(revision, &batch, keys),
        wire::entry_record::Content::Adjudication(record) => match &record.observation {
            Some(packed) => packed::find_all(revision, packed, keys),
            None => Ok(vec![None; keys.len()]),
        },
        wire::entry_record::Content::Framework(_)
        | wire::entry_record::Content::Retirement(_)
        | wire::entry_record::Content::Practices(_)
        | wire::entry_record::Content::Coding(_)
        | wire::entry_record::Content::Access(_) => Ok(vec![None; keys.len()]),
    }
}

/// What the submission of a record was answered, and the digest of what it sent.
pub(crate) fn answer(record: Bytes) -> Result<(ContentDigest, ChangeCounts), DecodeError> {
    let wire::RecordSummary { content_digest, outcome, .. } = wire::RecordSummary::decode(record)?;
    Ok((ContentDigest(exactly("content digest", &content_digest)?), read_outcome(outcome)?))
}

/// The hash of a record, or of the one that it was compacted from, and whether it was compacted.
pub(crate) fn hash(stamp: Stamp, record: &Bytes) -> Result<(RecordHash, bool), DecodeError> {
    let wire::RecordSummary { compacted_from, .. } = wire::RecordSummary::decode(record.clone())?;
    if compacted_from.is_empty() {
        return Ok((RecordHash::of(stamp, record), false));
    }
    exactly("hash of the record before compaction", &compacted_from).map(|hash| (RecordHash(hash), true))
}

fn content(record: Bytes) -> Result<wire::entry_record::Content, DecodeError> {
    wire::EntryRecord::decode(record)?.content.ok_or(DecodeError::Absent("content"))
}

fn retirement(record: wire::FrameworkRetirementRecord) -> Result<FrameworkRetirement, DecodeError> {
    let wire::FrameworkRetirementRecord { id, version, reason } = record;
    let read = || -> Result<_, RetirementRecordFault> {
        Ok(FrameworkRetirement { id: id.parse()?, version: version.parse()?, reason: reason.parse()? })
    };
    read().map_err(DecodeError::Retirement)
}

fn read_author(author: &str) -> Result<Option<PartnerId>, DecodeError> {
    let read = (!author.is_empty()).then(|| author.parse());
    read.transpose().map_err(DecodeError::Author)
}

fn read_outcome(outcome: Option<wire::OutcomeRecord>) -> Result<ChangeCounts, DecodeError> {
    let wire::OutcomeRecord {
        new_count: new,
        revised_count: revised,
        unchanged_count: unchanged,
        withdrawn_count: withdrawn,
    } = outcome.ok_or(DecodeError::Absent("outcome"))?;
    Ok(ChangeCounts { new, revised, unchanged, withdrawn })
}

fn exactly<const LENGTH: usize>(field: &'static str, bytes: &[u8]) -> Result<[u8; LENGTH], DecodeError> {
    bytes.try_into().map_err(|_| DecodeError::Length { field, found: bytes.len(), expected: LENGTH })
}
