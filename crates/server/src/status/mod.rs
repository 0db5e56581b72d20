//! Statuses: the only place that makes a `tonic::Status`.
//!
//! *Invariant:* every status carries `google.rpc.Status` details: always an `ErrorInfo` whose reason is a name of
//! `tenseven.v1.ErrorReason`, and the details that its comment there promises. No message reveals the server's
//! insides.
//!
//! One file for what is refused: `violations` of a request, `write` of a write, `query` of a read, and so on; all are put
//! together by `details`.

mod access;
mod assessment;
mod call;
mod details;
mod failure;
mod history;
mod library;
mod practice;
mod publication;
mod query;
mod quota;
mod refusal;
mod retirement;
mod view;
mod violations;
mod write;

pub(crate) use access::{
    expired, invalid_credential, key_failed, not_at_this_address, not_bearer, token_refused, unauthenticated,
};
pub(crate) use call::{
    call_memory_full, connection_ends, deadline_exceeded, request_silent, shutting_down, slow_reader,
    too_many_transfers, too_many_watchers,
};
pub(crate) use failure::ended;
pub(crate) use library::{BrokenMessage, malformed_message, message_too_large, of_library};
pub(crate) use refusal::{OrRefuse, Refusal, Refused};
pub(crate) use write::RefusedChanges;
