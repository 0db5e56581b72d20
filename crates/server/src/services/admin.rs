//! `AdminService`.

use std::sync::Arc;

use tenseven_api::{
    convert::{self, timestamp_message},
    v1::{self, admin_service_server::AdminService},
};
use tenseven_model::{History, HistoryId, Lineage, Revision};
use tenseven_observatory::{Observatory, RegistryStatus};
use tenseven_store::{ChainHash, Head, write_frame};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::reading::Reading;
use crate::status::{self, OrRefuse as _};

/// About how many bytes of records travel together: well below the 4 MiB that stock clients read.
const PART_BYTES_MAX: usize = 1024 * 1024;
/// Parts that wait for a slow reader.
const PARTS_WAITING_MAX: usize = 2;

/// `AdminService` over the observatory.
pub(crate) struct AdminAdapter {
    pub(crate) observatory: Arc<Observatory>,
    pub(crate) reading: Reading,
}

type Parts = mpsc::Sender<Result<v1::StreamBackupResponse, Status>>;

#[tonic::async_trait]
impl AdminService for AdminAdapter {
    type StreamBackupStream = ReceiverStream<Result<v1::StreamBackupResponse, Status>>;

    async fn get_server_status(
        &self,
        _: Request<v1::GetServerStatusRequest>,
    ) -> Result<Response<v1::GetServerStatusResponse>, Status> {
        let observatory = Arc::clone(&self.observatory);
        let status = self.reading.ask(move || Ok(observatory.status())).await?;
        Ok(Response::new(status_message(status)))
    }

    async fn stream_backup(
        &self,
        request: Request<v1::StreamBackupRequest>,
    ) -> Result<Response<Self::StreamBackupStream>, Status> {
        let request = convert::StreamBackup::try_from(request.into_inner()).or_refuse()?;
        let convert::StreamBackup { after_revision, after_chain, history } = request;
        let after = Head { revision: Revision::new(after_revision), chain: ChainHash(after_chain) };
        let (parts, stream) = mpsc::channel(PARTS_WAITING_MAX);
        let observatory = Arc::clone(&self.observatory);
        tokio::task::spawn_blocking(move || send_copy(&observatory, after, history, &parts));
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

fn send_copy(observatory: &Observatory, after: Head, history: Option<HistoryId>, parts: &Parts) {
    let copy = match observatory.copy(after, history).or_refuse() {
        Ok(copy) => copy,
        // Nobody is told where nobody listens any more.
        Err(refusal) => return drop(parts.blocking_send(Err(refusal))),
    };
    let part = v1::StreamBackupResponse {
        head_revision: copy.head.revision.number(),
        horizon: copy.horizon.number(),
        history: copy.lineage.current().to_string(),
        lineage: lineage_messages(&copy.lineage),
        frames: Vec::new(),
    };
    let mut next = part.clone();
    for record in copy.records {
        let record = match record {
            Ok(record) => record,
            Err(error) => return drop(parts.blocking_send(Err(status::unreadable_journal(&error)))),
        };
        write_frame(&mut next.frames, &record);
        if next.frames.len() >= PART_BYTES_MAX {
            let full = std::mem::replace(&mut next, part.clone());
            if parts.blocking_send(Ok(full)).is_err() {
                return;
            }
        }
    }
    // Also where there is no record, so that the reader learns of the head.
    drop(parts.blocking_send(Ok(next)));
}

fn lineage_messages(lineage: &Lineage) -> Vec<v1::History> {
    let message = |history: &History| v1::History {
        id: history.id.to_string(),
        after_revision: history.after.number(),
    };
    lineage.histories().iter().map(message).collect()
}

fn status_message(status: RegistryStatus) -> v1::GetServerStatusResponse {
    let RegistryStatus {
        head,
        lineage,
        oldest,
        observations,
        frameworks,
        suspended,
        checkpoints,
        last_accepted_at,
    } = status;
    let suspended = suspended.iter().map(|over| v1::SuspendedFramework {
        framework: over.framework.to_string(),
        reason: over.to_string(),
    });
    v1::GetServerStatusResponse {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: head.revision.number(),
        chain_hash: head.chain.to_string(),
        oldest_revision: oldest.number(),
        observation_count: observations as u64,
        framework_count: u32::try_from(frameworks).unwrap_or(u32::MAX),
        checkpoints: checkpoints.iter().map(|revision| revision.number()).collect(),
        last_accepted_at: last_accepted_at.map(timestamp_message),
        history: lineage.current().to_string(),
        lineage: lineage_messages(&lineage),
        suspended_frameworks: suspended.collect(),
    }
}
