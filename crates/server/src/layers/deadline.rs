//! Makes the [`Call`] of each request, and ends those that take longer than their deadline or the server's own limit.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use super::RequestId;
use crate::{
    call::{Call, Principal},
    connections::Calls,
    status,
};

/// Adds [`Deadline`] to a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DeadlineLayer {
    pub(crate) limit: Duration,
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;
    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline { inner, limit: self.limit }
    }
}

/// Answers with `DEADLINE_EXCEEDED` where the inner service takes too long.
#[derive(Debug, Clone)]
pub(crate) struct Deadline<S> {
    inner: S,
    limit: Duration,
}

impl<S> Service<Request<Body>> for Deadline<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Future: Send + 'static>,
    S::Error: 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let limit = asked_for(request.headers()).map_or(self.limit, |asked| early(asked).min(self.limit));
        let extensions = request.extensions();
        let request_id = extensions.get().cloned().unwrap_or_else(|| RequestId::of(request.headers()));
        let peer = extensions.get::<Calls>().map(Calls::peer);
        let call = Call { principal: Principal::Anonymous, limit, request_id, peer };
        request.extensions_mut().insert(call);
        let answer = self.inner.call(request);
        Box::pin(async move {
            match tokio::time::timeout(limit, answer).await {
                Ok(answer) => answer,
                Err(_) => Ok(status::deadline_exceeded(limit).into_http()),
            }
        })
    }
}

/// A little before the client gives up, so that the answer still reaches it and says why.
fn early(asked: Duration) -> Duration {
    asked.saturating_sub((asked / 10).min(Duration::from_millis(100)))
}

/// The deadline of a call: `grpc-timeout`, up to eight digits and a unit.
fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3_600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn timeout(text: &'static str) -> Option<Duration> {
        asked_for(&HeaderMap::from_iter([(
            http::HeaderName::from_static("grpc-timeout"),
            HeaderValue::from_static(text),
        )]))
    }

    #[test]
    fn reads_every_unit() {
        assert_eq!(timeout("2H"), Some(Duration::from_hours(2)));
        assert_eq!(timeout("3M"), Some(Duration::from_mins(3)));
        assert_eq!(timeout("5S"), Some(Duration::from_secs(5)));
        assert_eq!(timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(timeout("9u"), Some(Duration::from_micros(9)));
        assert_eq!(timeout("9n"), Some(Duration::from_nanos(9)));
    }

    #[test]
    fn takes_no_notice_of_what_is_no_deadline() {
        for text in ["", "S", "5", "5s", "-5S", "123456789S", "5.5S"] {
            assert_eq!(timeout(text), None, "{text:?}");
        }
    }
}
