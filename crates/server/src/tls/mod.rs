//! The server's side of TLS: the files that it is set up from, and their reload.
//!
//! *Invariants:*
//! - TLS 1.2 and 1.3, by rustls with `ring`; HTTP/2 and HTTP/1.1 are offered by ALPN.
//! - A pair that cannot be used never replaces one that can. Connections keep the pair that they began with.

mod certificates;
mod error;
mod expiry;
mod files;
mod reload;

pub use error::TlsError;
pub use files::TlsFiles;
pub(crate) use reload::Certificates;
