//! How much the journal holds of what is pushed.

use tenseven_api::v1::{
    GetServerStatusRequest, StreamBackupRequest, admin_service_client::AdminServiceClient,
};

use crate::Server;

/// The bytes that the journal holds, as in a backup, of each of `count` submissions that `pushing` makes.
pub async fn record_bytes(server: &Server, count: usize, pushing: impl Future<Output = ()>) -> usize {
    let mut admin = AdminServiceClient::new(server.channel().await);
    let before = admin.get_server_status(GetServerStatusRequest {}).await.expect("a status").into_inner();
    pushing.await;
    let after = StreamBackupRequest {
        after_revision: before.revision,
        after_chain_hash: before.chain_hash,
        history_id: before.history_id,
    };
    let mut parts = admin.stream_backup(after).await.expect("a backup").into_inner();
    let mut bytes = 0;
    while let Some(part) = parts.message().await.expect("a part of a backup") {
        bytes += part.frames.len();
    }
    bytes / count
}
