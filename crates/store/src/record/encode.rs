//! From an entry to the bytes of its record.

use bytes::Bytes;
use prost::Message as _;
use tenseven_model::ContentDigest;

use super::{Link, packed, practices, wire};
use crate::{Content, Entry, FrameworkSource, Outcome};

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
    }
}

/// The record of an entry whose content was prepared.
pub(super) fn encode(entry: &Entry, prepared: Prepared, link: Link) -> Encoded {
    let Prepared { content, text_length } = prepared;
    let bytes = encode_with(entry, link, content);
    Encoded { has_much_text: text_length >= bytes.len() / 4, bytes }
}

/// The record of an entry with this content.
pub(super) fn encode_with(entry: &Entry, link: Link, content: wire::entry_record::Content) -> Vec<u8> {
    let Entry { revision, committed_at, submission, digest: ContentDigest(digest), outcome, content: _ } =
        entry;
    let Outcome { new, revised, unchanged } = *outcome;
    wire::EntryRecord {
        revision: revision.number(),
        committed_at_micros: committed_at.as_micros(),
        submission_id: Bytes::copy_from_slice(submission.as_bytes()),
        content_digest: Bytes::copy_from_slice(digest),
        outcome: Some(wire::OutcomeRecord {
            new_count: new,
            revised_count: revised,
            unchanged_count: unchanged,
        }),
        previous_chain: Bytes::copy_from_slice(&link.previous.0),
        compacted_from: link.compacted_from.map(|chain| Bytes::copy_from_slice(&chain.0)).unwrap_or_default(),
        content: Some(content),
    }
    .encode_to_vec()
}
