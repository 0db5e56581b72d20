//! Fetches the keys of an issuer from an https URL.
//!
//! *Invariants:* one GET by HTTP/1.1 over a verified connection; no redirects; status 200 only; the whole within a few seconds, and no
//! more than a bounded answer.

use std::{error::Error, path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    Request, StatusCode, Uri,
    header::{ACCEPT, HOST, USER_AGENT},
};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{TokensError, key_set::KeySet, settings::read_authorities};

/// Longest answer that is read, in bytes.
pub(super) const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// Longest time of a fetch.
const FETCH_DURATION_MAX: Duration = Duration::from_secs(5);
/// The port of URLs without one.
const PORT: u16 = 443;

/// What fetches the keys at a URL.
#[derive(Clone)]
pub(super) struct Fetch {
    url: Uri,
    tls: TlsConnector,
}

type Failure = Box<dyn Error + Send + Sync>;

impl Fetch {
    /// Reads the authorities: those of a file, or of the system.
    pub(super) fn new(url: Uri, ca: Option<&Path>) -> Result<Self, TokensError> {
        let roots = ca.map_or_else(|| Ok(system_roots()), file_roots)?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        // The provider has the default versions.
        let config = match config.with_safe_default_protocol_versions() {
            Ok(config) => config.with_root_certificates(roots).with_no_client_auth(),
            Err(error) => {
                let path = ca.map(Path::to_owned).unwrap_or_default();
                return Err(TokensError::Authorities { path, problem: error.to_string() });
            }
        };
        Ok(Self { url, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Fetches the keys; the error is for people.
    pub(super) async fn keys(&self) -> Result<KeySet, String> {
        let named = |problem: String| format!("{}: {problem}", self.url);
        let body = match tokio::time::timeout(FETCH_DURATION_MAX, self.body()).await {
            Ok(body) => body.map_err(|error| named(causes(error.as_ref())))?,
            Err(_) => return Err(named(format!("no answer within {} s", FETCH_DURATION_MAX.as_secs()))),
        };
        KeySet::read(&body).map_err(|error| named(error.to_string()))
    }

    async fn body(&self) -> Result<Bytes, Failure> {
        let host = self.url.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((bare, self.url.port_u16().unwrap_or(PORT))).await?;
        let stream = self.tls.connect(ServerName::try_from(bare.to_owned())?, stream).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let authority = self.url.authority().map_or(host, |authority| authority.as_str());
        let target = self.url.path_and_query().map_or("/", |target| target.as_str());
        let request = Request::get(target)
            .header(HOST, authority)
            .header(ACCEPT, "application/jwk-set+json, application/json")
            .header(USER_AGENT, concat!("tenseven/", env!("CARGO_PKG_VERSION")))
            .body(Empty::<Bytes>::new())?;
        let answer = async {
            let answer = sender.send_request(request).await?;
            if answer.status() != StatusCode::OK {
                let status = answer.status();
                return Err(format!("the answer is {status}, not 200; redirects are not followed").into());
            }
            Ok::<_, Failure>(Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await?.to_bytes())
        };
        // Where the connection ends, the answer is there, or is an error.
        let connection = async {
            drop(connection.await);
            std::future::pending().await
        };
        tokio::select! {
            answer = answer => answer,
            never = connection => never,
        }
    }
}

/// The error and what caused it, once each.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn file_roots(path: &Path) -> Result<RootCertStore, TokensError> {
    let pem = read_authorities(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| TokensError::not_pem(path.to_owned(), &error))?;
        let refused = |error: rustls::Error| TokensError::Authorities {
            path: path.to_owned(),
            problem: error.to_string(),
        };
        roots.add(certificate).map_err(refused)?;
    }
    if roots.is_empty() {
        return Err(TokensError::Authorities { path: path.to_owned(), problem: "it is empty".to_owned() });
    }
    Ok(roots)
}
