//! Whom a client trusts, and as whom it calls.
//!
//! *Invariant:* a key leaves the machine only over an encrypted connection, unless that is allowed explicitly.

use std::{
    fs::File,
    io::{self, Read as _},
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::Interceptor,
    transport::{Certificate, ClientTlsConfig, Endpoint, Identity},
};

use crate::{ClientError, Secret};

/// Longest token that is read from a file, in bytes: servers accept no longer ones.
const TOKEN_BYTES_MAX: u64 = 16 * 1024;
/// What the first certificate of a text in PEM begins with.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// Whom a client trusts, and as whom it calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    /// The certificate authorities of the server of an `https://` address, in PEM. Default: those of the system.
    pub authorities: Option<String>,
    /// The certificate that the client shows to the server of an `https://` address. Default: none.
    pub identity: Option<ClientIdentity>,
    /// The key that is sent with each call, as `authorization: Bearer KEY`, or a token of an identity provider. Default: none.
    pub key: Option<Secret>,
    /// A file with a token of an identity provider, which is sent in place of `key`. It is read again for each call, because tokens are
    /// valid for a short time; while it cannot be read, the token that was read last is sent. Default: none.
    pub token_file: Option<PathBuf>,
    /// Whether the key or token is also sent to other machines over connections that are not encrypted. Default: no.
    pub insecure_key: bool,
}

/// A client's certificate and its private key, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientIdentity {
    /// The certificate, and those that link it to an authority.
    pub certificate: String,
    /// The private key.
    pub key: Secret,
}

/// Adds the key or token to calls.
#[derive(Debug, Clone)]
pub(crate) enum Authorization {
    None,
    Fixed(MetadataValue<Ascii>),
    Followed(Arc<TokenFile>),
}

/// A token in a file that is read again for each call.
#[derive(Debug)]
pub(crate) struct TokenFile {
    path: PathBuf,
    last: Mutex<MetadataValue<Ascii>>,
}

impl Interceptor for Authorization {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value = match self {
            Self::None => return Ok(request),
            Self::Fixed(value) => value.clone(),
            Self::Followed(file) => file.value(),
        };
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

impl TokenFile {
    fn open(path: &Path) -> Result<Self, ClientError> {
        let token =
            read_token(path).map_err(|source| ClientError::TokenFile { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), last: Mutex::new(bearer(&token)?) })
    }

    /// What the file has now; what it had if it cannot be read.
    fn value(&self) -> MetadataValue<Ascii> {
        let read = read_token(&self.path).ok().and_then(|token| bearer(&token).ok());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = read {
            *last = value;
        }
        last.clone()
    }
}

fn read_token(path: &Path) -> io::Result<Secret> {
    let mut text = String::new();
    File::open(path)?.take(TOKEN_BYTES_MAX).read_to_string(&mut text)?;
    let token = text.trim();
    if token.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is empty"));
    }
    Ok(Secret::new(token))
}

/// What is sent for a key or token.
fn bearer(secret: &Secret) -> Result<MetadataValue<Ascii>, ClientError> {
    let mut value = MetadataValue::try_from(format!("Bearer {}", secret.expose()))
        .map_err(|_| ClientError::UnusableKey)?;
    value.set_sensitive(true);
    Ok(value)
}

impl Security {
    /// The address with the settings of TLS, if its connections are encrypted.
    pub(crate) fn secured(&self, address: Endpoint, endpoint: &str) -> Result<Endpoint, ClientError> {
        if !is_encrypted(&address) {
            return Ok(address);
        }
        let refused = |problem: &str, source| ClientError::Certificates {
            endpoint: endpoint.to_owned(),
            problem: problem.to_owned(),
            source,
        };
        let holds_certificate = |pem: &String| pem.contains(CERTIFICATE);
        if !self.authorities.iter().all(holds_certificate) {
            return Err(refused(
                "the text of the certificate authorities contains no certificate in PEM",
                None,
            ));
        }
        if !self.identity.iter().map(|identity| &identity.certificate).all(holds_certificate) {
            return Err(refused("the text of the client's certificate contains none in PEM", None));
        }
        let tls = match &self.authorities {
            Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
            None => ClientTlsConfig::new().with_native_roots(),
        };
        let tls = match &self.identity {
            Some(ClientIdentity { certificate, key }) => {
                tls.identity(Identity::from_pem(certificate, key.expose()))
            }
            None => tls,
        };
        let unusable = |error| {
            refused("the certificate authorities or the client's certificate cannot be used", Some(error))
        };
        address.tls_config(tls).map_err(unusable)
    }

