//! The demonstration: the samples that ship, pushed to a real server and asked for again.
//!
//! *Invariant:* everything goes over gRPC through the client, as it would from anywhere else.

mod sample;
mod tour;
mod view;

pub(crate) use tour::{Tour, take};
