//! From an entry to the bytes of its record.

use bytes::Bytes;
use prost::Message as _;
use tenseven_model::ContentDigest;

use super::{Link, packed, wire};
use crate::{Content, Entry, FrameworkSource, Outcome};

/// A record that was written.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// Whether at least a quarter of it is free text.
    pub(super) has_much_text: bool,
}

/// The record of an entry.
pub(super) fn encode(entry: &Entry, link: Link) -> Encoded {
    let (text_length, content) = match &entry.content {
        Content::Observations(versions) => {
            let packed = packed::pack(entry.revision, versions);
            (packed.texts.len(), wire::entry_record::Content::Packed(packed))
        }
        Content::Framework(FrameworkSource { text }) => {
            let record = wire::FrameworkRecord { text: text.clone() };
            (text.len(), wire::entry_record::Content::Framework(record))
        }
    };
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
