//! Startup and shutdown of the server.
//!
//! *Invariant:* health is `SERVING` only while calls are accepted, and the journal is closed only after the last call
//! was answered.

use std::{future::Future, net::SocketAddr, sync::Arc};

use tenseven_api::{
    DESCRIPTORS,
    v1::{
        access_service_server::{self, AccessServiceServer},
        admin_service_server::{self, AdminServiceServer},
        assessment_service_server::{self, AssessmentServiceServer},
        audit_service_server::{self, AuditServiceServer},
        framework_service_server::{self, FrameworkServiceServer},
        observation_service_server::{self, ObservationServiceServer},
        practice_service_server::{self, PracticeServiceServer},
        score_service_server::{self, ScoreServiceServer},
    },
};
use tenseven_catalog::Catalog;
use tenseven_model::access::{ApiKey, KeyName};
use tenseven_observatory::{Observatory, OpenError, SystemClock, World, WriteFailure};
use tenseven_store::{DiskJournal, JournalOptions};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    task::{JoinError, JoinHandle},
};
use tonic::{
    codec::CompressionEncoding,
    service::{LayerExt as _, Routes},
};
use tonic_health::{ServingStatus, server::HealthReporter};
use tonic_web::GrpcWebLayer;
use tower::ServiceBuilder;
use tracing::{info, warn};

use crate::{
    AllowAnonymous, Config, ConfigError,
    access::{AccessControl, AdminKeyError, ensure_admin, read_key},
    audit::{AuditFollower, AuditLog},
    connections::{self, LifetimeLimits, connections_max},
    heap,
    layers::{AnsweredLayer, CallsLayer, PagesLayer, RequestsLayer, TraceLayer},
    memory::MemoryBudget,
    origins::Origins,
    services::{
        AccessAdapter, AdminAdapter, AssessmentAdapter, AuditAdapter, Drain, Draining, FrameworkAdapter,
        ObservationAdapter, PracticeAdapter, Reading, ScoreAdapter, Watches,
    },
    tls::{Certificates, ReloadHandle, TlsError},
};

