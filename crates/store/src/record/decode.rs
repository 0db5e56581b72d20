//! From the bytes of a record to its entry.

use bytes::Bytes;
use prost::Message as _;
use tenseven_model::{ContentDigest, ObservationKey, Revision, SubmissionId, Timestamp};

use super::{DecodeError, Link, decode_batch::observations, packed, practices, wire};
use crate::{ChainHash, Content, Entry, FrameworkSource, Outcome, Versioned};

/// The entry with this record, and how it is chained.
pub(super) fn decode(record: Bytes) -> Result<(Entry, Link), DecodeError> {
    let wire::EntryRecord {
        revision,
        committed_at_micros,
        submission_id,
        content_digest,
        outcome,
        content,
        previous_chain,
        compacted_from,
    } = wire::EntryRecord::decode(record)?;
    let link = link(&previous_chain, &compacted_from)?;
    let wire::OutcomeRecord { new_count, revised_count, unchanged_count } =
        outcome.ok_or(DecodeError::Absent("outcome"))?;
    let entry = Entry {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(committed_at_micros),
        submission: SubmissionId::from_bytes(exactly("submission id", &submission_id)?)?,
        digest: ContentDigest(exactly("content digest", &content_digest)?),
        outcome: Outcome { new: new_count, revised: revised_count, unchanged: unchanged_count },
        content: match content.ok_or(DecodeError::Absent("content"))? {
            wire::entry_record::Content::Observations(batch) => Content::Observations(observations(batch)?),
            wire::entry_record::Content::Packed(batch) => {
                Content::Observations(packed::versions(Revision::new(revision), &batch)?)
            }
            wire::entry_record::Content::Framework(wire::FrameworkRecord { text }) => {
                Content::Framework(FrameworkSource { text })
            }
            wire::entry_record::Content::Practices(record) => {
                Content::Practices(practices::versions(Revision::new(revision), record)?)
            }
        },
    };
    Ok((entry, link))
}

/// The revision of a record, and its observation of a key, if it has one.
pub(super) fn find(
    record: Bytes,
    key: &ObservationKey,
) -> Result<(Revision, Option<Versioned>), DecodeError> {
    let wire::EntryRecord { revision, content, .. } = wire::EntryRecord::decode(record)?;
    let revision = Revision::new(revision);
    let found = match content.ok_or(DecodeError::Absent("content"))? {
        wire::entry_record::Content::Packed(batch) => packed::find(revision, &batch, key)?,
        wire::entry_record::Content::Observations(batch) => {
            observations(batch)?.into_iter().find(|version| version.observation.key() == key)
        }
        wire::entry_record::Content::Framework(_) | wire::entry_record::Content::Practices(_) => None,
    };
    Ok((revision, found))
}

/// How a record is chained; a record of format 1 is not.
fn link(previous: &[u8], compacted_from: &[u8]) -> Result<Link, DecodeError> {
    let optional = |field, bytes: &[u8]| match bytes {
        [] => Ok(None),
        bytes => exactly(field, bytes).map(ChainHash).map(Some),
    };
    Ok(Link {
        previous: optional("chain hash of the entry before", previous)?.unwrap_or_default(),
        compacted_from: optional("chain hash that it was compacted from", compacted_from)?,
    })
}

fn exactly<const LENGTH: usize>(field: &'static str, bytes: &[u8]) -> Result<[u8; LENGTH], DecodeError> {
    bytes.try_into().map_err(|_| DecodeError::Length { field, found: bytes.len(), expected: LENGTH })
}
