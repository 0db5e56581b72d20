//! Operation: the status of the server, and backups.

use futures_util::{Stream, TryStreamExt as _};
use tenseven_api::v1;

use crate::{Client, ClientError, error::from_status};

impl Client {
    /// The status of the server.
    pub async fn server_status(&self) -> Result<v1::GetServerStatusResponse, ClientError> {
        let service = self.admin_service();
        let request = v1::GetServerStatusRequest {};
        self.caller.call(request, async |request| service.clone().get_server_status(request).await).await
    }

    /// The records of the registry after a revision, part by part, up to the newest when the call came. The deadline
    /// is that of the first part; a stream that breaks is requested again after the last record that arrived.
    pub async fn stream_backup(
        &self,
        request: v1::StreamBackupRequest,
    ) -> Result<impl Stream<Item = Result<v1::StreamBackupResponse, ClientError>>, ClientError> {
        let service = self.admin_service();
        let parts =
            self.caller.call(request, async |request| service.clone().stream_backup(request).await).await?;
        let (endpoint, deadline) = (self.caller.endpoint.clone(), self.caller.deadline);
        Ok(parts.map_err(move |status| from_status(status, &endpoint, deadline)))
    }
}
