//! The addresses that the server listens at: one for everybody and, where it is set, one for administration.
//!
//! *Invariant:* what arrives at the address of everybody cannot use up the connections or the memory of the address of administration.

use std::{io, net::SocketAddr, sync::Arc};

use tenseven_observatory::Observatory;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic_web::GrpcWebLayer;
use tower::ServiceBuilder;

use crate::{
    Config,
    access::AccessControl,
    audit::AuditLog,
    connections::{self, LifetimeLimits, connections_max},
    layers::{CallsLayer, PagesLayer, RequestsLayer, TraceLayer},
    memory::MemoryBudget,
    origins::Origins,
    quota::Quotas,
    tls::Certificates,
    tokens::Tokens,
};

/// Maximum number of connections of administration at once. Their descriptors are among those that connections of others never take.
const ADMINISTRATION_CONNECTIONS_MAX: usize = 32;

/// Maximum number of those from one address.
const ADMINISTRATION_ADDRESS_CONNECTIONS_MAX: usize = 16;

/// An address cannot be listened at.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen at {address}; choose another address, or stop what listens there")]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// The error of the operating system.
    #[source]
    pub error: io::Error,
}

/// An address that is listened at, and how calls that arrive there are served.
pub(crate) struct Entrance {
    listener: TcpListener,
    address: SocketAddr,
    calls: CallsLayer,
    origins: Origins,
    limits: connections::Limits,
    /// Where requests are counted until they are whole.
    requests: MemoryBudget,
}

/// What calls are admitted by, at all addresses.
#[derive(Clone, Copy)]
pub(crate) struct Admission<'a> {
    /// The registry, which has the partners.
    pub(crate) observatory: &'a Arc<Observatory>,
    /// The issuers whose tokens are accepted.
    pub(crate) tokens: &'a Tokens,
    /// How much of the server each partner may use.
    pub(crate) quotas: &'a Quotas,
    /// What is recorded of calls.
    pub(crate) audit: &'a AuditLog,
}

/// The addresses that are listened at.
pub(crate) struct Entrances {
    /// That of everybody.
    pub(crate) main: Entrance,
    /// That of administration, if it is set.
    pub(crate) administration: Option<Entrance>,
}

impl Entrances {
    /// Fails if an address cannot be listened at now.
    pub(crate) async fn check(config: &Config) -> Result<(), ListenError> {
        for address in [Some(config.listen), config.admin_listen].into_iter().flatten() {
            drop(bind(address).await?);
        }
        Ok(())
    }

    /// Listens at the addresses. Connections wait until they are served.
    pub(crate) async fn open(config: &Config, admission: Admission<'_>) -> Result<Self, ListenError> {
        let Admission { observatory, tokens, quotas, audit } = admission;
        let control = AccessControl::new(Arc::clone(observatory), tokens.clone(), config);
        let calls = |access| CallsLayer {
            access,
            quotas: quotas.clone(),
            audit: audit.clone(),
            limit: config.call_duration_max,
            message_bytes_max: config.message_bytes_max,
        };
        let administration = match config.admin_listen {
            Some(address) => {
                let calls = calls(control.of_administration(address, config));
                Some(Entrance::of_administration((bind(address).await?, address), calls, config)?)
            }
            None => None,
        };
        let main = Entrance::of_everybody(bind(config.listen).await?, calls(control), config)?;
        Ok(Self { main, administration })
    }

    /// Serves all calls until `stop` is ready, and then those that are under way to their end.
    pub(crate) async fn serve<F: Future<Output = ()>>(
        self,
        routes: Routes,
        certificates: Option<Certificates>,
        stop: impl Fn() -> F,
    ) {
        let Self { main, administration } = self;
        let main = main.serve(routes.clone(), certificates.clone(), stop());
        let administration = async {
            if let Some(administration) = administration {
                administration.serve(routes, certificates, stop()).await;
            }
        };
        tokio::join!(main, administration);
    }
}

/// How much of the server the calls of an address may use at most.
#[derive(Clone, Copy)]
struct Room {
    connections: usize,
    address_connections: usize,
    /// Of incomplete requests, and of unread answers.
    bytes: usize,
}

impl Entrance {
    fn of_everybody(listener: TcpListener, calls: CallsLayer, config: &Config) -> Result<Self, ListenError> {
        let connections = connections_max(config.connections_max);
        let room = Room {
            connections,
            address_connections: config.address_connections_max,
            bytes: config.calls_bytes_max,
        };
        Self::new((listener, config.listen), (calls, Origins::of(&config.cors_origins)), room, config)
    }

    /// Pages may not call there.
    fn of_administration(
        listener: (TcpListener, SocketAddr),
        calls: CallsLayer,
        config: &Config,
    ) -> Result<Self, ListenError> {
        let room = Room {
            connections: ADMINISTRATION_CONNECTIONS_MAX,
            address_connections: ADMINISTRATION_ADDRESS_CONNECTIONS_MAX,
            bytes: 2 * config.message_bytes_max,
        };
        Self::new(listener, (calls, Origins::of(&[])), room, config)
    }

    fn new(
        (listener, asked): (TcpListener, SocketAddr),
        (calls, origins): (CallsLayer, Origins),
        room: Room,
        config: &Config,
    ) -> Result<Self, ListenError> {
        let address = listener.local_addr().map_err(|error| ListenError { address: asked, error })?;
        let limits = limits(config, room);
        let requests = MemoryBudget::new(room.bytes);
        Ok(Self { listener, address, calls, origins, limits, requests })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who may call what there.
    pub(crate) fn control(&self) -> &AccessControl {
        &self.calls.access
    }

    async fn serve(self, routes: Routes, certificates: Option<Certificates>, stop: impl Future<Output = ()>) {
        let Self { listener, address: _, calls, origins, limits, requests } = self;
        let requests = RequestsLayer::new(requests, calls.limit, calls.message_bytes_max);
        let service = ServiceBuilder::new()
            .layer(TraceLayer)
            .layer(PagesLayer { origins })
            .layer(GrpcWebLayer::new())
            .layer(calls)
            .layer(requests)
            .service(routes.prepare());
        connections::serve(listener, limits, certificates, service, stop).await;
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|error| ListenError { address, error })
}

fn limits(config: &Config, room: Room) -> connections::Limits {
    connections::Limits {
        connections_max: room.connections,
        address_connections_max: room.address_connections,
        calls_max: config.connection_calls_max,
        start_max: config.connection_start_max,
        lifetime: LifetimeLimits {
            idle_max: config.connection_idle_max,
            age_max: config.connection_age_max,
            grace: config.connection_grace,
            call_max: config.call_duration_max,
        },
        answers: MemoryBudget::new(room.bytes),
    }
}
