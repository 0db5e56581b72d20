//! Settings of TLS, and of who may call.

use std::path::PathBuf;

use clap::{Args, ValueEnum, builder::BoolishValueParser};
use tenseven_server::{AllowAnonymous, TlsFiles};

use crate::exit::BadConfiguration;

/// What callers without a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Anonymous {
    /// Nothing
    No,
    /// Read
    Read,
    /// Read and write
    Write,
}

/// Arguments of `tenseven serve` about TLS and who may call.
#[derive(Debug, Args)]
pub(super) struct SecurityArguments {
    /// Certificate of the server and those that link it to an authority, in PEM; reloaded when the file changes, and on SIGHUP
    #[arg(long, value_name = "FILE", env = "TENSEVEN_TLS_CERT")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", env = "TENSEVEN_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// Certificate authorities of clients, in PEM: clients are asked for a certificate, and one that they do not sign is refused
    #[arg(long, value_name = "FILE", env = "TENSEVEN_TLS_CLIENT_CA")]
    tls_client_ca: Option<PathBuf>,
    /// State that a proxy takes the TLS connections, and that the address is reached through it only
    #[arg(long, env = "TENSEVEN_TLS_TERMINATED_BY_PROXY", value_parser = BoolishValueParser::new())]
    pub(super) tls_terminated_by_proxy: bool,
    /// What callers without a key may do
    #[arg(long, value_name = "WHAT", env = "TENSEVEN_ALLOW_ANONYMOUS", value_enum, default_value = "no")]
    allow_anonymous: Anonymous,
    /// Do not show callers which other partners made changes; admins are shown it
    #[arg(long, env = "TENSEVEN_HIDE_PARTNERS", value_parser = BoolishValueParser::new())]
    pub(super) hide_partners: bool,
    /// A file with a key that shows the partner `admin`, who is registered if missing; `tenseven key generate` prints a key
    #[arg(long, value_name = "FILE", env = "TENSEVEN_ADMIN_KEY_FILE")]
    pub(super) admin_key_file: Option<PathBuf>,
    /// Identity providers whose tokens are accepted, in TOML; `deploy/ACCESS.md` describes the file
    #[arg(long, value_name = "FILE", env = "TENSEVEN_JWT_ISSUERS")]
    pub(super) jwt_issuers: Option<PathBuf>,
}

impl SecurityArguments {
    /// The files of TLS; none if it is off.
    pub(super) fn tls(&self) -> Result<Option<TlsFiles>, BadConfiguration> {
        let refused = |problem: &str| Err(BadConfiguration(problem.to_owned()));
        match (&self.tls_cert, &self.tls_key, &self.tls_client_ca) {
            (Some(certificate), Some(key), client_ca) => Ok(Some(TlsFiles {
                certificate: certificate.clone(),
                key: key.clone(),
                client_ca: client_ca.clone(),
            })),
            (Some(_), None, _) => {
                refused("--tls-cert needs the private key of the certificate: give --tls-key")
            }
            (None, Some(_), _) => refused("--tls-key needs the certificate of the key: give --tls-cert"),
            (None, None, Some(_)) => refused("--tls-client-ca needs TLS: give --tls-cert and --tls-key, too"),
            (None, None, None) => Ok(None),
        }
    }

    pub(super) fn allow_anonymous(&self) -> AllowAnonymous {
        match self.allow_anonymous {
            Anonymous::No => AllowAnonymous::No,
            Anonymous::Read => AllowAnonymous::Read,
            Anonymous::Write => AllowAnonymous::Write,
        }
    }
}
