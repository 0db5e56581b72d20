//! `AccessService`.

use std::{convert::Infallible, sync::Arc};

use prost_types::Timestamp;
use tenseven_api::{
    Encoded, Violations,
    convert::{
        AccessRequest, GrantRevocation, KeyRequest, KeyRevocation, PartnerRequest, quota_message,
        timestamp_message,
    },
    v1::{self, access_service_server::AccessService},
};
use tenseven_model::{
    PartnerId,
    access::{Grant, IssuedKey},
};
use tenseven_observatory::{
    AddGrant, ChangeAccess, InvalidPageToken, IssueKey, Observatory, Position, PutPartner, RevokeGrant,
    RevokeKey, UnknownPartner,
};
use tonic::{Request, Response, Status};

use super::{positioned::positioned, reading::Reading};
use crate::{
    access::{LastUses, generate_key},
    call::Call,
    present,
    status::{OrRefuse as _, expired, key_failed},
};

/// `AccessService` over the observatory.
pub(crate) struct AccessAdapter {
    pub(crate) observatory: Arc<Observatory>,
    pub(crate) reading: Reading,
    /// Answers callers who ask who they are.
    pub(crate) callers: Reading,
    pub(crate) last_uses: LastUses,
}

/// What a change of access did, or would do.
struct Written {
    at: Position,
    /// None where it was only checked.
    accept_time: Option<Timestamp>,
    /// Whether it added something.
    has_created: bool,
}

impl AccessAdapter {
    /// Submits the change of a request, or only checks it.
    async fn write<R, C: ChangeAccess>(
        &self,
        call: &Call,
        request: AccessRequest<R>,
        change: impl FnOnce(R) -> C,
    ) -> Result<Written, Status> {
        let AccessRequest { submission, change: read, validate_only } = request;
        let (by, change) = (call.attributed(submission), change(read));
        let (revision, accept_time, new) = if validate_only {
            let observatory = Arc::clone(&self.observatory);
            let preview = self.reading.ask(call, move || observatory.preview_access(by, change)).await?;
            (preview.revision, None, preview.new)
        } else {
            let receipt = self.observatory.change_access(by, change).await.or_refuse()?;
            call.audited.change();
            (receipt.revision, Some(timestamp_message(receipt.accepted_at)), receipt.new)
        };
        Ok(Written { at: self.observatory.position(revision), accept_time, has_created: new > 0 })
    }
}

/// The call, and the request of it.
fn opened<M, R>(request: Request<M>) -> Result<(Call, AccessRequest<R>), Status>
where
    AccessRequest<R>: TryFrom<M, Error = Violations>,
{
    let call = Call::of(&request);
    let request = AccessRequest::try_from(request.into_inner()).or_refuse()?;
    Ok((call, request))
}

#[tonic::async_trait]
impl AccessService for AccessAdapter {
    async fn put_partner(
        &self,
        request: Request<v1::PutPartnerRequest>,
    ) -> Result<Response<v1::PutPartnerResponse>, Status> {
        let (call, request) = opened::<_, PartnerRequest>(request)?;
        let put = |PartnerRequest { partner, keeps_status, keeps_quota }| PutPartner {
            partner,
            keeps_status,
            keeps_quota,
        };
        let Written { at, accept_time, has_created } = self.write(&call, request, put).await?;
        let answer = v1::PutPartnerResponse { created: has_created, accept_time, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn get_partner(
        &self,
        request: Request<v1::GetPartnerRequest>,
    ) -> Result<Response<Encoded<v1::GetPartnerResponse>>, Status> {
        let last_uses = self.last_uses.clone();
        self.reading
            .unary(request, move |view, id| {
                let partner = Some(present::partner(view.partner(&id)?, &last_uses));
                Ok::<_, UnknownPartner>(v1::GetPartnerResponse { partner, ..Default::default() })
            })
            .await
    }

    async fn list_partners(
        &self,
        request: Request<v1::ListPartnersRequest>,
    ) -> Result<Response<Encoded<v1::ListPartnersResponse>>, Status> {
        let last_uses = self.last_uses.clone();
        self.reading
            .listing(request, move |view, (), part| {
                let listed = view.partners(part.size, part.after.as_ref())?;
                let partners = listed.partners.iter().map(|one| present::partner(one, &last_uses)).collect();
                let page = v1::ListPartnersResponse { partners, ..Default::default() };
                Ok::<_, InvalidPageToken>((page, listed.next))
            })
            .await
    }

    async fn issue_key(
        &self,
        request: Request<v1::IssueKeyRequest>,
    ) -> Result<Response<v1::IssueKeyResponse>, Status> {
        let (call, request) = opened::<_, KeyRequest>(request)?;
        if request.change.expires_at.is_some_and(|expires_at| expires_at <= self.observatory.now()) {
            let problem = "is past; give a time to come, or none for a key that does not expire";
            return Err(expired(problem));
        }
        let key = generate_key().map_err(|problem| key_failed(&problem))?;
        let (id, hash, validate_only) = (key.id().clone(), key.hash(), request.validate_only);
        let issue = |KeyRequest { partner, name, expires_at }| {
            IssueKey(IssuedKey { id, partner, name, hash, expires_at })
        };
        let Written { at, accept_time, .. } = self.write(&call, request, issue).await?;
        // A submission that was accepted before issued another key.
        let is_issued = !validate_only && self.observatory.has_key(key.id());
        let (shown, key_id) =
            if is_issued { (key.reveal(), key.id().to_string()) } else { (String::new(), String::new()) };
        let answer = v1::IssueKeyResponse { key: shown, key_id, accept_time, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn revoke_key(
        &self,
        request: Request<v1::RevokeKeyRequest>,
    ) -> Result<Response<v1::RevokeKeyResponse>, Status> {
        let (call, request) = opened(request)?;
        let revoke = |KeyRevocation { partner, key, reason }| RevokeKey { partner, key, reason };
        let Written { at, accept_time, .. } = self.write(&call, request, revoke).await?;
        let answer = v1::RevokeKeyResponse { accept_time, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn add_grant(
        &self,
        request: Request<v1::AddGrantRequest>,
    ) -> Result<Response<v1::AddGrantResponse>, Status> {
        let (call, request) = opened::<_, (PartnerId, Grant)>(request)?;
        let add = |(partner, grant)| AddGrant { partner, grant };
        let Written { at, accept_time, .. } = self.write(&call, request, add).await?;
        let answer = v1::AddGrantResponse { accept_time, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn revoke_grant(
        &self,
        request: Request<v1::RevokeGrantRequest>,
    ) -> Result<Response<v1::RevokeGrantResponse>, Status> {
        let (call, request) = opened(request)?;
        let revoke = |GrantRevocation { partner, grant, reason }| RevokeGrant { partner, grant, reason };
        let Written { at, accept_time, .. } = self.write(&call, request, revoke).await?;
        let answer = v1::RevokeGrantResponse { accept_time, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn get_caller(
        &self,
        request: Request<v1::GetCallerRequest>,
    ) -> Result<Response<v1::GetCallerResponse>, Status> {
        let call = Call::of(&request);
        let (observatory, principal, anonymous) =
            (Arc::clone(&self.observatory), call.principal.clone(), call.anonymous);
        let answer = self
            .callers
            .ask(&call, move || Ok::<_, Infallible>(present::caller(&observatory, &principal, anonymous)))
            .await?;
        let quota = call.allowance.as_ref().map(|allowance| quota_message(&allowance.limits().to_quota()));
        Ok(Response::new(v1::GetCallerResponse { quota, ..answer }))
    }
}
