//! The Rust client of `tenseven`: pushes observations, and asks for scores, reports and frameworks.
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
//!         min_revision: answer.revision,
//!         ..Default::default()
//!     })
//!     .await?;
//! # drop(scores);
//! # Ok(())
//! # }
//! ```
//!
//! *Invariant:* every call has a deadline and a bounded number of tries. A write is tried again only under the
//! submission id that it was first sent with, so that it happens once however often it is sent.
//!
//! No call checks what the server checks ([`check_observation`] does so where it is wanted), and nothing is kept between
//! calls but the connection.

mod admin;
mod assessment;
mod call;
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
mod watch;
mod withdrawal;

pub use check::check_observation;
pub use client::Client;
pub use error::{ClientError, FieldViolation, Refusal};
pub use options::{Backoff, ClientOptions};
pub use push_stream::BatchAnswer;
pub use tenseven_api::v1;
pub use tenseven_model::SubmissionId;
pub use tonic::Code;
