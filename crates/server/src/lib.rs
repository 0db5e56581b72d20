//! The gRPC server: it reads messages, asks the observatory, and writes answers.
//!
//! *Invariants:*
//! - Nothing is decided here. A method converts, calls one operation of the observatory, and converts back.
//! - Every error leaves through `status` and carries `google.rpc.Status` details.
//! - The configuration is checked before anything is opened or bound.

mod layers;
mod lifecycle;
mod origins;
mod present;
mod services;
mod status;
mod violation;

pub mod config;
pub mod telemetry;
pub mod upkeep;

pub use config::{Config, ConfigError};
pub use lifecycle::{RunningServer, ServeError, StartError, start};
