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
    control: AccessControl,
    quotas: Quotas,
    origins: Origins,
    limits: connections::Limits,
    /// Where requests are counted until they are whole.
    requests: MemoryBudget,
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
    pub(crate) async fn open(
        config: &Config,
        observatory: &Arc<Observatory>,
        tokens: Tokens,
        quotas: &Quotas,
    ) -> Result<Self, ListenError> {
        let control = AccessControl::new(Arc::clone(observatory), tokens, config);
        let administration = match config.admin_listen {
            Some(address) => {
                let control = control.of_administration(address, config);
                Some(Entrance::of_administration(bind(address).await?, address, (control, quotas.clone()), config)?)
            }
            None => None,
        };
        let main = Entrance::of_everybody(bind(config.listen).await?, (control, quotas.clone()), config)?;
        Ok(Self { main, administration })
    }

    /// Serves all calls until `stop` is ready, and then those that are under way to their end.
    pub(crate) async fn serve<F: Future<Output = ()>>(
        self,
        routes: Routes,
        certificates: Option<Certificates>,
        config: &Config,
        stop: impl Fn() -> F,
    ) {
        let Self { main, administration } = self;
        let main = main.serve(routes.clone(), certificates.clone(), config, stop());
        let administration = async {
            if let Some(administration) = administration {
                administration.serve(routes, certificates, config, stop()).await;
            }
        };
        tokio::join!(main, administration);
    }
}

/// How much of the server the calls of an address may use.
#[derive(Clone, Copy)]
struct Room {
    connections_max: usize,
    /// Maximum number of bytes of incomplete requests, and of unread answers.
    bytes_max: usize,
}

impl Entrance {
    fn of_everybody(
        listener: TcpListener,
        deciding: (AccessControl, Quotas),
        config: &Config,
    ) -> Result<Self, ListenError> {
        let connections_max = connections_max(config.connections_max);
        let room = Room { connections_max, bytes_max: config.calls_bytes_max };
        Self::new(listener, config.listen, (deciding, Origins::of(&config.cors_origins)), room, config)
    }

    /// Pages may not call there.
    fn of_administration(
        listener: TcpListener,
        address: SocketAddr,
        deciding: (AccessControl, Quotas),
        config: &Config,
    ) -> Result<Self, ListenError> {
        let room =
            Room { connections_max: ADMINISTRATION_CONNECTIONS_MAX, bytes_max: 2 * config.message_bytes_max };
        Self::new(listener, address, (deciding, Origins::of(&[])), room, config)
    }

    fn new(
        listener: TcpListener,
        asked: SocketAddr,
        ((control, quotas), origins): ((AccessControl, Quotas), Origins),
        room: Room,
        config: &Config,
    ) -> Result<Self, ListenError> {
        let address = listener.local_addr().map_err(|error| ListenError { address: asked, error })?;
        let limits = limits(config, room);
        let requests = MemoryBudget::new(room.bytes_max);
        Ok(Self { listener, address, control, quotas, origins, limits, requests })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who may call what there.
    pub(crate) fn control(&self) -> &AccessControl {
        &self.control
    }

    async fn serve(
        self,
        routes: Routes,
        certificates: Option<Certificates>,
        config: &Config,
        stop: impl Future<Output = ()>,
    ) {
        let Self { listener, address: _, control, quotas, origins, limits, requests } = self;
        let (limit, message_bytes_max) = (config.call_duration_max, config.message_bytes_max);
        let service = ServiceBuilder::new()
            .layer(TraceLayer)
            .layer(PagesLayer { origins })
            .layer(GrpcWebLayer::new())
            .layer(CallsLayer { access: control, quotas, limit, message_bytes_max })
            .layer(RequestsLayer::new(requests, limit, message_bytes_max))
            .service(routes.prepare());
        connections::serve(listener, limits, certificates, service, stop).await;
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|error| ListenError { address, error })
}

fn limits(config: &Config, room: Room) -> connections::Limits {
    connections::Limits {
        connections_max: room.connections_max,
        address_connections_max: config.address_connections_max,
        calls_max: config.connection_calls_max,
        start_max: config.connection_start_max,
        lifetime: LifetimeLimits {
            idle_max: config.connection_idle_max,
            age_max: config.connection_age_max,
            grace: config.connection_grace,
            call_max: config.call_duration_max,
        },
        answers: MemoryBudget::new(room.bytes_max),
    }
}
