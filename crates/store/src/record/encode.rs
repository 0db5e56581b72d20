//! From an entry to the bytes of its record.

use bytes::Bytes;
use prost::Message as _;
use tenseven_model::{
    ContentDigest,
    event::{ChangeCounts, Event, FrameworkRetirement, FrameworkSource},
};

use super::{access, assessment, packed, practices, wire};
use crate::{
    Entry, RecordHash,
    chain::{HASHED_STAMP_LENGTH, hashed_stamp},
};

/// A record that was written.
#[derive(Debug)]
pub(super) struct Encoded {
    /// The record after what is hashed before it.
    hashed: Vec<u8>,
    /// Whether at least a quarter of it is free text.
    pub(super) has_much_text: bool,
}

impl Encoded {
    /// Bytes of the record.
    pub(super) fn record_length(&self) -> usize {
        self.hashed.len() - HASHED_STAMP_LENGTH
    }

    /// The hash of the record, unless it is one that was compacted.
    pub(super) fn hash(&self) -> RecordHash {
        RecordHash::of_both(&self.hashed)
    }

    /// The record.
    pub(super) fn into_record(self) -> Bytes {
        Bytes::from(self.hashed).slice(HASHED_STAMP_LENGTH..)
    }
}

/// The content of an entry, ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    content: wire::entry_record::Content,
    text_length: usize,
}

/// Prepares the content of an entry: most of the work, which a compacted entry needs only once.
pub(super) fn prepare(entry: &Entry) -> Prepared {
    match &entry.event {
        Event::Observations(versions) => {
            let packed = packed::pack(entry.revision, versions);
            let text_length = packed.texts.len();
            Prepared { content: wire::entry_record::Content::Packed(packed), text_length }
        }
        Event::Framework(FrameworkSource { text }) => {
            let content =
                wire::entry_record::Content::Framework(wire::FrameworkRecord { text: text.clone() });
            Prepared { content, text_length: text.len() }
        }
        Event::Retirement(FrameworkRetirement { id, version, reason }) => {
            let content = wire::entry_record::Content::Retirement(wire::FrameworkRetirementRecord {
                id: id.to_string(),
                version: version.to_string(),
                reason: reason.as_str().to_owned(),
            });
            Prepared { content, text_length: reason.as_str().len() }
        }
        Event::Practices(versions) => {
            let (practices, text_length) = practices::pack(entry.revision, versions);
            Prepared { content: wire::entry_record::Content::Practices(practices), text_length }
        }
        Event::Coding(filed) => {
            let record = assessment::coding_record(entry.revision, filed);
            let content = wire::entry_record::Content::Coding(record);
            Prepared { content, text_length: filed.coding.text_bytes() }
        }
        Event::Adjudication(adjudicated) => {
            let record = assessment::adjudication_record(entry.revision, adjudicated);
            let text_length = record.observation.as_ref().map_or(0, |packed| packed.texts.len());
            Prepared { content: wire::entry_record::Content::Adjudication(record), text_length }
        }
        Event::Access(change) => {
            let record = access::record(entry.revision, change);
            let text_length = change.text_bytes();
            Prepared { content: wire::entry_record::Content::Access(record), text_length }
        }
    }
}

/// The record of an entry whose content was prepared; `compacted_from` is the hash of the record that it was compacted from.
pub(super) fn encode(entry: &Entry, prepared: Prepared, compacted_from: Option<RecordHash>) -> Encoded {
    let Prepared { content, text_length } = prepared;
    let ChangeCounts { new, revised, unchanged, withdrawn } = entry.outcome;
    let ContentDigest(digest) = entry.digest;
    let record = wire::EntryRecord {
        content_digest: Bytes::copy_from_slice(&digest),
        outcome: Some(wire::OutcomeRecord {
            new_count: new,
            revised_count: revised,
            unchanged_count: unchanged,
            withdrawn_count: withdrawn,
        }),
        author: entry.author.as_ref().map(ToString::to_string).unwrap_or_default(),
        compacted_from: compacted_from.map(|hash| Bytes::copy_from_slice(&hash.0)).unwrap_or_default(),
        content: Some(content),
    };
    let length = record.encoded_len();
    let mut hashed = Vec::with_capacity(HASHED_STAMP_LENGTH + length);
    hashed.extend_from_slice(&hashed_stamp(entry.stamp()));
    record.encode_raw(&mut hashed);
    Encoded { has_much_text: text_length >= length / 4, hashed }
}
