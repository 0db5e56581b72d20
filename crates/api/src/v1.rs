//! Package `tenseven.v1` as generated from `proto/`; the comments there are its documentation.

#![allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "generated code; documented in proto/"
)]

tonic::include_proto!("tenseven.v1");
include!(concat!(env!("OUT_DIR"), "/servers/tenseven.v1.rs"));
