//! Browsers: pages of the origins that are let in may call, those of others are refused.
//!
//! A browser keeps an answer from a page, but sends some calls first and asks afterwards. So a call whose origin is a
//! page that is not let in goes no further than here. Calls without an origin are no browser's.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderName, Method, Request, Response, StatusCode, header};
use tonic::body::Body;
use tower::{Layer, Service};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::request_id::REQUEST_ID;
use crate::origins::Origins;

/// How long a browser may remember what it was allowed.
const PREFLIGHT_AGE: Duration = Duration::from_hours(2);
/// The headers that a page may read: where a call is refused before its first answer, the status lies in them.
const EXPOSED: [&str; 6] = [
    "grpc-status",
    "grpc-message",
    "grpc-status-details-bin",
    "grpc-encoding",
    "grpc-accept-encoding",
    REQUEST_ID,
];

/// The CORS headers that list who may call.
fn cors(origins: &Origins) -> CorsLayer {
    let admitted = match origins {
        Origins::Any => AllowOrigin::any(),
        Origins::Listed(origins) => AllowOrigin::list(origins.iter().cloned()),
    };
    CorsLayer::new()
        .allow_origin(admitted)
        .allow_methods([Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(EXPOSED.map(HeaderName::from_static))
        .max_age(PREFLIGHT_AGE)
}

/// Adds [`Pages`] to a service.
#[derive(Debug, Clone)]
pub(crate) struct PagesLayer {
    pub(crate) origins: Origins,
}

impl<S> Layer<S> for PagesLayer {
    type Service = Pages<S>;
    fn layer(&self, inner: S) -> Pages<S> {
        Pages { inner, origins: self.origins.clone() }
    }
}

/// Refuses calls of pages that are not let in.
#[derive(Debug, Clone)]
pub(crate) struct Pages<S> {
    inner: S,
    origins: Origins,
}

impl<S> Service<Request<Body>> for Pages<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Future: Send + 'static> + Clone,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let mut origins = request.headers().get_all(header::ORIGIN).iter().peekable();
        if origins.peek().is_none() {
            return Box::pin(self.inner.call(request));
        }
        if origins.all(|origin| self.origins.admit(origin)) {
            // Made for each call of a browser, so that others do not carry it along.
            let next = self.inner.clone();
            let ready = std::mem::replace(&mut self.inner, next);
            return Box::pin(cors(&self.origins).layer(ready).call(request));
        }
        Box::pin(async { Ok(refusal()) })
    }
}

/// The browser shows it to the page's author, not to the page.
fn refusal() -> Response<Body> {
    let text =
        "pages of this origin may not call; the operator lists those that may in TENSEVEN_CORS_ORIGINS\n";
    let mut response = Response::new(Body::new(text.to_owned()));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let content_type = header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
