//! Gives the statuses that the gRPC library makes itself the details that ours carry.

use http::{HeaderMap, Request, Uri};
use http_body::Frame;
use tonic::{Code, Status, body::Body};

use super::received::{Received, encoding};
use crate::status;

/// What a status of the library is explained with.
pub(super) struct Details {
    method: Uri,
    message_bytes_max: usize,
    received: Received,
    /// How its messages are compressed.
    encoding: Option<String>,
}

impl Details {
    pub(super) fn of(request: &mut Request<Body>, message_bytes_max: usize) -> Self {
        Self {
            method: request.uri().clone(),
            message_bytes_max,
            received: Received::of(request),
            encoding: encoding(request.headers()),
        }
    }

    /// The status in these headers with details, where it is an error and has none.
    pub(super) fn of_bare(&self, headers: &HeaderMap) -> Option<Status> {
        let code = headers.get("grpc-status")?;
        if code == "0" || headers.contains_key("grpc-status-details-bin") {
            return None;
        }
        let bare = Status::from_header_map(headers)?;
        // The library's message for bytes that it cannot decode; the codec's messages differ.
        if bare.code() == Code::Internal
            && let Some(broken) = self.received.broken(self.encoding.as_deref())
        {
            return Some(status::malformed_message(Some(broken)));
        }
        Some(status::of_library(bare.code(), bare.message(), self.method.path(), self.message_bytes_max))
    }

    /// A frame whose status has details: it may also come after the messages of an answer.
    pub(super) fn of_frame<D>(&self, frame: Frame<D>) -> Result<Frame<D>, Status> {
        match frame.into_trailers() {
            Ok(mut trailers) => {
                if let Some(status) = self.of_bare(&trailers) {
                    status.add_header(&mut trailers)?;
                }
                Ok(Frame::trailers(trailers))
            }
            Err(frame) => Ok(frame),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use tonic_types::StatusExt as _;

    use super::*;

    /// The reason of the status that is made of one of the library.
    fn reason(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let details = Details::of(&mut Request::new(Body::empty()), 1_000);
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)));
        let status = details.of_bare(&headers.collect())?;
        status.get_details_error_info().map(|info| info.reason)
    }

    #[test]
    fn a_status_that_nobody_foresaw_is_internal() {
        for code in ["1", "7", "9", "10", "14", "15", "16"] {
            assert_eq!(reason(&[("grpc-status", code)]).as_deref(), Some("INTERNAL"), "{code}");
        }
    }

    #[test]
    fn what_is_no_error_is_left_alone() {
        assert_eq!(reason(&[("grpc-status", "0")]), None);
        assert_eq!(reason(&[("x-of-ours", "1")]), None);
    }
}
