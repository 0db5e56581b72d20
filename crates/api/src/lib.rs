//! The gRPC contract: generated messages, clients and servers, and conversions to and from the model.
//!
//! *Invariant:* what comes in is read once, here: [`convert`] turns a message into model values or into the list of
//! everything that is wrong with it, each with its path. What goes out is made by destructuring the model's values
//! whole, so that a new field of the model cannot be forgotten.
//!
//! This crate knows no state: whether an indicator or an area exists is the observatory's to say.

mod codec;
pub mod convert;
pub mod mask;
pub mod v1;

pub use convert::{Violation, Violations};
pub use mask::{ReadMask, masked};

/// The contract's `FileDescriptorSet` with comments, as reflection serves it.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// The domain of every `google.rpc.ErrorInfo`.
pub const ERROR_DOMAIN: &str = "tenseven";
