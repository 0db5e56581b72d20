//! Makes the [`Call`] of each request that may call its method, and whose caller may use as much of the server; its answer comes in time.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Response};
use tokio::time::Instant;
use tonic::body::Body;
use tower::{Layer, Service};

use super::{RequestId, answers::Begun, deadline, details::Details};
use crate::{
    access::{AccessControl, Admitted, Principal, Rejected, shown_key},
    audit::{AuditLog, AuditedCall, AuditedEnd},
    call::Call,
    connections::{Calls, ClientCertificate},
    quota::{ConnectionPlaces, Exceeded, Quotas},
    status::{self, Refusal as _},
};

/// Adds [`Called`] to a service.
#[derive(Clone)]
pub(crate) struct CallsLayer {
    /// What is recorded of calls.
    pub(crate) audit: AuditLog,
    /// Who may call what.
    pub(crate) access: AccessControl,
    /// How much of the server each partner may use.
    pub(crate) quotas: Quotas,
    /// How long a call may take.
    pub(crate) limit: Duration,
    /// The largest message of any method.
    pub(crate) message_bytes_max: usize,
}

impl<S> Layer<S> for CallsLayer {
    type Service = Called<S>;
    fn layer(&self, inner: S) -> Called<S> {
        Called { inner, layer: self.clone() }
    }
}

/// An answer to come.
type Answering<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

/// Makes calls of requests.
#[derive(Clone)]
pub(crate) struct Called<S> {
    inner: S,
    layer: CallsLayer,
}

impl<S> Service<Request<Body>> for Called<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Future: Send + 'static> + Clone + Send + 'static,
    S::Error: 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answering<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let admitted = self.layer.admit(&request);
        if admitted.as_ref().is_err_and(|rejected| rejected.awaits_keys)
            && let Some(key) = self.layer.access.awaited(request.headers())
        {
            let clone = self.clone();
            let mut ready = std::mem::replace(self, clone);
            let limit = self.layer.limit_of(&request);
            return Box::pin(async move {
                drop(tokio::time::timeout(limit, key).await);
                ready.call_if(ready.layer.admit(&request), request).await
            });
        }
        self.call_if(admitted, request)
    }
}

impl CallsLayer {
    /// Who makes a call, if they may.
    fn admit(&self, request: &Request<Body>) -> Result<Admitted, Rejected> {
        let certificate = request.extensions().get::<ClientCertificate>();
        self.access.admit(request.uri().path(), request.headers(), certificate)
    }

    /// The answer to a call that may not begin. It counts for a caller who was identified, like others.
    fn reject<E>(
        &self,
        rejected: Rejected,
        audited: &AuditedCall,
        request: Request<Body>,
        limit: Duration,
    ) -> impl Future<Output = Result<Response<Body>, E>> + Send + use<E> {
        let Rejected { status, caller, is_identified, awaits_keys: _ } = rejected;
        if let Some(caller) = &caller {
            audited.admit(caller, None);
        }
        audited.reject(shown_key(request.headers()), &status);
        let counted = caller.as_ref().filter(|_| is_identified).and_then(Principal::partner);
        let charged = counted.map_or(Ok(()), |partner| self.quotas.charge_rejected(partner, Instant::now()));
        async move {
            let status = match charged {
                Ok(()) => status,
                Err(exceeded) => exceeded.kept_back(limit).await.into_status(),
            };
            // What the peer sends meanwhile is not read.
            drop(request);
            let mut response = status.into_http();
            if let Some(caller) = caller.filter(|caller| is_identified && caller.partner().is_some()) {
                response.extensions_mut().insert(caller);
            }
            Ok(response)
        }
    }

    /// How long a call may take.
    fn limit_of(&self, request: &Request<Body>) -> Duration {
        deadline::of(request.headers()).map_or(self.limit, |asked| asked.min(self.limit))
    }
}

impl<S> Called<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Future: Send + 'static>,
    S::Error: 'static,
{
    /// Makes a call if it was admitted, and if its caller may use as much of the server.
    fn call_if(
        &mut self,
        admitted: Result<Admitted, Rejected>,
        mut request: Request<Body>,
    ) -> Answering<S::Error> {
        let CallsLayer { ref access, ref quotas, ref audit, limit: _, message_bytes_max } = self.layer;
        let limit = self.layer.limit_of(&request);
        let details = Details::of(&mut request, message_bytes_max);
        let (path, extensions) = (request.uri().path(), request.extensions());
        let request_id = extensions.get().cloned().unwrap_or_else(|| RequestId::of(request.headers()));
        let calls = extensions.get::<Calls>().cloned();
        let peer = calls.as_ref().map(Calls::peer);
        let unread = calls.as_ref().map(|calls| calls.unread().clone());
        let audited = AuditedCall::begin(audit.clone(), path, peer, &request_id);
        let Admitted { principal, guard, grant } = match admitted {
            Ok(admitted) => admitted,
            Err(rejected) => return Box::pin(self.layer.reject(rejected, &audited, request, limit)),
        };
        audited.admit(&principal, grant);
        let end = AuditedEnd(audited.clone());
        let connection = extensions.get::<ConnectionPlaces>();
        let held = match quotas.admit(principal.partner(), path, connection, Instant::now()) {
            Ok(held) => held,
            Err(exceeded) => {
                // What the peer sends meanwhile is not read.
                return Box::pin(exceeding(exceeded, limit, principal, (end, request)));
            }
        };
        let (caller, anonymous) = (principal.clone(), access.anonymous());
        let allowance = held.as_ref().map(|held| held.allowance.clone());
        let begun = Begun { details, calls, guard: guard.clone(), held, end };
        let call = Call { principal, guard, anonymous, limit, request_id, peer, unread, allowance, audited };
        request.extensions_mut().insert(call);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut response = match tokio::time::timeout(limit, answer).await {
                Ok(answer) => begun.answered(answer?),
                Err(_) => begun.ended(status::deadline_exceeded(limit)),
            };
            if caller.partner().is_some() {
                response.extensions_mut().insert(caller);
            }
            Ok(response)
        })
    }
}

/// The answer to a call of a caller who uses as much of the server as it may.
async fn exceeding<E>(
    exceeded: Exceeded,
    limit: Duration,
    caller: Principal,
    (end, request): (AuditedEnd, Request<Body>),
) -> Result<Response<Body>, E> {
    let mut response = exceeded.kept_back(limit).await.into_status().into_http();
    drop(request);
    end.0.answer(response.headers(), false);
    if caller.partner().is_some() {
        response.extensions_mut().insert(caller);
    }
    Ok(response)
}
