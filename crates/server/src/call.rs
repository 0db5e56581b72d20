//! A call: who makes it, from where, and how long it may take.
//!
//! *Invariant:* one layer makes it, for every call alike. What a method decides by, it takes from here.

use std::{net::IpAddr, time::Duration};

use tonic::Request;

use crate::layers::RequestId;

/// What part of a call's time a wait leaves for the answer.
const ANSWER_SHARE: u32 = 10;

/// Who makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Principal {
    /// Somebody whom the server does not know: nobody has to identify themselves.
    #[default]
    Anonymous,
}

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Who makes it.
    pub(crate) principal: Principal,
    /// How long it may take.
    pub(crate) limit: Duration,
    /// By which its log lines are found.
    pub(crate) request_id: RequestId,
    /// Where it comes from, where that is known.
    pub(crate) peer: Option<IpAddr>,
}

impl Call {
    /// The call of a request; one that came through no layer may not wait.
    pub(crate) fn of<T>(request: &Request<T>) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self {
            principal: Principal::Anonymous,
            limit: Duration::ZERO,
            request_id: RequestId::of(&http::HeaderMap::new()),
            peer: None,
        })
    }

    /// How long it may wait for something before it is answered.
    pub(crate) fn wait_max(&self) -> Duration {
        self.limit.saturating_sub(self.limit / ANSWER_SHARE)
    }
}
