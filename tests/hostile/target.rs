//! The server that is attacked, and how its attacker and others reach it.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    ops::Deref,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, StreamOwned,
    pki_types::ServerName,
    version::{TLS12, TLS13},
};
use tempfile::TempDir;
use tenseven_api::v1::{
    AddGrantRequest, Grant, IssueKeyRequest, Partner, PutPartnerRequest, Role,
    access_service_client::AccessServiceClient, observation_service_client::ObservationServiceClient,
    score_service_client::ScoreServiceClient,
};
use tenseven_tests::{
    Server,
    admin::{Guarded, with_key},
    certificates::{Authority, Files},
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};
use uuid::Uuid;

/// A channel that sends a key with each call.
pub(crate) type Keyed = InterceptedService<Channel, Key>;

/// Sends a key with each call; none where there is none.
#[derive(Clone)]
pub(crate) struct Key(Option<MetadataValue<Ascii>>);

impl Interceptor for Key {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = self.0.clone() {
            request.metadata_mut().insert("authorization", value);
        }
        Ok(request)
    }
}

/// A connection whose bytes are written by hand.
pub(crate) trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

enum Held {
    /// A server, and the folder of its journal, which is there as long as it.
    Open {
        server: Server,
        _home: TempDir,
    },
    Guarded(Guarded),
}

/// How its certificate is trusted.
struct Trust {
    authority: Authority,
    _files: Files,
}

/// A server, and who attacks it.
pub(crate) struct Target {
    held: Held,
    trust: Option<Trust>,
    /// The key that others send, and that of the attacker; empty: none.
    key: String,
    attacker: String,
}

impl Deref for Target {
    type Target = Server;
    fn deref(&self) -> &Server {
        match &self.held {
            Held::Open { server, .. } => server,
            Held::Guarded(guarded) => &guarded.server,
        }
    }
}

impl Target {
    /// A server without partners: everybody may do everything.
    pub(crate) fn open(arguments: &[&str]) -> Self {
        let home = TempDir::new().expect("a temporary directory");
        let server = Server::start_on(&home.path().join("data"), arguments);
        Self {
            held: Held::Open { server, _home: home },
            trust: None,
            key: String::new(),
            attacker: String::new(),
        }
    }

    /// A server with partners; its attacker is none of them.
    pub(crate) fn guarded(arguments: &[&str]) -> Self {
        // The quotas of partners must not be what an attack, or what others see of it, is measured by.
        let arguments = [&["--partner-requests-per-second-max", "1000000"], arguments].concat();
        let guarded = Guarded::start(&arguments);
        let key = guarded.admin.clone();
        Self { held: Held::Guarded(guarded), trust: None, key, attacker: String::new() }
    }

    /// The same over TLS.
    pub(crate) fn encrypted(arguments: &[&str]) -> Self {
        let authority = Authority::new();
        let files = Files::new(&authority.server());
        let pair = files.arguments();
        let pair: Vec<&str> = pair.iter().map(String::as_str).chain(arguments.iter().copied()).collect();
        Self { trust: Some(Trust { authority, _files: files }), ..Self::guarded(&pair) }
    }

    /// Gives the attacker the key of a partner who may contribute to one indicator.
    pub(crate) async fn let_in(&mut self) {
        let (key, id) = (self.key.as_str(), || Uuid::new_v4().to_string());
        let name = || "attacker".to_owned();
        let mut service = AccessServiceClient::new(self.plain_channel(None).await);
        let partner = Some(Partner { id: name(), name: name(), ..Default::default() });
        let request = PutPartnerRequest { submission_id: id(), partner, ..Default::default() };
        service.put_partner(with_key(key, request)).await.expect("a partner");
        let all = || vec!["*".to_owned()];
        let grant = Some(Grant {
            role: Role::Contributor.into(),
            indicators: vec!["dual-nationality".to_owned()],
            areas: all(),
            sources: all(),
            ..Default::default()
        });
        let request = AddGrantRequest { submission_id: id(), partner: name(), grant, ..Default::default() };
        service.add_grant(with_key(key, request)).await.expect("a grant");
        let request =
            IssueKeyRequest { submission_id: id(), partner: name(), name: name(), ..Default::default() };
        let issued = service.issue_key(with_key(key, request)).await.expect("a key").into_inner();
        self.attacker = issued.key;
    }

    /// The attacker's key; empty if it has none.
    pub(crate) fn attacker(&self) -> &str {
        &self.attacker
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> SocketAddr {
        let (_, address) = self.address().split_once("://").expect("the address is a URL");
        address.parse().expect("an address and a port")
    }

    /// A channel of the attacker, which reads this number of bytes of each stream ahead.
    pub(crate) async fn attackers(&self, window: Option<u32>) -> Keyed {
        let value = (!self.attacker.is_empty()).then(|| bearer(&self.attacker));
        InterceptedService::new(self.plain_channel(window).await, Key(value))
    }

    /// A channel of others.
    pub(crate) async fn others(&self) -> Keyed {
        let value = (!self.key.is_empty()).then(|| bearer(&self.key));
        InterceptedService::new(self.plain_channel(None).await, Key(value))
    }

    /// The scores that others ask for.
    pub(crate) async fn others_scores(&self) -> ScoreServiceClient<Keyed> {
        ScoreServiceClient::new(self.others().await)
    }

    /// The observations that others push.
    pub(crate) async fn others_observations(&self) -> ObservationServiceClient<Keyed> {
        ObservationServiceClient::new(self.others().await)
    }

    async fn plain_channel(&self, window: Option<u32>) -> Channel {
        let mut endpoint = Endpoint::from_shared(self.address().to_owned()).expect("the address is a URL");
        if let Some(trust) = &self.trust {
            let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(trust.authority.pem()));
            endpoint = endpoint.tls_config(tls).expect("the certificate can be trusted");
        }
        if window.is_some() {
            endpoint = endpoint.initial_stream_window_size(window).initial_connection_window_size(65_535);
        }
        endpoint.connect().await.expect("the server accepts connections")
    }

    /// A connection over which these bytes are sent, after a handshake where there is TLS; its writes do not wait for long.
    pub(crate) fn wire(&self, sent: &[u8]) -> Box<dyn Wire> {
        let stream = TcpStream::connect(self.socket()).expect("the server accepts connections");
        stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a socket has one");
        let mut wire: Box<dyn Wire> = match self.client_config() {
            Some(config) => {
                stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket has one");
                let name = ServerName::try_from("localhost").expect("a name");
                let session = ClientConnection::new(Arc::new(config), name).expect("a session");
                let mut stream = StreamOwned::new(session, stream);
                while stream.conn.is_handshaking() {
                    stream.conn.complete_io(&mut stream.sock).expect("a handshake");
                }
                Box::new(stream)
            }
            None => Box::new(stream),
        };
        // A server that closes it at once has ended the attack.
        let _ended = wire.write_all(sent);
        wire
    }

    /// How TLS connections are set up; none where there is no TLS.
    pub(crate) fn client_config(&self) -> Option<ClientConfig> {
        self.trust.as_ref().map(|trust| trust.authority.client_config(&[&TLS12, &TLS13], None))
    }
}

fn bearer(key: &str) -> MetadataValue<Ascii> {
    format!("Bearer {key}").parse().expect("a key is ASCII")
}
