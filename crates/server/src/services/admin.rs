//! `AdminService`.

use std::{convert::Infallible, sync::Arc};

use tenseven_api::{
    convert::{self, timestamp_message},
    v1::{self, admin_service_server::AdminService},
};
use tenseven_model::Revision;
use tenseven_observatory::{Observatory, RegistryStatus};
use tenseven_store::{ChainHash, Head};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::{
    backup::{self, lineage_messages},
    reading::Reading,
};
use crate::{
    audit::AuditLog,
    call::Call,
    present,
    quota::Quotas,
    status::OrRefuse as _,
    tls::Certificates,
    tokens::{IssuerStatus, Tokens},
};

/// `AdminService` over the observatory.
pub(crate) struct AdminAdapter {
    pub(crate) observatory: Arc<Observatory>,
    pub(crate) reading: Reading,
    /// The certificates of the server; none without TLS.
    pub(crate) certificates: Option<Certificates>,
    /// The issuers whose tokens are accepted.
    pub(crate) tokens: Tokens,
    pub(crate) quotas: Quotas,
    pub(crate) audit: AuditLog,
}

#[tonic::async_trait]
impl AdminService for AdminAdapter {
    type StreamBackupStream = backup::Parts;

    async fn get_server_status(
        &self,
        request: Request<v1::GetServerStatusRequest>,
    ) -> Result<Response<v1::GetServerStatusResponse>, Status> {
        let (call, observatory, audit) =
            (Call::of(&request), Arc::clone(&self.observatory), self.audit.clone());
        let read = move || Ok::<_, Infallible>((observatory.status(), audit.state()));
        let (status, audit) = self.reading.ask(&call, read).await?;
        let audit = Some(present::audit_status(audit));
        let attribution = self.reading.attribution(&call);
        let quotas = self.quotas.uses(Instant::now()).into_iter();
        let quotas = quotas.map(|one| present::quota_status(one, &attribution)).collect();
        let token_issuers = self.tokens.statuses().into_iter().map(issuer_message).collect();
        let status = status_message(status, self.certificates.as_ref());
        Ok(Response::new(v1::GetServerStatusResponse { quotas, token_issuers, audit, ..status }))
    }

    async fn stream_backup(
        &self,
        request: Request<v1::StreamBackupRequest>,
    ) -> Result<Response<Self::StreamBackupStream>, Status> {
        let call = Call::of(&request);
        let request = convert::StreamBackup::try_from(request.into_inner()).or_refuse()?;
        let convert::StreamBackup { after_revision, after_chain, history } = request;
        let after = Head { revision: Revision::new(after_revision), chain: ChainHash(after_chain) };
        let permit = self.reading.transfer()?;
        let observatory = Arc::clone(&self.observatory);
        let backup = self.reading.ask(&call, move || observatory.backup(after, history)).await?;
        Ok(Response::new(backup::parts(self.reading.clone(), call, backup, permit)))
    }
}

fn status_message(
    status: RegistryStatus,
    certificates: Option<&Certificates>,
) -> v1::GetServerStatusResponse {
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
        last_accept_time: last_accepted_at.map(timestamp_message),
        history_id: lineage.current().to_string(),
        lineage: lineage_messages(&lineage),
        suspended_frameworks: suspended.collect(),
        tls: Some(v1::TlsStatus {
            enabled: certificates.is_some(),
            certificate_expire_time: certificates.and_then(Certificates::expire_time),
            reload_error: certificates.and_then(Certificates::problem).unwrap_or_default(),
        }),
        quotas: Vec::new(),
        token_issuers: Vec::new(),
        audit: None,
    }
}

fn issuer_message(status: IssuerStatus) -> v1::TokenIssuer {
    let IssuerStatus { issuer, key_count, last_success, problem } = status;
    v1::TokenIssuer {
        issuer,
        key_count: u32::try_from(key_count).unwrap_or(u32::MAX),
        last_fetch_time: last_success.map(timestamp_message),
        fetch_error: problem.unwrap_or_default(),
    }
}
