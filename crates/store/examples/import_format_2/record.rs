//! A record of format 2: the fields that format 1 has, and those that moved out of the record.

use bytes::Bytes;
use prost::Message;
use tenseven_model::{Revision, SubmissionId, Timestamp};
use tenseven_store::{ChainHash, Stamp};

use crate::error::EntryFault;

/// Bytes of a content digest that are kept.
const DIGEST_LENGTH: usize = 16;

/// A record of format 2. What the present format has as well is not decoded here.
#[derive(Clone, PartialEq, Message)]
struct OldRecord {
    #[prost(uint64, tag = "1")]
    revision: u64,
    #[prost(int64, tag = "2")]
    committed_at_micros: i64,
    #[prost(bytes = "bytes", tag = "3")]
    submission_id: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    content_digest: Bytes,
    #[prost(bytes = "bytes", optional, tag = "5")]
    outcome: Option<Bytes>,
    #[prost(bytes = "bytes", optional, tag = "7")]
    framework: Option<Bytes>,
    #[prost(bytes = "bytes", tag = "8")]
    previous_chain: Bytes,
    #[prost(bytes = "bytes", tag = "9")]
    compacted_from: Bytes,
    #[prost(bytes = "bytes", optional, tag = "10")]
    packed: Option<Bytes>,
    #[prost(bytes = "bytes", optional, tag = "20")]
    coding: Option<Bytes>,
    #[prost(bytes = "bytes", optional, tag = "21")]
    adjudication: Option<Bytes>,
    #[prost(bytes = "bytes", optional, tag = "22")]
    practices: Option<Bytes>,
}

/// A record of the present format, and how the old one was chained.
#[derive(Debug)]
pub(crate) struct Converted {
    pub(crate) stamp: Stamp,
    pub(crate) record: Bytes,
    /// The chain hash of the entry before.
    pub(crate) previous: ChainHash,
    /// The entry's own.
    pub(crate) chain: ChainHash,
    pub(crate) is_compacted: bool,
}

/// Converts the record that is kept for a revision.
pub(crate) fn convert(revision: Revision, bytes: &Bytes) -> Result<Converted, EntryFault> {
    let record = OldRecord::decode(bytes.clone()).map_err(EntryFault::Fields)?;
    if record.encoded_len() != bytes.len() {
        return Err(EntryFault::OtherFields);
    }
    if record.revision != revision.number() {
        return Err(EntryFault::Misplaced(record.revision));
    }
    let submission = exactly("submission id", &record.submission_id)?;
    let stamp = Stamp {
        revision,
        committed_at: Timestamp::from_micros(record.committed_at_micros),
        submission: SubmissionId::from_bytes(submission).map_err(|_| EntryFault::Submission)?,
    };
    let previous = ChainHash(exactly("chain hash", &record.previous_chain)?);
    let is_compacted = !record.compacted_from.is_empty();
    let chain = if is_compacted {
        exactly("hash of the record before compaction", &record.compacted_from)?
    } else {
        *blake3::hash(bytes).as_bytes()
    };
    exactly::<32>("content digest", &record.content_digest)?;
    let converted = OldRecord {
        revision: 0,
        committed_at_micros: 0,
        submission_id: Bytes::new(),
        content_digest: record.content_digest.slice(..DIGEST_LENGTH),
        previous_chain: Bytes::new(),
        compacted_from: Bytes::new(),
        ..record
    };
    let record = converted.encode_to_vec().into();
    Ok(Converted { stamp, record, previous, chain: ChainHash(chain), is_compacted })
}

fn exactly<const LENGTH: usize>(field: &'static str, bytes: &[u8]) -> Result<[u8; LENGTH], EntryFault> {
    bytes.try_into().map_err(|_| EntryFault::Length(field))
}
