//! A call: who makes it, from where, and how long it may take.
//!
//! *Invariant:* one layer makes it, for every call alike. What a method decides by, it takes from here.

use std::{net::IpAddr, time::Duration};

use prost::Message;
use tenseven_api::Encoded;
use tenseven_model::{PartnerId, SubmissionId};
use tenseven_observatory::{Attributed, Author};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use crate::{
    access::{Guard, Principal},
    audit::AuditedCall,
    config::AllowAnonymous,
    layers::RequestId,
    memory::{Size, Unread},
    quota::Allowance,
    status::{self, OrRefuse as _, Refusal as _},
};

/// What part of a call's time a wait leaves for the answer.
const ANSWER_SHARE: u32 = 10;

/// How long a stream waits until its changes fit the quota.
const CHARGE_WAIT_MAX: Duration = Duration::from_secs(5);

/// How long a call waits until more of earlier answers is read.
const ROOM_WAIT_MAX: Duration = Duration::from_secs(20);

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Who makes it.
    pub(crate) principal: Principal,
    /// By what it may go on; none where nobody had to identify themselves.
    pub(crate) guard: Option<Guard>,
    /// What callers without a credential may do at the address where it arrived.
    pub(crate) anonymous: AllowAnonymous,
    /// How long it may take.
    pub(crate) limit: Duration,
    /// By which its log lines are found.
    pub(crate) request_id: RequestId,
    /// Where it comes from, where that is known.
    pub(crate) peer: Option<IpAddr>,
    /// The answers of its connection that are not read yet; none where nobody counts them.
    pub(crate) unread: Option<Unread>,
    /// What it may use of the server; none where that is not counted.
    pub(crate) allowance: Option<Allowance>,
    /// What is recorded of it.
    pub(crate) audited: AuditedCall,
}

impl Call {
    /// The call of a request; one that came through no layer may not wait.
    pub(crate) fn of<T>(request: &Request<T>) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self {
            principal: Principal::Anonymous,
            guard: None,
            anonymous: AllowAnonymous::No,
            limit: Duration::ZERO,
            request_id: RequestId::of(&http::HeaderMap::new()),
            peer: None,
            unread: None,
            allowance: None,
            audited: AuditedCall::default(),
        })
    }

    /// Succeeds if the caller still has the credential and the role that the call needs. A stream checks that before each batch.
    pub(crate) fn check_again(&self) -> Result<(), Status> {
        self.guard.as_ref().map_or(Ok(()), Guard::check)
    }

    /// Charges changes of observations to the caller. A rejection is kept back for a while.
    pub(crate) async fn charge(&self, changes: usize) -> Result<(), Status> {
        let Some(allowance) = &self.allowance else { return Ok(()) };
        match allowance.charge_observations(changes, Instant::now()) {
            Ok(()) => Ok(()),
            Err(exceeded) => Err(exceeded.kept_back(self.limit).await.into_status()),
        }
    }

    /// Charges a batch of a stream to the caller, and waits for that if it does not take long: its sender waits, too.
    pub(crate) async fn charge_in_turn(&self, changes: usize) -> Result<(), Status> {
        let Some(allowance) = &self.allowance else { return Ok(()) };
        allowance.wait_for_batch(changes, CHARGE_WAIT_MAX).await.or_refuse()
    }

    /// A submission, attributed to the caller.
    pub(crate) fn attributed(&self, submission: SubmissionId) -> Attributed {
        self.audited.attribute(submission);
        let author =
            |partner: &PartnerId| Author { partner: partner.clone(), key: self.principal.key().cloned() };
        Attributed { submission, author: self.principal.partner().map(author) }
    }

    /// Whether an answer of this size has to wait until more of earlier ones is read.
    pub(crate) fn must_wait(&self, size: Size) -> bool {
        self.unread.as_ref().is_some_and(|unread| unread.must_wait(size))
    }

    /// Returns once an answer of this size can be made; refused where that takes too long.
    pub(crate) async fn room(&self, size: Size) -> Result<(), Status> {
        let Some(unread) = self.unread.as_ref().filter(|unread| unread.must_wait(size)) else {
            return Ok(());
        };
        let waited = tokio::time::timeout(ROOM_WAIT_MAX.min(self.wait_max()), unread.room(size)).await;
        waited.map_err(|_| status::call_memory_full(unread.bytes_max()))
    }

    /// The response with an answer that is made already, once it can be sent.
    pub(crate) async fn answered_in_turn<A: Message>(
        &self,
        answer: Encoded<A>,
    ) -> Result<Response<Encoded<A>>, Status> {
        self.room(Size::of(answer.encoded_len())).await?;
        Ok(self.answered(answer))
    }

    /// The response with an answer, which is counted from now on.
    pub(crate) fn answered<A: Message>(&self, answer: Encoded<A>) -> Response<Encoded<A>> {
        let counted = self.unread.as_ref().map(|unread| unread.counted(answer.encoded_len()));
        let mut response = Response::new(answer);
        if let Some(counted) = counted {
            response.extensions_mut().insert(counted);
        }
        response
    }

    /// How long it may wait for something before it is answered.
    pub(crate) fn wait_max(&self) -> Duration {
        self.limit.saturating_sub(self.limit / ANSWER_SHARE)
    }
}
