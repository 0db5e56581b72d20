//! From an entry to the bytes of its record.

use bytes::Bytes;
use prost::Message as _;
use tenseven_model::ContentDigest;

use super::{Link, packed, wire};
use crate::{Content, Entry, FrameworkSource, Outcome};

/// The record of an entry.
pub(super) fn encode(entry: &Entry, link: Link) -> Vec<u8> {
    let content = match &entry.content {
        Content::Observations(versions) => {
            wire::entry_record::Content::Packed(packed::pack(entry.revision, versions))
        }
        Content::Framework(FrameworkSource { text }) => {
            wire::entry_record::Content::Framework(wire::FrameworkRecord { text: text.clone() })
        }
    };
    encode_with(entry, link, content)
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
