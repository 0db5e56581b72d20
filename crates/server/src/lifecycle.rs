//! Startup and shutdown of the server.
//!
//! *Invariant:* health is `SERVING` only while calls are accepted, and the journal is closed only after the last call
//! was answered.

use std::{future::Future, net::SocketAddr, sync::Arc};

use tenseven_catalog::Catalog;
use tenseven_model::access::{ApiKey, KeyName};
use tenseven_observatory::{Clock as _, Observatory, OpenError, SystemClock, World};
use tenseven_store::{DiskJournal, JournalOptions};
use tokio::task::{JoinError, JoinHandle};
use tonic_health::{ServingStatus, server::HealthReporter};
use tracing::{info, warn};

use crate::{
    AllowAnonymous, Config, ConfigError,
    access::{AdminKeyError, ensure_admin, read_key},
    audit::AuditFollower,
    entrances::{Admission, Entrance, Entrances, ListenError},
    following::follow,
    health::{end_health_watches, follow_writer, set_health},
    heap,
    quota::{Counters, Quotas},
    rereads::ReloadHandle,
    routes::{Parts, routes},
    services::{Drain, TRANSFERS_MAX},
    tls::{Certificates, TlsError},
    tokens::{Tokens, TokensError},
};

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings cannot be used.
    #[error("the configuration cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Config(Vec<ConfigError>),
    /// The certificates cannot be used.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] TlsError),
    /// The issuers of tokens cannot be used.
    #[error("tokens cannot be accepted: {0}")]
    Tokens(#[from] TokensError),
    /// The journal cannot be opened.
    #[error(transparent)]
    Journal(#[from] tenseven_store::OpenError),
    /// The registry cannot be brought up from the journal.
    #[error(transparent)]
    Observatory(#[from] OpenError),
    /// The admin's key cannot be made.
    #[error(transparent)]
    AdminKey(#[from] AdminKeyError),
    /// An address cannot be listened at.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Reflection cannot be set up from the descriptors built in.
    #[error("reflection cannot be set up: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The writer of the audit log cannot start.
    #[error("the thread that writes the audit log cannot be started: {0}")]
    Audit(#[source] std::io::Error),
    /// The thread that opens the journal died.
    #[error("opening the journal ended unexpectedly: {0}")]
    Died(#[from] JoinError),
}

/// Why a server ended otherwise than it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The serving task died.
    #[error("serving ended unexpectedly: {0}")]
    Died(#[from] JoinError),
}

/// A server that takes calls.
pub struct RunningServer {
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
    observatory: Arc<Observatory>,
    health: HealthReporter,
    drain: Drain,
    serving: JoinHandle<()>,
    certificates: Option<Certificates>,
    tokens: Tokens,
    audit: AuditFollower,
    config: Config,
}

impl RunningServer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as a URL.
    pub fn url(&self) -> String {
        self.url_of(self.address)
    }

    /// Where it answers methods of administration, as a URL; none if that is where it answers all.
    pub fn admin_url(&self) -> Option<String> {
        self.admin_address.map(|address| self.url_of(address))
    }

    fn url_of(&self, address: SocketAddr) -> String {
        let scheme = if self.certificates.is_some() { "https" } else { "http" };
        format!("{scheme}://{address}")
    }

    /// Requests reloads of the certificates and of the keys of token issuers, if there are any.
    pub fn reload_handle(&self) -> ReloadHandle {
        let certificates = self.certificates.iter().map(Certificates::requested);
        ReloadHandle::new(certificates.chain(self.tokens.requested()).collect())
    }

    /// Serves until `stop` is ready, then shuts down.
    pub async fn until(mut self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        tokio::select! {
            () = stop => self.shutdown().await,
            ended = &mut self.serving => Ok(ended?),
        }
    }

    /// Takes no new calls, lets those under way end, at most as long as the configuration allows, and closes the
    /// journal.
    pub async fn shutdown(self) -> Result<(), ServeError> {
        let Self { address, observatory, health, drain, mut serving, config, audit, .. } = self;
        info!(%address, "draining: no new calls are taken");
        set_health(&health, ServingStatus::NotServing).await;
        end_health_watches(health).await;
        drain.begin();
        let drained = tokio::time::timeout(config.drain_duration_max, &mut serving).await;
        let result = if let Ok(ended) = drained {
            ended.map_err(ServeError::from)
        } else {
            warn!(
                limit_s = config.drain_duration_max.as_secs(),
                "calls were still under way; they are cut off"
            );
            serving.abort();
            Ok(())
        };
        tokio::task::spawn_blocking(move || observatory.close()).await?;
        tokio::task::spawn_blocking(move || audit.close()).await?;
        info!(%address, "stopped");
        result
    }
}

/// Checks the configuration, opens the journal, and takes calls.
pub async fn start(config: Config) -> Result<RunningServer, StartError> {
    config.validate().map_err(StartError::Config)?;
    let admin_key = admin_key(&config)?;
    let certificates = config.tls.clone().map(Certificates::open).transpose()?;
    let issuers = config.jwt_issuers.as_deref().map(|path| Tokens::open(path, SystemClock.now()));
    let tokens = issuers.transpose()?.unwrap_or_default();
    tenseven_heap::return_large_blocks();
    // An address in use is reported before a journal is opened or created. Calls come only once it is open, so that
    // nobody is kept waiting at a door that may stay shut.
    Entrances::check(&config).await?;
    let opening = config.clone();
    let observatory = tokio::task::spawn_blocking(move || open(&opening)).await??;
    let observatory = Arc::new(observatory);
    if let Some(key) = admin_key {
        ensure_admin(&observatory, &key, KeyName::configured()).await?;
    }
    let limits = config.partner_limits;
    let limits = (limits, limits.of_anonymous(config.watchers_max, TRANSFERS_MAX));
    let quotas = Quotas::new(Arc::clone(&observatory), limits, Counters::default());
    let audit = AuditFollower::start(config.audit(), &observatory).map_err(StartError::Audit)?;
    let admission =
        Admission { observatory: &observatory, tokens: &tokens, quotas: &quotas, audit: audit.log() };
    let entrances = Entrances::open(&config, admission).await?;
    let (address, admin_address) =
        (entrances.main.address(), entrances.administration.as_ref().map(Entrance::address));
    let health = HealthReporter::new();
    let (drain, draining) = Drain::new();
    let parts = Parts {
        admission,
        last_uses: entrances.main.control().last_uses(),
        health: &health,
        draining: &draining,
        certificates: certificates.as_ref(),
    };
    let routes = routes(parts, &config)?;
    set_health(&health, ServingStatus::Serving).await;
    tokio::spawn(heap::trim_periodically(draining.clone()));
    follow(certificates.clone(), (&tokens, &audit), &draining);
    tokio::spawn(follow_writer(observatory.write_failure(), health.clone()));
    warn_of_open_access(&config, &entrances);
    let stopping = move || {
        let mut draining = draining.clone();
        async move { draining.begun().await }
    };
    let serving = tokio::spawn(entrances.serve(routes, certificates.clone(), stopping));
    let admin = admin_address.map(tracing::field::display);
    info!(%address, admin_address = admin, data = %config.data.display(), revision = observatory.revision().number(), "serving");
    Ok(RunningServer {
        address,
        admin_address,
        observatory,
        health,
        drain,
        serving,
        certificates,
        tokens,
        audit,
        config,
    })
}

/// The admin's key that is configured.
fn admin_key(config: &Config) -> Result<Option<ApiKey>, StartError> {
    let read = config.admin_key_file.as_deref().map(read_key).transpose();
    read.map_err(|problem| StartError::Config(vec![ConfigError { setting: "admin_key_file", problem }]))
}

/// Warns where everybody may write, and where nobody may call. An operator who allows the former need not be warned of it.
fn warn_of_open_access(config: &Config, entrances: &Entrances) {
    for entrance in [Some(&entrances.main), entrances.administration.as_ref()].into_iter().flatten() {
        let (address, control) = (entrance.address(), entrance.control());
        if config.allow_anonymous < AllowAnonymous::Write && control.anonymous() == AllowAnonymous::Write {
            warn!(%address, "callers are not authenticated: everybody who can reach the address may write; `tenseven key create --admin` changes that");
        }
        if control.anonymous() == AllowAnonymous::No && !control.observatory().has_partners() {
            warn!(%address, "there is no partner, so that nobody may call; stop the server and make an admin: `tenseven key create --admin`");
        }
    }
}

pub(crate) fn open(config: &Config) -> Result<Observatory, StartError> {
    let options = JournalOptions::default().cache_bytes(config.cache_bytes);
    let journal = DiskJournal::open_with_progress(&config.data, options, &mut |revision| {
        info!(revision = revision.number(), "reading the journal");
    })?;
    let world = World::new(Catalog::bundled());
    Ok(Observatory::open(Box::new(journal), world, config.limits, Box::new(SystemClock))?)
}
