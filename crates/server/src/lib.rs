//! The gRPC server: it decodes requests, calls the observatory, and encodes answers.
//!
//! *Invariants:*
//! - Nothing is decided here. A method converts, calls one operation of the observatory, and converts back.
//! - Every error leaves through `status` and carries `google.rpc.Status` details.
//! - The configuration is checked before anything is opened or bound.
//!
//! # Where to start
//!
//! [`start`] takes a [`Config`] and returns a [`RunningServer`]; `crates/server/src/lifecycle.rs` puts layers, services and
//! the observatory together.
//!
//! # What is absent
//!
//! Rules about observations, scores, the journal's format, and the environment: the command line fills in a [`Config`].
//!
//! # To add an RPC
//!
//! 1. Add the method and its messages to its service in `proto/tenseven/v1`, with a comment and a sample call.
//! 2. Read its request in `crates/api/src/convert`; the recipe is in `crates/api/src/lib.rs`.
//! 3. Answer it in `crates/observatory/src/query`, as a method of `View`; list what its error is composed of in
//!    `crates/server/src/status/query.rs`.
//! 4. Make the answer a message in a file of `crates/server/src/present`.
//! 5. Implement the method in the service's file of `crates/server/src/services`, by `Reading::listing` if it has pages and by
//!    `Reading::unary` if not: they read the request, find the view, run what asks and presents, and set the revision. `get_trend`
//!    in `crates/server/src/services/score.rs` is one with pages, `rank_areas` there one without.
//! 6. Call it from `crates/client/src`, from a command (the recipe is in `crates/cli/src/main.rs`), and from
//!    `clients/python/src/tenseven/client.py`.
//! 7. Add a call with its exact answer to the service's conversation in `tests/golden/conversations`, and its behaviour to
//!    `tests/e2e`.
//!
//! # To add a reason of an error
//!
//! 1. Add it to `proto/tenseven/v1/error_reason.proto`, with its code, a sample and a remedy.
//! 2. Return it from the file of `crates/server/src/status` for what is refused.
//! 3. Meet it over a socket: a line in `ERRORS` or `FIELDS` of `tests/e2e/reasons.rs`. The test fails without one.
//!
//! # To add a setting
//!
//! 1. Add the field with its default and its check to `Config` in `crates/server/src/config.rs`.
//! 2. Use it in `crates/server/src/lifecycle.rs`.
//! 3. Add its flag and variable to `crates/cli/src/command/serve.rs` (what frameworks may cost: `crates/cli/src/command/budget.rs`), and a row to the table in `deploy/README.md`.
//!
//! # To add a layer
//!
//! Write it in a file of its own in `crates/server/src/layers`, give it a place in the order that
//! `crates/server/src/layers/mod.rs` states, and add it to the stack in `crates/server/src/lifecycle.rs`.

mod access;
mod admin_key;
mod audit;
mod call;
mod cost;
mod entrances;
mod following;
mod health;
mod heap;
mod layers;
mod lifecycle;
mod memory;
mod origins;
mod present;
mod processors;
mod quota;
mod rereads;
mod routes;
mod services;
mod status;
mod tls;
mod tokens;
mod violation;

pub mod config;
mod connections;
pub mod telemetry;
pub mod upkeep;

pub use access::{ADMIN, AdminKeyError, generate_key};
pub use admin_key::{CreateKeyError, create_admin_key};
pub use config::{AllowAnonymous, Config, ConfigError};
pub use cost::framework_cost;
pub use entrances::ListenError;
pub use lifecycle::{RunningServer, ServeError, StartError, start};
pub use memory::available as available_memory;
pub use quota::PartnerLimits;
pub use rereads::ReloadHandle;
pub use tenseven_model::access::QuotaLimit;
pub use tenseven_observatory::{BudgetLimits, Limits};
pub use tls::{TlsError, TlsFiles};
pub use tokens::TokensError;
