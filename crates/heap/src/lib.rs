//! Memory that was freed, given back to the operating system.
//!
//! # Where to start
//!
//! [`trim`] and [`return_large_blocks`] are all there is. It is a crate of its own because it holds the only unsafe code of the project.
//!
//! # What is absent
//!
//! An allocator: memory is taken from that of the system.
//!
//! # To add another allocator
//!
//! 1. Write both for the targets that have it, in `crates/heap/src/trim.rs`.

mod trim;

pub use trim::{return_large_blocks, trim};
