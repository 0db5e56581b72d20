//! The identity of a client that sent a certificate.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// A certificate that a client sent, and that was verified with the authorities of the setting. An extension of each request over its
/// connection; requests of clients without a certificate have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    /// Its subject alternative names: the URIs, then the DNS names in lower case. May be empty.
    pub(crate) names: Arc<[String]>,
}

impl ClientCertificate {
    /// Reads the names of a verified certificate; none if it cannot be read.
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let certificate = EndEntityCert::try_from(certificate).ok()?;
        let uris = certificate.valid_uri_names().map(str::to_owned);
        // DNS names have no case.
        let names = certificate.valid_dns_names().map(str::to_ascii_lowercase);
        Some(Self { names: uris.chain(names).collect() })
    }
}
