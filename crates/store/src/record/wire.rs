//! Package `tenseven.journal.v1` as generated from `proto/`; the comments there are its documentation.

#![allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "generated code; documented in proto/"
)]

include!(concat!(env!("OUT_DIR"), "/tenseven.journal.v1.rs"));
