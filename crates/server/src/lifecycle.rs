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
        framework_service_server::{self, FrameworkServiceServer},
        observation_service_server::{self, ObservationServiceServer},
        practice_service_server::{self, PracticeServiceServer},
        score_service_server::{self, ScoreServiceServer},
    },
};
use tenseven_catalog::Catalog;
use tenseven_model::access::{ApiKey, KeyName};
use tenseven_observatory::{Clock as _, Observatory, OpenError, SystemClock, World, WriteFailure};
use tenseven_store::{DiskJournal, JournalOptions};
use tokio::{
    sync::watch,
    task::{JoinError, JoinHandle},
};
use tonic::{
    codec::CompressionEncoding,
    service::{LayerExt as _, Routes},
};
use tonic_health::{ServingStatus, server::HealthReporter};
use tracing::{info, warn};

use crate::{
    AllowAnonymous, Config, ConfigError,
    access::{AccessControl, AdminKeyError, ensure_admin, read_key},
    entrances::{Entrance, Entrances, ListenError},
    following::follow,
    heap,
    layers::AnsweredLayer,
    quota::{Counters, Quotas},
    rereads::ReloadHandle,
    services::{
        AccessAdapter, AdminAdapter, AssessmentAdapter, Drain, Draining, FrameworkAdapter,
        ObservationAdapter, PracticeAdapter, Reading, ScoreAdapter, Watches,
    },
    tls::{Certificates, TlsError},
    tokens::{Tokens, TokensError},
};

/// Largest request that only asks: a selection of a thousand areas and a thousand nodes fits in.
const QUERY_BYTES_MAX: usize = 256 * 1024;
/// Largest coding: one with all its texts at their limits fits in, however many bytes their characters take.
const CODING_BYTES_MAX: usize = 1024 * 1024;
/// The services that have a health entry; the empty name is the server as a whole.
const HEALTH_ENTRIES: [&str; 8] = [
    "",
    access_service_server::SERVICE_NAME,
    admin_service_server::SERVICE_NAME,
    framework_service_server::SERVICE_NAME,
    observation_service_server::SERVICE_NAME,
    score_service_server::SERVICE_NAME,
    practice_service_server::SERVICE_NAME,
    assessment_service_server::SERVICE_NAME,
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
        let Self { address, observatory, health, drain, mut serving, config, .. } = self;
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
    let quotas = Quotas::new(Arc::clone(&observatory), config.partner_limits, Counters::default());
    let entrances = Entrances::open(&config, &observatory, tokens.clone(), &quotas).await?;
    let address = entrances.main.address();
    let admin_address = entrances.administration.as_ref().map(Entrance::address);
    let health = HealthReporter::new();
    let (drain, draining) = Drain::new();
    let deciding = (entrances.main.control(), &quotas);
    let routes = routes(deciding, &health, draining.clone(), certificates.clone(), &config)?;
    set_health(&health, ServingStatus::Serving).await;
    tokio::spawn(heap::trim_periodically(draining.clone()));
    follow(certificates.clone(), &tokens, &draining);
    tokio::spawn(follow_writer(observatory.write_failure(), health.clone()));
    warn_of_open_access(&config, &entrances);
    let serving = {
        let (certificates, config) = (certificates.clone(), config.clone());
        let stopping = move || {
            let mut draining = draining.clone();
            async move { draining.begun().await }
        };
        async move { entrances.serve(routes, certificates, &config, stopping).await }
    };
    let serving = tokio::spawn(serving);
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
    (control, quotas): (&AccessControl, &Quotas),
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
    let hides = config.hide_partners;
    let reading = Reading::new(Arc::clone(observatory), config.readers_max, draining.clone(), hides);
    let pushes_max = config.message_bytes_max;
    let watches =
        Watches::new(observatory, draining.clone(), config.watchers_max, config.watch_stall_max, hides);
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
        quotas: quotas.clone(),
        tokens: control.tokens().clone(),
    };
    let access = AccessAdapter {
        observatory: Arc::clone(observatory),
        reading: reading.clone(),
        last_uses: control.last_uses().clone(),
    };
    Ok(Routes::default()
        .add_service(limited!(AccessServiceServer::new(access), QUERY_BYTES_MAX))
        .add_service(limited!(AdminServiceServer::new(admin), QUERY_BYTES_MAX))
        .add_service(limited!(AssessmentServiceServer::new(assessment), CODING_BYTES_MAX))
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