    /// What adds the key or token to calls to this address.
    pub(crate) fn authorization(
        &self,
        address: &Endpoint,
        endpoint: &str,
    ) -> Result<Authorization, ClientError> {
        if self.key.is_none() && self.token_file.is_none() {
            return Ok(Authorization::None);
        }
        if !is_encrypted(address) && !is_loopback(address) && !self.insecure_key {
            return Err(ClientError::InsecureKey { endpoint: endpoint.to_owned() });
        }
        Ok(match (&self.token_file, &self.key) {
            (Some(path), _) => Authorization::Followed(Arc::new(TokenFile::open(path)?)),
            (None, Some(key)) => Authorization::Fixed(bearer(key)?),
            (None, None) => Authorization::None,
        })
    }
}

fn is_encrypted(address: &Endpoint) -> bool {
    address.uri().scheme_str() == Some("https")
}

/// Whether connections to an address stay on this machine.
fn is_loopback(address: &Endpoint) -> bool {
    let host = address.uri().host().unwrap_or_default();
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, ClientOptions};

    const KEY: &str = "ts_a-key-that-nobody-may-see";

    fn keyed() -> Security {
        let identity =
            ClientIdentity { certificate: CERTIFICATE.to_owned(), key: Secret::new("private text") };
        Security { key: Some(Secret::new(KEY)), identity: Some(identity), ..Security::default() }
    }

    fn authorization(endpoint: &'static str, security: &Security) -> Result<Authorization, ClientError> {
        security.authorization(&Endpoint::from_static(endpoint), endpoint)
    }

    #[test]
    fn a_key_is_sent_over_tls_or_within_the_machine_only() {
        for safe in [
            "https://registry.example:1",
            "http://127.0.0.1:1",
            "http://127.9.0.1:1",
            "http://[::1]:1",
            "http://localhost:1",
        ] {
            assert!(authorization(safe, &keyed()).is_ok(), "{safe}");
        }
        for open in ["http://registry.example:1", "http://192.0.2.1:1", "http://localhost.example:1"] {
            let refused = authorization(open, &keyed()).unwrap_err();
            assert!(matches!(refused, ClientError::InsecureKey { .. }), "{open}: {refused:?}");
            assert!(authorization(open, &Security { insecure_key: true, ..keyed() }).is_ok(), "{open}");
            assert!(authorization(open, &Security { key: None, ..keyed() }).is_ok(), "{open}");
        }
    }

    #[test]
    fn the_key_is_the_bearer_of_each_call() {
        let mut authorization = authorization("http://127.0.0.1:1", &keyed()).unwrap();
        let request = authorization.call(Request::new(())).unwrap();
        let sent = request.metadata().get("authorization").unwrap();
        assert_eq!(sent.to_str().unwrap(), format!("Bearer {KEY}"));
    }

    #[test]
    fn a_key_that_no_header_can_hold_is_refused_without_being_printed() {
        let security = Security { key: Some(Secret::new("line\nbreak")), ..Security::default() };
        let refused = authorization("http://127.0.0.1:1", &security).unwrap_err();
        assert!(matches!(refused, ClientError::UnusableKey), "{refused:?}");
        assert!(!refused.to_string().contains("line"), "{refused}");
    }

    #[test]
    fn a_token_file_is_read_again_for_each_call() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let security = Security { token_file: Some(path.clone()), ..keyed() };
        let refused = authorization("http://127.0.0.1:1", &security).unwrap_err();
        assert!(
            matches!(&refused, ClientError::TokenFile { path: named, .. } if *named == path),
            "{refused:?}"
        );
        std::fs::write(&path, "first\n").unwrap();
        assert!(matches!(
            authorization("http://192.0.2.1:1", &security).unwrap_err(),
            ClientError::InsecureKey { .. }
        ));
        let mut authorization = authorization("http://127.0.0.1:1", &security).unwrap();
        let mut sent = || {
            let request = authorization.call(Request::new(())).unwrap();
            request.metadata().get("authorization").unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(sent(), "Bearer first");
        std::fs::write(&path, "second").unwrap();
        assert_eq!(sent(), "Bearer second");
        for broken in ["", "two\nlines"] {
            std::fs::write(&path, broken).unwrap();
            assert_eq!(sent(), "Bearer second");
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(sent(), "Bearer second");
    }

    #[tokio::test]
    async fn no_debug_output_contains_a_secret() {
        let security = Security { identity: None, ..keyed() };
        let options = ClientOptions { security, ..ClientOptions::default() };
        let client = Client::lazy("http://127.0.0.1:1", options.clone()).unwrap();
        let authorization = authorization("http://127.0.0.1:1", &keyed()).unwrap();
        let mut request = Request::new(());
        request = authorization.clone().call(request).unwrap();
        for printed in [
            format!("{:?}", Secret::new(KEY)),
            format!("{:#?}", keyed()),
            format!("{options:?}"),
            format!("{client:?}"),
            format!("{authorization:?}"),
            format!("{request:?}"),
        ] {
            assert!(!printed.contains(KEY) && !printed.contains("private text"), "{printed}");
        }
        assert_eq!(format!("{:?}", Secret::new(KEY)), "…");
    }
}
