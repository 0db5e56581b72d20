//! The connection to the server: by the arguments, the environment, and the file of named servers.
//!
//! *Invariant:* a key or token is read from a file or from the environment, never from an argument, so that no list of processes shows it.

mod config;
mod credentials;
mod global;
mod server;

pub(crate) use global::{Global, client};
