//! The base of the black-box tests: the real binary, started as an operator starts it, and calls to it as any
//! gRPC client makes them.
//!
//! Nothing here knows the inside of the server: a test states what is sent over the wire and what is returned.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up has failed"
)]

pub mod admin;
pub mod binary;
pub mod bytes_codec;
pub mod certificates;
pub mod coding;
pub mod conversation;
pub mod crowd;
pub mod frames;
pub mod journal;
pub mod memory;
pub mod numbered;
pub mod observation;
pub mod recorded;
pub mod refusal;
pub mod server;

pub use observation::{Draft, level, missing, number, ratio};
pub use refusal::Refusal;
pub use server::{START_REVISION, Server};
