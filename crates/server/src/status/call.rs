//! Statuses that end a call or a stream of any kind.

use std::time::Duration;

use tenseven_api::v1::ErrorReason;
use tenseven_observatory::Position;
use tonic::{Code, Status};

use super::details::{RESTART_RETRY_DELAY, details, status};

/// When a request may be sent again for which there was no room.
const REQUESTS_RETRY_DELAY: Duration = Duration::from_secs(1);

/// A call took longer than it may.
pub(crate) fn deadline_exceeded(limit: Duration) -> Status {
    let message = format!("the call took longer than {:.1} s", limit.as_secs_f32());
    status(Code::DeadlineExceeded, message, details(ErrorReason::DeadlineExceeded, &[])).into()
}

/// Calls hold as many bytes as they may together.
pub(crate) fn call_memory_full(bytes_max: usize) -> Status {
    let message = format!(
        "requests or answers under way hold {bytes_max} bytes, as many as they may together (calls_bytes_max); try again"
    );
    let limit = [("limit_bytes", bytes_max.to_string())];
    let mut details = details(ErrorReason::RequestMemoryFull, &limit);
    details.set_retry_info(Some(REQUESTS_RETRY_DELAY));
    status(Code::ResourceExhausted, message, details).into()
}

/// A request was begun, and nothing more of it came.
pub(crate) fn request_silent(limit: Duration) -> Status {
    let message =
        format!("the call took longer than {:.1} s to send more of its request", limit.as_secs_f32());
    status(Code::DeadlineExceeded, message, details(ErrorReason::DeadlineExceeded, &[])).into()
}

/// The server is shutting down; a call can be retried, and a stream resumed from its position.
pub(crate) fn shutting_down() -> Status {
    let mut details = details(ErrorReason::ShuttingDown, &[]);
    details.set_retry_info(Some(RESTART_RETRY_DELAY));
    status(
        Code::Unavailable,
        "the server is shutting down; call again once it runs, and resume streams",
        details,
    )
    .into()
}

/// The connection is about to end; the peer can continue over another at once.
pub(crate) fn connection_ends() -> Status {
    let mut details = details(ErrorReason::ShuttingDown, &[]);
    details.set_retry_info(Some(Duration::ZERO));
    status(Code::Unavailable, "the server ends this connection; go on over a new one", details).into()
}

/// As many exports and backups are under way as there may be.
pub(crate) fn too_many_transfers(most: usize) -> Status {
    let message =
        format!("{most} exports and backups are under way already, and no more can; try again later");
    let mut details = details(ErrorReason::TooManyWatchers, &[]);
    details.set_retry_info(Some(RESTART_RETRY_DELAY));
    status(Code::ResourceExhausted, message, details).into()
}

/// A watcher received nothing for too long; it can resume after `sent` at once.
pub(crate) fn slow_reader(stalled: Duration, sent: Position) -> Status {
    let Position { revision, history } = sent;
    let message = format!(
        "nothing was taken for {:.1} s; watch again behind revision {revision}",
        stalled.as_secs_f32()
    );
    let metadata = [("revision", revision.number().to_string()), ("history_id", history.to_string())];
    let mut details = details(ErrorReason::SlowReader, &metadata);
    details.set_retry_info(Some(Duration::ZERO));
    status(Code::ResourceExhausted, message, details).into()
}

/// There are as many watchers as there may be.
pub(crate) fn too_many_watchers(max: usize) -> Status {
    let mut details = details(ErrorReason::TooManyWatchers, &[]);
    details.set_retry_info(Some(RESTART_RETRY_DELAY));
    status(Code::ResourceExhausted, format!("{max} watch already, and no more can; try again later"), details)
        .into()
}
