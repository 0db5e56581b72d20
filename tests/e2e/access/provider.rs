//! Identity providers: the file that the registry is set up with, and a server of keys.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tenseven_testkit::{TokenSigner, key_set};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use tenseven_tests::certificates::{Authority, Pair, der};

/// The issuer of the tokens of these tests.
pub(super) const ISSUER: &str = "https://idp.example/realms/registry";

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "tokens are valid in real time")]
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// The claims of a token for a partner, which is valid for five minutes.
pub(super) fn claims(partner: &str) -> Value {
    json!({ "iss": ISSUER, "aud": "tenseven", "sub": partner, "iat": now(), "exp": now() + 300 })
}

/// Claims of which one is set.
pub(super) fn with(partner: &str, claim: &str, value: Value) -> Value {
    let mut claims = claims(partner);
    claims[claim] = value;
    claims
}

/// The folder of a file of issuers, and of what it names.
pub(super) struct Provider(TempDir);

impl Provider {
    /// An issuer whose keys are in a file.
    pub(super) fn of_file(signers: &[&TokenSigner]) -> Self {
        let provider = Self(TempDir::new().unwrap());
        provider.publish(signers);
        provider.configure("jwks = \"keys.json\"\n");
        provider
    }

    /// An issuer whose keys are at a URL.
    pub(super) fn of_server(server: &KeyServer) -> Self {
        let provider = Self(TempDir::new().unwrap());
        std::fs::write(provider.path("ca.pem"), &server.authority).unwrap();
        provider.configure(&format!("jwks = \"{}\"\nca = \"ca.pem\"\n", server.url));
        provider
    }

    /// Writes the file of issuers, with these further lines.
    pub(super) fn configure(&self, lines: &str) {
        let text = format!("[[issuer]]\nissuer = \"{ISSUER}\"\naudience = \"tenseven\"\n{lines}");
        std::fs::write(self.path("issuers.toml"), text).unwrap();
    }

    /// Replaces the file of keys.
    pub(super) fn publish(&self, signers: &[&TokenSigner]) {
        std::fs::write(self.path("next.json"), key_set(signers)).unwrap();
        std::fs::rename(self.path("next.json"), self.path("keys.json")).unwrap();
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The file of issuers, as an argument.
    pub(super) fn file(&self) -> String {
        self.path("issuers.toml").to_str().unwrap().to_owned()
    }
}

/// What a server of keys answers.
#[derive(Clone)]
pub(super) enum Answer {
    /// Connections are closed at once.
    Down,
    /// A head without its last line, and a body.
    Whole(String, String),
}

impl Answer {
    pub(super) fn keys(signers: &[&TokenSigner]) -> Self {
        Self::Whole("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n".to_owned(), key_set(signers))
    }
}

/// A server of keys over TLS, on this machine.
pub(super) struct KeyServer {
    pub(super) url: String,
    authority: String,
    state: Arc<State>,
}

struct State {
    answer: Mutex<Answer>,
    fetches: AtomicUsize,
}

impl KeyServer {
    pub(super) async fn start(answer: Answer) -> Self {
        let authority = Authority::new();
        let Pair { certificate, key } = authority.server();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![der(&certificate)], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/keys?set=1", listener.local_addr().unwrap());
        let state = Arc::new(State { answer: Mutex::new(answer), fetches: AtomicUsize::new(0) });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = shared.answer.lock().unwrap().clone();
                shared.fetches.fetch_add(1, Ordering::SeqCst);
                if let Answer::Whole(head, body) = answer {
                    tokio::spawn(answered(acceptor.clone(), stream, head, body));
                }
            }
        });
        Self { url, authority: authority.pem(), state }
    }

    pub(super) fn set(&self, answer: Answer) {
        *self.state.answer.lock().unwrap() = answer;
    }

    /// How often keys were fetched, or that was tried.
    pub(super) fn fetches(&self) -> usize {
        self.state.fetches.load(Ordering::SeqCst)
    }
}

/// Answers one request. Clients that do not trust the server end it.
async fn answered(acceptor: TlsAcceptor, stream: TcpStream, head: String, body: String) -> Option<()> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.ok()?);
    }
    assert!(request.starts_with(b"GET /keys?set=1 HTTP/1.1\r\n"), "{}", String::from_utf8_lossy(&request));
    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}
