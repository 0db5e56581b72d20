//! Memory that was freed, given back to the operating system.
//!
//! # Where to start
//!
//! [`trim`] is all there is. It is a crate of its own because it holds the only unsafe code of the project.
//!
//! # To support another allocator
//!
//! Add it to `crates/heap/src/trim.rs`, for the targets that have it.

mod trim;

pub use trim::trim;
