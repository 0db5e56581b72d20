//! Backups of a running server: the records of the journal, part by part.
//!
//! *Invariant:* a part is read when the transport has room for it. A stalled reader holds no thread, and of the permits of readers none.

use std::pin::Pin;

use futures_util::{Stream, stream};
use tenseven_api::v1;
use tenseven_model::{History, Lineage};
use tenseven_observatory::{BackupRecords, Unreadable, unreadable};
use tenseven_store::{Records, write_frame};
use tokio::sync::OwnedSemaphorePermit;
use tonic::Status;

use super::reading::Reading;
use crate::call::Call;

/// About how many bytes of records travel together: well below the 4 MiB that stock clients read.
const PART_BYTES_MAX: usize = 256 * 1024;

/// The parts of one backup.
pub(super) type Parts = Pin<Box<dyn Stream<Item = Result<v1::StreamBackupResponse, Status>> + Send>>;

/// The parts of a backup; one also where it holds no record, so that the reader receives the head.
pub(super) fn parts(
    reading: Reading,
    call: Call,
    backup: BackupRecords,
    permit: OwnedSemaphorePermit,
) -> Parts {
    let empty = v1::StreamBackupResponse {
        head_revision: backup.head.revision.number(),
        compacted_revision: backup.horizon.number(),
        history_id: backup.lineage.current().to_string(),
        lineage: lineage_messages(&backup.lineage),
        frames: Vec::new(),
    };
    let parts =
        stream::try_unfold((reading, Some(backup.records), permit), move |(reading, records, permit)| {
            let call = call.clone();
            let empty = empty.clone();
            async move {
                let Some(records) = records else { return Ok(None) };
                let (frames, rest) = reading.ask(&call, move || read_some(records)).await?;
                Ok(Some((v1::StreamBackupResponse { frames, ..empty }, (reading, rest, permit))))
            }
        });
    Box::pin(parts)
}

/// The next records, and those after them if there are more.
fn read_some(mut records: Records) -> Result<(Vec<u8>, Option<Records>), Unreadable> {
    let mut frames = Vec::new();
    while frames.len() < PART_BYTES_MAX {
        let Some(record) = records.next() else { return Ok((frames, None)) };
        write_frame(&mut frames, &record.map_err(|problem| unreadable(&problem))?);
    }
    Ok((frames, Some(records)))
}

pub(super) fn lineage_messages(lineage: &Lineage) -> Vec<v1::History> {
    let message = |history: &History| v1::History {
        id: history.id.to_string(),
        after_revision: history.after.number(),
    };
    lineage.histories().iter().map(message).collect()
}
