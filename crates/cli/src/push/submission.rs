//! Submission ids made from what is submitted.
//!
//! *Invariant:* the same observations in the same order make the same id, on every machine and in every later version
//! of this program; the id is derived from nothing else. So a file that is pushed twice is accepted once: the server
//! recognises each batch and gives its first answer again.
//!
//! The id is a UUID of version 8 made of the first 16 bytes of a BLAKE3 hash (key derivation mode) over the
//! observations' protobuf encoding, each preceded by its length.

use tenseven_client::{SubmissionId, v1};
use uuid::{Builder, Uuid};

/// Must stay as it is: another context makes other ids.
const CONTEXT: &str = "tenseven 2026-01-01 submission id of a pushed batch";

/// The id of a batch. Each nonce makes another id, so that the same content can be submitted again.
pub(crate) fn submission_id(
    observations: &[v1::Observation],
    nonce: Option<Uuid>,
) -> anyhow::Result<SubmissionId> {
    submission_id_of(CONTEXT, observations, nonce)
}

/// The id of messages that are submitted in a context, which must stay as it is.
pub(crate) fn submission_id_of<M: prost::Message>(
    context: &str,
    messages: &[M],
    nonce: Option<Uuid>,
) -> anyhow::Result<SubmissionId> {
    let mut hash = blake3::Hasher::new_derive_key(context);
    for message in messages {
        let bytes = message.encode_to_vec();
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    if let Some(nonce) = nonce {
        hash.update(nonce.as_bytes());
    }
    let mut bytes = [0; 16];
    hash.finalize_xof().fill(&mut bytes);
    Ok(SubmissionId::try_from(Builder::from_custom_bytes(bytes).into_uuid())?)
}
