//! Tokens of identity providers: who has one, and by which key of which issuer that is shown.
//!
//! *Invariants:*
//! - The algorithm of a signature is that of the key which the issuer publishes. Nothing that a token contains selects another one, or
//!   is fetched.
//! - The time is that of the registry's clock.
//! - A call fetches nothing. Keys come from a file or a URL in the background, and those that were read last stay in use while others
//!   cannot be read.
//! - A token only shows who somebody is. What they may do is stored in the registry.

mod claims;
mod error;
mod fetch;
mod follow;
mod issuer;
mod key_set;
mod members;
mod patterns;
mod public_key;
mod refresh;
mod refusal;
mod settings;
mod token;
mod verify;

#[cfg(test)]
mod tests;

pub use error::TokensError;
pub(crate) use issuer::IssuerStatus;
pub(crate) use refusal::TokenRefusal;
pub(crate) use verify::{TokenCredential, Tokens};
