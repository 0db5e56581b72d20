//! Reading ahead: the file is read on a thread of its own, so that rows are read and checked while batches are under way.
//!
//! *Invariant:* what is read and has not come to its end takes about [`HELD_BYTES_MAX`] and a batch at most, however long
//! the file is.

use std::{io, sync::Arc, thread};

use anyhow::Context as _;
use tenseven_client::SubmissionId;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
};
use uuid::Uuid;

use super::{Batch, Batches, interrupted::Interrupted, submission_id};

/// About how many bytes of batches are held.
const HELD_BYTES_MAX: u32 = 64 << 20;
/// Batches that wait to be looked up, at most.
const WAITING_MAX: usize = 1_000;

/// A batch, and how far the file is read with it.
#[derive(Debug)]
pub(super) struct ReadBatch {
    pub(super) batch: Batch,
    /// The id that it is submitted under; none if none of its rows could be read.
    pub(super) id: Option<SubmissionId>,
    pub(super) bytes_read: u64,
    /// Its room; given back when the batch has come to its end.
    pub(super) room: OwnedSemaphorePermit,
}

impl ReadBatch {
    /// Whether all of its rows could be read, so that it may be stored. The others are checked all the same, so that everything
    /// wrong is reported at once.
    pub(super) fn is_readable(&self) -> bool {
        self.batch.unreadable == 0
    }
}

/// The batches in their order; an error is the last. Reading ends when the receiver is dropped.
pub(super) fn read_ahead(
    mut batches: Batches,
    nonce: Option<Uuid>,
) -> io::Result<mpsc::Receiver<anyhow::Result<ReadBatch>>> {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    let (runtime, room) = (Handle::current(), Arc::new(Semaphore::new(HELD_BYTES_MAX as usize)));
    // Not one of the runtime's own threads: those are waited for at the end, and reading from a terminal may never end.
    thread::Builder::new().name("tenseven-reader".to_owned()).spawn(move || {
        loop {
            let (batch, broken) = batches.next_batch();
            let more = batch.rows() > 0 && broken.is_none();
            if batch.rows() > 0 {
                let read = read(batch, nonce, batches.bytes_read(), &runtime, &room);
                let failed = read.is_err();
                if sender.blocking_send(read).is_err() || failed {
                    return;
                }
            }
            if let Some(error) = broken {
                // Nobody waits for it if the receiver is closed.
                drop(sender.blocking_send(Err(Interrupted::File(error).into())));
            }
            if !more {
                return;
            }
        }
    })?;
    Ok(receiver)
}

fn read(
    batch: Batch,
    nonce: Option<Uuid>,
    bytes_read: u64,
    runtime: &Handle,
    room: &Arc<Semaphore>,
) -> anyhow::Result<ReadBatch> {
    let id = match batch.observations.as_slice() {
        [] => None,
        observations => Some(submission_id(observations, nonce)?),
    };
    let bytes = u32::try_from(batch.held_bytes()).unwrap_or(u32::MAX).min(HELD_BYTES_MAX);
    let room = runtime.block_on(Arc::clone(room).acquire_many_owned(bytes));
    Ok(ReadBatch { batch, id, bytes_read, room: room.context("reading was stopped")? })
}
