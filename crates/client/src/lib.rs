//! The Rust client of `tenseven`: pushes observations, and asks for scores, reports and frameworks.
//!
//! *Invariants:* every call has a deadline and a bounded number of tries. A write is tried again only under the
//! submission id that it was first sent with, so that it happens once however often it is sent. A key is sent over encrypted
//! connections or within the machine only, and is never printed ([`Security`]).
//!
//! # Where to start
//!
//! [`Client`], which has a method for every call of the contract. A listing has two: one for a page, and one ending in `_pages` for all
//! of them. A call that fails returns a [`ClientError`].
//!
//! # What is absent
//!
//! The server's checks ([`check_observation`] checks one observation's shape where that is wanted), and any state between calls
//! but the connection and its retries.
//!
//! # To add a call
//!
//! 1. Add a method to [`Client`] in the file for its service, such as `crates/client/src/score.rs`. It goes through
//!    `self.caller.call`, which sets the deadline and tries again (`crates/client/src/call.rs`).
//! 2. A listing also has a method that returns all pages, by `pages` of `crates/client/src/pages.rs`.
//! 3. A write takes its submission id from the caller or makes one before the first try, as
//!    `crates/client/src/withdrawal.rs` does.
//! 4. Add the same call to the Python client: `clients/python/src/tenseven/client.py`.
//!
//! # Example
//!
//! ```no_run
//! # async fn example() -> Result<(), tenseven_client::ClientError> {
//! use tenseven_api::v1;
//! use tenseven_client::{Client, ClientOptions};
//!
//! let client = Client::connect("http://127.0.0.1:50107", ClientOptions::default()).await?;
//! let answer = client
//!     .push(
//!         None,
//!         vec![v1::Observation {
//!             indicator: "dual-nationality".into(),
//!             area: "MAR".into(),
//!             period: "2020".into(),
//!             source: "ministry".into(),
//!             value: Some(v1::Value { kind: Some(v1::value::Kind::Level("comprehensive".into())) }),
//!             ..Default::default()
//!         }],
//!     )
//!     .await?;
//! let scores = client
//!     .get_scores(v1::GetScoresRequest {
//!         framework: "target-10-7".into(),
//!         area: "MAR".into(),
//!         period: "2020".into(),
//!         read_at: Some(v1::ReadAt::not_before(answer.revision)),
//!         ..Default::default()
//!     })
//!     .await?;
//! # drop(scores);
//! # Ok(())
//! # }
//! ```

mod access;
mod admin;
mod assessment;
mod audit;
mod call;
mod change;
mod check;
mod client;
mod error;
mod export;
mod framework;
mod observation;
mod options;
mod pages;
mod practice;
mod publication;
mod push_stream;
mod retry;
mod score;
mod score_watch;
mod secret;
mod security;
mod watch;
mod withdrawal;

pub use access::IssuedKey;
pub use check::check_observation;
pub use client::Client;
pub use error::{ClientError, FieldViolation, Refusal};
pub use options::{Backoff, ClientOptions};
pub use push_stream::BatchAnswer;
pub use secret::Secret;
pub use security::{ClientIdentity, Security};
pub use tenseven_api::v1;
pub use tenseven_model::SubmissionId;
pub use tonic::Code;
