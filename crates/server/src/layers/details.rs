//! Gives the statuses that the gRPC library makes itself the details that ours carry.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use crate::status;

/// Adds [`Details`] to a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DetailsLayer {
    pub(crate) message_bytes_max: usize,
}

impl<S> Layer<S> for DetailsLayer {
    type Service = Details<S>;
    fn layer(&self, inner: S) -> Details<S> {
        Details { inner, message_bytes_max: self.message_bytes_max }
    }
}

/// Replaces statuses without details.
#[derive(Debug, Clone)]
pub(crate) struct Details<S> {
    inner: S,
    message_bytes_max: usize,
}

impl<S> Service<Request<Body>> for Details<S>
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
        let message_bytes_max = self.message_bytes_max;
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            match Status::from_header_map(response.headers()) {
                Some(bare) if bare.code() != Code::Ok && bare.details().is_empty() => {
                    Ok(status::of_library(bare.code(), bare.message(), &method, message_bytes_max)
                        .into_http())
                }
                _ => Ok(response),
            }
        })
    }
}
