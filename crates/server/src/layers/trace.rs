//! One log line a call: the method, the status, how long it took.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use tokio::time::Instant;
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};
use tracing::{debug, error, info};

/// Adds [`Trace`] to a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;
    fn layer(&self, inner: S) -> Trace<S> {
        Trace { inner }
    }
}

/// Logs each call.
#[derive(Debug, Clone)]
pub(crate) struct Trace<S> {
    inner: S,
}

impl<S> Service<Request<Body>> for Trace<S>
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

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let method = request.uri().path().to_owned();
        let started = Instant::now();
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            let duration_ms = started.elapsed().as_secs_f64() * 1_000.0;
            match Status::from_header_map(response.headers()) {
                None if !response.status().is_success() => {
                    info!(method, duration_ms, http_status = response.status().as_u16(), "call refused");
                }
                None => debug!(method, duration_ms, code = "Ok", "call"),
                Some(status) => match status.code() {
                    Code::Ok => debug!(method, duration_ms, code = "Ok", "call"),
                    code @ (Code::Internal | Code::Unknown | Code::DataLoss) => {
                        error!(method, duration_ms, ?code, message = status.message(), "call failed");
                    }
                    code => info!(method, duration_ms, ?code, message = status.message(), "call refused"),
                },
            }
            Ok(response)
        })
    }
}
