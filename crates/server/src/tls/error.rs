//! Why TLS cannot be set up.

use std::{io, path::PathBuf};

use rustls::{pki_types::pem, server::VerifierBuilderError};

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// A file is too long to be one of certificates or a key.
    #[error("{path} is longer than {bytes_max} bytes; name a file of certificates or a key in PEM")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The longest file that is read.
        bytes_max: u64,
    },
    /// A file is not PEM, or does not contain what is needed.
    #[error("{path} contains no {wanted} in PEM: {error}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should contain.
        wanted: &'static str,
        /// What is wrong with it.
        #[source]
        error: pem::Error,
    },
    /// The certificate and the key cannot be used together.
    #[error("the certificate {certificate} and the key {key} cannot be used together: {error}")]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What is wrong with them.
        #[source]
        error: rustls::Error,
    },
    /// A certificate cannot be trusted as an authority.
    #[error("{path} contains a certificate that cannot be an authority: {error}")]
    Authority {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: rustls::Error,
    },
    /// The certificates of clients cannot be verified with these authorities.
    #[error("certificates of clients cannot be verified with {path}: {error}")]
    Verifier {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: VerifierBuilderError,
    },
}
