//! The gRPC contract: generated messages, clients and servers, and conversions to and from the model.
//!
//! *Invariant:* what comes in is read once, here: [`convert`] turns a message into model values or into the list of
//! everything that is wrong with it, each with its path. What goes out is made by destructuring the model's values
//! whole, so that a new field of the model cannot be forgotten.
//!
//! # Where to start
//!
//! [`v1`] is the contract as generated from `proto/tenseven/v1`; [`convert::Reader`] collects the [`Violations`] of a request.
//!
//! # What is absent
//!
//! State: whether an indicator or an area exists is decided by the observatory. Transport: no client or server is started here.
//!
//! # To add a field to a message
//!
//! 1. Add it to its message in `proto/tenseven/v1`, with a comment. A number is never used again. A field of an observation is in
//!    `proto/tenseven/v1/observation.proto`; what reads share is in `proto/tenseven/v1/read.proto`.
//! 2. Build: the conversions of `crates/api/src/convert` destructure messages and model values whole, so the compiler names every
//!    one that lacks it. An observation is read and written in `crates/api/src/convert/observation.rs`.
//! 3. Test that a bad value is refused under its path, as `crates/api/tests/observation.rs` does.
//! 4. Renew the conversations in `tests/golden/conversations`.
//!
//! # To add a request
//!
//! 1. Add its message to its service in `proto/tenseven/v1`. A read has `ReadAt read_at`, and `Page page` if it lists; its response has
//!    `revision` and `history_id`, and `next_page_token` if it is a page. The build makes these fields reachable
//!    (`crates/api/src/shape.rs`), and the server reads and writes them.
//! 2. For a read, implement [`convert::ReadRequest`] for the message: its `Query` is a selection of the model. It is in the file for its
//!    service: `crates/api/src/convert/score_request.rs`, `crates/api/src/convert/observation_request.rs`,
//!    `crates/api/src/convert/framework_request.rs`, `crates/api/src/convert/assessment_request.rs` or
//!    `crates/api/src/convert/practice_request.rs`. Where the message holds a selection message, name its field in `WITHIN`, so
//!    that what does not exist of it is reported under its path.
//! 3. For a write, write `TryFrom` the message for its command, as `PutPractice` in `crates/api/src/convert/practice_request.rs`, and
//!    re-export it in `crates/api/src/convert/mod.rs`.
//! 4. Test what is invalid of it, as `crates/api/tests/score_requests.rs` does. The rest is the recipe for an RPC in
//!    `crates/server/src/lib.rs`.

mod codec;
pub mod convert;
mod encoded;
mod fields;
pub mod mask;
mod shape;
pub mod v1;

pub use convert::{Violation, Violations};
pub use encoded::Encoded;
pub use mask::{ReadMask, masked};
pub use shape::{HasNextPage, HasPage, HasReadAt, SetPosition};

/// The contract's `FileDescriptorSet` with comments, as reflection serves it.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// The domain of every `google.rpc.ErrorInfo`.
pub const ERROR_DOMAIN: &str = "tenseven";
