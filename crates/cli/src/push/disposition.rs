//! Decides what to do with each batch: batches that were accepted before are found by a lookup, and are neither sent nor
//! checked again.
//!
//! *Invariant:* batches keep the order of the file. One lookup covers all batches that were read meanwhile: one if rows
//! come slowly, up to [`TOGETHER`] if they come fast.

use std::collections::HashMap;

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_client::{ClientError, SubmissionId, v1};
use tokio::sync::mpsc;

use super::{Registry, Session, interrupted::Interrupted, read_ahead::ReadBatch};

/// Maximum batches that are looked up together.
const TOGETHER: usize = 1_000;

/// What to do with a batch.
#[derive(Debug)]
pub(super) enum Disposition {
    /// Nothing: it was accepted by an earlier push.
    Known(v1::PushObservationsResponse),
    /// It is sent, to be accepted.
    Send(SubmissionId),
    /// It is only checked.
    Check,
}

/// A batch, and what to do with it.
pub(super) type DisposedBatch = (ReadBatch, Disposition);

type Read = mpsc::Receiver<anyhow::Result<ReadBatch>>;

/// The batches that are read, each with its disposition; an error is the last item.
pub(super) fn dispositions<'a>(
    read: Read,
    session: &'a Session,
    registry: &'a impl Registry,
) -> impl Stream<Item = anyhow::Result<DisposedBatch>> + 'a {
    let groups = stream::unfold(read, async move |mut read| {
        let mut group = Vec::new();
        if read.recv_many(&mut group, TOGETHER).await == 0 {
            return None;
        }
        Some((session.dispositions_of(group, registry).await, read))
    });
    groups.flat_map(stream::iter)
}

impl Session {
    async fn dispositions_of(
        &self,
        group: Vec<anyhow::Result<ReadBatch>>,
        registry: &impl Registry,
    ) -> Vec<anyhow::Result<DisposedBatch>> {
        let known = match self.known(&group, registry).await {
            Ok(known) => known,
            Err(error) => {
                let line = group.iter().flatten().find_map(|read| read.batch.span);
                let line = line.map_or(1, |(first, _)| first);
                return vec![Err(Interrupted::Server { line, error }.into())];
            }
        };
        let found = group.into_iter().map(|read| {
            let read = read?;
            let disposition = match read.id.filter(|_| read.is_readable()) {
                None => Disposition::Check,
                Some(id) => match known.get(&id.to_string()) {
                    Some(receipt) => Disposition::Known(receipt.clone()),
                    None if self.dry_run => Disposition::Check,
                    None => Disposition::Send(id),
                },
            };
            Ok((read, disposition))
        });
        found.collect()
    }

    /// What was accepted of a group before, by its submission id.
    async fn known(
        &self,
        group: &[anyhow::Result<ReadBatch>],
        registry: &impl Registry,
    ) -> Result<HashMap<String, v1::PushObservationsResponse>, ClientError> {
        let readable = group.iter().flatten().filter(|read| read.is_readable());
        let ids: Vec<SubmissionId> = readable.filter_map(|read| read.id).collect();
        // An id with a nonce was never used before.
        if ids.is_empty() || self.nonce.is_some() {
            return Ok(HashMap::new());
        }
        let accepted = registry.look_up(&ids).await?.into_iter();
        Ok(accepted.filter_map(|one| Some((one.submission_id, of_push(one.receipt?)))).collect())
    }
}

/// The receipt of a push, which has no withdrawals.
fn of_push(receipt: v1::SubmitChangesResponse) -> v1::PushObservationsResponse {
    let v1::SubmitChangesResponse {
        revision,
        new_count,
        revised_count,
        unchanged_count,
        withdrawn_count: _,
        accept_time,
        history_id,
    } = receipt;
    v1::PushObservationsResponse {
        revision,
        new_count,
        revised_count,
        unchanged_count,
        accept_time,
        history_id,
    }
}
