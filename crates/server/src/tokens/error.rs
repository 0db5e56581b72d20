//! Why the issuers of tokens cannot be used.

use std::{io, path::PathBuf};

use rustls::pki_types::pem;

use super::key_set::KeySetError;

/// Why the issuers of tokens cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// A file is too long.
    #[error("{path} is longer than {bytes_max} bytes; name a file of issuers, of keys or of certificates")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The longest file that is read.
        bytes_max: u64,
    },
    /// The file of issuers is not TOML, or has other keys.
    #[error("{path}: {error}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        #[source]
        error: Box<toml::de::Error>,
    },
    /// A value in the file of issuers cannot be used.
    #[error("{path}, line {line}: {problem}")]
    Setting {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// The keys of an issuer cannot be used.
    #[error("{path}: {error}")]
    Keys {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        #[source]
        error: KeySetError,
    },
    /// The authorities of an issuer's URL cannot be used.
    #[error("{path} contains no certificate in PEM that can be an authority: {problem}")]
    Authorities {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl TokensError {
    /// A file of authorities that is not PEM.
    pub(super) fn not_pem(path: PathBuf, error: &pem::Error) -> Self {
        Self::Authorities { path, problem: error.to_string() }
    }
}