/// Largest request that only asks: a selection of a thousand areas and a thousand nodes fits in.
const QUERY_BYTES_MAX: usize = 256 * 1024;
/// Largest coding: one with all its texts at their limits fits in, however many bytes their characters take.
const CODING_BYTES_MAX: usize = 1024 * 1024;
/// The services that have a health entry; the empty name is the server as a whole.
const HEALTH_ENTRIES: [&str; 9] = [
    "",
    access_service_server::SERVICE_NAME,
    admin_service_server::SERVICE_NAME,
    framework_service_server::SERVICE_NAME,
    observation_service_server::SERVICE_NAME,
    score_service_server::SERVICE_NAME,
    practice_service_server::SERVICE_NAME,
    assessment_service_server::SERVICE_NAME,
    audit_service_server::SERVICE_NAME,
];

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings cannot be used.
    #[error("the configuration cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Config(Vec<ConfigError>),
    /// The certificates cannot be used.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] TlsError),
    /// The journal cannot be opened.
    #[error(transparent)]
    Journal(#[from] tenseven_store::OpenError),
    /// The registry cannot be brought up from the journal.
    #[error(transparent)]
    Observatory(#[from] OpenError),
    /// The admin's key cannot be made.
    #[error(transparent)]
    AdminKey(#[from] AdminKeyError),
    /// The address cannot be listened at.
    #[error("cannot listen at {address}; choose another address, or stop what listens there")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        #[source]
        error: std::io::Error,
    },
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
    observatory: Arc<Observatory>,
    health: HealthReporter,
    drain: Drain,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    certificates: Option<Certificates>,
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
        let scheme = if self.certificates.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Requests reloads of the certificates; none without TLS.
    pub fn certificate_reload(&self) -> Option<ReloadHandle> {
        self.certificates.as_ref().map(Certificates::reload_handle)
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
        let Self { address, observatory, health, drain, stop, mut serving, config, audit, .. } = self;
        info!(%address, "draining: no new calls are taken");
        set_health(&health, ServingStatus::NotServing).await;
        end_health_watches(health).await;
        drain.begin();
        // The receiver is gone only if serving ended by itself; then the result below is its error.
        let _ = stop.send(());
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
    tenseven_heap::return_large_blocks();
    let listen = |error| StartError::Listen { address: config.listen, error };
    // An address in use is reported before a journal is opened or created. Calls come only once it is open, so that
    // nobody is kept waiting at a door that may stay shut.
    drop(TcpListener::bind(config.listen).await.map_err(listen)?);
    let opening = config.clone();
    let observatory = tokio::task::spawn_blocking(move || open(&opening)).await??;
    let observatory = Arc::new(observatory);
    if let Some(key) = admin_key {
        ensure_admin(&observatory, &key, KeyName::configured()).await?;
    }
    let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let health = HealthReporter::new();
    let audit = AuditFollower::start(config.audit(), &observatory).map_err(StartError::Audit)?;
    let (drain, draining) = Drain::new();
    let control = AccessControl::new(Arc::clone(&observatory), &config);
    let open_to = control.clone();
    let routes = routes((&control, audit.log()), &health, draining.clone(), certificates.clone(), &config)?;
    set_health(&health, ServingStatus::Serving).await;
    tokio::spawn(heap::trim_periodically(draining.clone()));
    tokio::spawn(audit.clone().run(draining.clone()));
    if let Some(certificates) = certificates.clone() {
        let mut draining = draining;
        tokio::spawn(certificates.follow(async move { draining.begun().await }));
    }
    tokio::spawn(follow_writer(observatory.write_failure(), health.clone()));
    let (stop, stopped) = oneshot::channel();
    let (requests, answers) =
        (MemoryBudget::new(config.calls_bytes_max), MemoryBudget::new(config.calls_bytes_max));
    let origins = Origins::of(&config.cors_origins);
    let service = ServiceBuilder::new()
        .layer(TraceLayer)
        .layer(PagesLayer { origins })
        .layer(GrpcWebLayer::new())
        .layer(CallsLayer {
            audit: audit.log().clone(),
            access: control,
            limit: config.call_duration_max,
            message_bytes_max: config.message_bytes_max,
        })
        .layer(RequestsLayer::new(requests, config.call_duration_max, config.message_bytes_max))
        .service(routes.prepare());
    let stopped = async { drop(stopped.await) };
    let limits = connection_limits(&config, answers);
    let serving = connections::serve(listener, limits, certificates.clone(), service, stopped);
    let serving = tokio::spawn(serving);
    warn_of_open_access(&config, &open_to, address);
    info!(%address, data = %config.data.display(), revision = observatory.revision().number(), "serving");
    Ok(RunningServer { address, observatory, health, drain, stop, serving, certificates, audit, config })
}

/// The admin's key that is configured.
fn admin_key(config: &Config) -> Result<Option<ApiKey>, StartError> {
    let read = config.admin_key_file.as_deref().map(read_key).transpose();
    read.map_err(|problem| StartError::Config(vec![ConfigError { setting: "admin_key_file", problem }]))
}

/// Warns where everybody may write, and where nobody may call. An operator who allows the former need not be warned of it.
fn warn_of_open_access(config: &Config, control: &AccessControl, address: SocketAddr) {
    if config.allow_anonymous < AllowAnonymous::Write && control.anonymous() == AllowAnonymous::Write {
        warn!(%address, "callers are not authenticated: everybody who can reach the address may write; `tenseven key create --admin` changes that");
    }
    if control.anonymous() == AllowAnonymous::No && !control.observatory().has_partners() {
        warn!(%address, "there is no partner, so that nobody may call; stop the server and make an admin: `tenseven key create --admin`");
    }
}

fn connection_limits(config: &Config, answers: MemoryBudget) -> connections::Limits {
    connections::Limits {
        connections_max: connections_max(config.connections_max),
        address_connections_max: config.address_connections_max,
        calls_max: config.connection_calls_max,
        start_max: config.connection_start_max,
        lifetime: LifetimeLimits {
            idle_max: config.connection_idle_max,
            age_max: config.connection_age_max,
            grace: config.connection_grace,
            call_max: config.call_duration_max,
        },
        answers,
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

/// Reports the server as not serving once writes are refused until a restart. Reads go on meanwhile.
async fn follow_writer(mut failure: watch::Receiver<Option<WriteFailure>>, health: HealthReporter) {
    // The other end is gone once the registry is closed.
    if failure.wait_for(Option::is_some).await.is_ok() {
        set_health(&health, ServingStatus::NotServing).await;
    }
}

/// Ends the streams of those who watch health, once they were notified: they would hold the drain up otherwise.
async fn end_health_watches(mut health: HealthReporter) {
    for service in HEALTH_ENTRIES {
        health.clear_service_status(service).await;
    }
}

async fn set_health(health: &HealthReporter, status: ServingStatus) {
    for service in HEALTH_ENTRIES {
        health.set_service_status(service, status).await;
    }
}

/// Sets a service's message limit, and the compressions that it reads and answers with.
macro_rules! limited {
    ($server:expr, $message_bytes_max:expr) => {
        $server
            .max_decoding_message_size($message_bytes_max)
            .max_encoding_message_size(usize::MAX)
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Zstd)
            .send_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Zstd)
    };
}

fn routes(
    (control, audit): (&AccessControl, &AuditLog),
    health: &HealthReporter,
    draining: Draining,
    certificates: Option<Certificates>,
    config: &Config,
) -> Result<Routes, tonic_reflection::server::Error> {
    let observatory = control.observatory();
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            // So that clients that know the contract only by reflection can read the details of errors.
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    let answered = AnsweredLayer { message_bytes_max: QUERY_BYTES_MAX };
    let reading = Reading::new(Arc::clone(observatory), config.readers_max, draining.clone());
    let pushes_max = config.message_bytes_max;
    let watches = Watches::new(observatory, draining.clone(), config.watchers_max, config.watch_stall_max);
    let observations = ObservationAdapter {
        observatory: Arc::clone(observatory),
        reading: reading.clone(),
        draining,
        watches: watches.clone(),
        message_bytes_max: pushes_max,
    };
    let health = tonic_health::server::HealthService::from_health_reporter(health.clone());
    let assessment = AssessmentAdapter { observatory: Arc::clone(observatory), reading: reading.clone() };
    let admin = AdminAdapter {
        observatory: Arc::clone(observatory),
        reading: reading.clone(),
        certificates,
        audit: audit.clone(),
    };
    let audit = AuditAdapter::new(reading.clone(), watches.clone(), audit.clone());
    let access = AccessAdapter {
        observatory: Arc::clone(observatory),
        reading: reading.clone(),
        control: control.clone(),
    };
    Ok(Routes::default()
        .add_service(limited!(AccessServiceServer::new(access), QUERY_BYTES_MAX))
        .add_service(limited!(AdminServiceServer::new(admin), QUERY_BYTES_MAX))
        .add_service(limited!(AssessmentServiceServer::new(assessment), CODING_BYTES_MAX))
        .add_service(limited!(AuditServiceServer::new(audit), QUERY_BYTES_MAX))
        .add_service(limited!(
            FrameworkServiceServer::new(FrameworkAdapter(reading.clone(), Arc::clone(observatory))),
            QUERY_BYTES_MAX + 2 * config.limits.definition_bytes_max
        ))
        .add_service(limited!(ObservationServiceServer::new(observations), pushes_max))
        .add_service(limited!(
            PracticeServiceServer::new(PracticeAdapter(reading.clone(), Arc::clone(observatory))),
            QUERY_BYTES_MAX
        ))
        .add_service(limited!(ScoreServiceServer::new(ScoreAdapter(reading, watches)), QUERY_BYTES_MAX))
        .add_service(limited!(tonic_health::pb::health_server::HealthServer::new(health), QUERY_BYTES_MAX))
        .add_service(answered.named_layer(limited!(reflection().build_v1()?, QUERY_BYTES_MAX)))
        .add_service(answered.named_layer(limited!(reflection().build_v1alpha()?, QUERY_BYTES_MAX))))
}

#[cfg(test)]
mod tests {
    use tonic::Request;
    use tonic_health::pb::{HealthCheckRequest, health_check_response, health_server::Health as _};

    use super::*;

    #[tokio::test]
    async fn a_server_that_refuses_writes_until_a_restart_is_reported_as_not_serving() {
        let health = HealthReporter::new();
        let service = tonic_health::server::HealthService::from_health_reporter(health.clone());
        let (failure, failures) = watch::channel(None);
        set_health(&health, ServingStatus::Serving).await;
        let following = tokio::spawn(follow_writer(failures, health));
        let mut statuses = Vec::new();
        failure.send_replace(Some(WriteFailure::Panicked));
        following.await.expect("following does not panic");
        for entry in HEALTH_ENTRIES {
            let request = Request::new(HealthCheckRequest { service: entry.to_owned() });
            statuses.push(service.check(request).await.expect("the entry is known").into_inner().status());
        }
        assert_eq!(statuses, [health_check_response::ServingStatus::NotServing; HEALTH_ENTRIES.len()]);
    }
}
