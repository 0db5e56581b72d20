//! From an entry to the bytes of its record.

use bytes::Bytes;
use prost::Message as _;
use tenseven_model::ContentDigest;

use super::{assessment, packed, practices, wire};
use crate::{Content, Entry, FrameworkSource, Outcome, RecordHash};

/// A record that was written.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// Whether at least a quarter of it is free text.
    pub(super) has_much_text: bool,
}

/// The content of an entry, ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    content: wire::entry_record::Content,
    text_length: usize,
}

/// Prepares the content of an entry: most of the work, which a compacted entry needs only once.
pub(super) fn prepare(entry: &Entry) -> Prepared {
    match &entry.content {
        Content::Observations(versions) => {
            let packed = packed::pack(entry.revision, versions);
            let text_length = packed.texts.len();
            Prepared { content: wire::entry_record::Content::Packed(packed), text_length }
        }
        Content::Framework(FrameworkSource { text }) => {
            let content =
                wire::entry_record::Content::Framework(wire::FrameworkRecord { text: text.clone() });
            Prepared { content, text_length: text.len() }
        }
        Content::Practices(versions) => {
            let (practices, text_length) = practices::pack(entry.revision, versions);
            Prepared { content: wire::entry_record::Content::Practices(practices), text_length }
        }
        Content::Coding(filed) => {
            let record = assessment::coding_record(entry.revision, filed);
            let content = wire::entry_record::Content::Coding(record);
            Prepared { content, text_length: filed.coding.text_bytes() }
        }
        Content::Adjudication(adjudicated) => {
            let record = assessment::adjudication_record(entry.revision, adjudicated);
            let text_length = record.observation.as_ref().map_or(0, |packed| packed.texts.len());
            Prepared { content: wire::entry_record::Content::Adjudication(record), text_length }
        }
    }
}

/// The record of an entry whose content was prepared; `compacted_from` is the hash of the record that it was compacted from.
pub(super) fn encode(entry: &Entry, prepared: Prepared, compacted_from: Option<RecordHash>) -> Encoded {
    let Prepared { content, text_length } = prepared;
    let Outcome { new, revised, unchanged } = entry.outcome;
    let ContentDigest(digest) = entry.digest;
    let record = wire::EntryRecord {
        content_digest: Bytes::copy_from_slice(&digest),
        outcome: Some(wire::OutcomeRecord {
            new_count: new,
            revised_count: revised,
            unchanged_count: unchanged,
        }),
        compacted_from: compacted_from.map(|hash| Bytes::copy_from_slice(&hash.0)).unwrap_or_default(),
        content: Some(content),
    };
    let bytes = record.encode_to_vec();
    Encoded { has_much_text: text_length >= bytes.len() / 4, bytes }
}
