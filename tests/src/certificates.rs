//! Certificates that are made while the tests run, and clients that use them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType,
    date_time_ymd,
};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tempfile::TempDir;

use crate::Server;

/// Who signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The certificate.
    pub certificate: String,
    /// Its private key.
    pub key: String,
}

impl Authority {
    /// An authority that nobody else knows.
    #[expect(clippy::new_without_default, reason = "no two are equal")]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key can be made"))
                .expect("it signs itself"),
        )
    }

    /// Its certificate, in PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A pair for a server on this machine.
    pub fn server(&self) -> Pair {
        self.sign(&Self::server_params())
    }

    /// A pair for a server that expires after this time.
    #[expect(clippy::disallowed_methods, reason = "certificates are valid in real time")]
    pub fn server_until(&self, left: Duration) -> Pair {
        let mut params = Self::server_params();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
        params.not_after = date_time_ymd(1970, 1, 1) + now + left;
        self.sign(&params)
    }

    /// A pair for a client with these URIs and DNS names.
    pub fn client(&self, uri: &str, name: &str) -> Pair {
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![
            SanType::DnsName(name.try_into().expect("a name")),
            SanType::URI(uri.try_into().expect("a URI")),
        ];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    fn server_params() -> CertificateParams {
        let mut params =
            CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()]).expect("names");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params
    }

    fn sign(&self, params: &CertificateParams) -> Pair {
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.signed_by(&key, &self.0).expect("it can be signed").pem();
        Pair { certificate, key: key.serialize_pem() }
    }

    /// A client's configuration that trusts this authority, with these versions of TLS.
    pub fn client_config(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        pair: Option<&Pair>,
    ) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.pem())).expect("it is a certificate");
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .expect("the versions are known")
            .with_root_certificates(roots);
        let mut config = match pair {
            Some(Pair { certificate, key }) => {
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key in PEM");
                builder.with_client_auth_cert(vec![der(certificate)], key).expect("a pair")
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        config
    }
}

/// The certificate of a text in PEM.
pub fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate in PEM")
}

/// A folder with the files of certificates, and the journal of the server that uses them.
pub struct Files {
    home: TempDir,
}

impl Files {
    /// Files with this pair.
    pub fn new(pair: &Pair) -> Self {
        let files = Self { home: TempDir::new().expect("a temporary directory") };
        files.replace(pair);
        files
    }

    /// The path of a file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file, and returns its path as an argument.
    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file can be written");
        text(&path)
    }

    /// Replaces the files of the server's pair.
    pub fn replace(&self, Pair { certificate, key }: &Pair) {
        self.write("server.pem", certificate);
        self.write("server.key", key);
    }

    /// Replaces them as an operator does: other files are written whole, and then take their names.
    pub fn rename(&self, Pair { certificate, key }: &Pair) {
        for (name, content) in [("server.pem", certificate), ("server.key", key)] {
            let next = self.write(&format!("{name}.next"), content);
            std::fs::rename(next, self.path(name)).expect("a file can be renamed");
        }
    }

    /// The arguments of a server that uses the pair.
    pub fn arguments(&self) -> [String; 4] {
        let [certificate, key] = ["server.pem", "server.key"].map(|name| text(&self.path(name)));
        ["--tls-cert".to_owned(), certificate, "--tls-key".to_owned(), key]
    }

    /// Starts a server with the pair and these further arguments.
    pub fn serve(&self, further: &[&str]) -> Server {
        let arguments = self.arguments();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).chain(further.iter().copied()).collect();
        Server::start_on(&self.path("data"), &arguments)
    }
}

fn text(path: &Path) -> String {
    path.to_str().expect("the path is text").to_owned()
}
