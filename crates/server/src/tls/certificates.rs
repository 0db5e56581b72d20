//! What is made of the files: the configuration of rustls, and when the certificate expires.

use std::{path::Path, sync::Arc};

use prost_types::Timestamp;
use rustls::{
    RootCertStore, ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};

use super::{TlsError, TlsFiles, expiry::expire_time, files::Contents};

/// What is offered by ALPN: gRPC, and HTTP/1.1 for grpc-web.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A certificate with its key, ready for handshakes.
pub(super) struct Loaded {
    pub(super) contents: Contents,
    pub(super) config: Arc<ServerConfig>,
    /// When the certificate expires; none if that cannot be read.
    pub(super) expire_time: Option<Timestamp>,
}

impl Loaded {
    /// Makes a configuration of what the files contain.
    pub(super) fn new(files: &TlsFiles, contents: Contents) -> Result<Self, TlsError> {
        let TlsFiles { certificate, key, client_ca } = files;
        let chain = chain(certificate, &contents.certificate)?;
        let private = PrivateKeyDer::from_pem_slice(&contents.key).map_err(|error| TlsError::Pem {
            path: key.clone(),
            wanted: "private key",
            error,
        })?;
        let unusable = |error| TlsError::Pair { certificate: certificate.clone(), key: key.clone(), error };
        let expire_time = chain.first().and_then(|certificate| expire_time(certificate));
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let builder = match client_ca.as_deref().zip(contents.client_ca.as_deref()) {
            Some((path, authorities)) => {
                builder.with_client_cert_verifier(verifier(path, authorities, provider)?)
            }
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, private).map_err(unusable)?;
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
        Ok(Self { contents, config: Arc::new(config), expire_time })
    }
}

/// Verifies the certificates of clients that send one.
fn verifier(
    path: &Path,
    authorities: &[u8],
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for authority in chain(path, authorities)? {
        roots.add(authority).map_err(|error| TlsError::Authority { path: path.to_owned(), error })?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .allow_unauthenticated()
        .build()
        .map_err(|error| TlsError::Verifier { path: path.to_owned(), error })
}

/// The certificates of a file, at least one.
fn chain(path: &Path, bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |error| TlsError::Pem { path: path.to_owned(), wanted: "certificate", error };
    let chain: Vec<_> = CertificateDer::pem_slice_iter(bytes).collect::<Result<_, _>>().map_err(failed)?;
    if chain.is_empty() { Err(failed(pem::Error::NoItemsFound)) } else { Ok(chain) }
}
