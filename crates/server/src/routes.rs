//! The services behind the layers: each with its limit on messages.

use std::sync::Arc;

use tenseven_api::{
    DESCRIPTORS,
    v1::{
        access_service_server::AccessServiceServer, admin_service_server::AdminServiceServer,
        assessment_service_server::AssessmentServiceServer, audit_service_server::AuditServiceServer,
        framework_service_server::FrameworkServiceServer,
        observation_service_server::ObservationServiceServer, practice_service_server::PracticeServiceServer,
        score_service_server::ScoreServiceServer,
    },
};
use tonic::{
    codec::CompressionEncoding,
    service::{LayerExt as _, Routes},
};
use tonic_health::server::HealthReporter;

use crate::{
    Config,
    access::LastUses,
    entrances::Admission,
    layers::AnsweredLayer,
    services::{
        AccessAdapter, AdminAdapter, AssessmentAdapter, AuditAdapter, Draining, FrameworkAdapter,
        ObservationAdapter, PracticeAdapter, Reading, ScoreAdapter, Watches,
    },
    tls::Certificates,
};

/// Maximum number of reads of administration that run concurrently, in addition to those of others.
const ADMINISTRATION_READERS_MAX: usize = 2;
/// Largest request that only asks: a selection of a thousand areas and a thousand nodes fits in.
const QUERY_BYTES_MAX: usize = 256 * 1024;
/// Largest coding: one with all its texts at their limits fits in, however many bytes their characters take.
const CODING_BYTES_MAX: usize = 1024 * 1024;

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

/// What the services are made of.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    /// The registry, and what calls are admitted by.
    pub(crate) admission: Admission<'a>,
    /// When keys were last accepted.
    pub(crate) last_uses: &'a LastUses,
    /// What is reported of the server's health.
    pub(crate) health: &'a HealthReporter,
    /// Notifies streams that the server shuts down.
    pub(crate) draining: &'a Draining,
    /// The certificates of the server; none without TLS.
    pub(crate) certificates: Option<&'a Certificates>,
}

/// The services of the contract, health, and reflection.
pub(crate) fn routes(parts: Parts<'_>, config: &Config) -> Result<Routes, tonic_reflection::server::Error> {
    let Parts { admission, last_uses, health, draining, certificates } = parts;
    let Admission { observatory, tokens, quotas, audit } = admission;
    let answered = AnsweredLayer { message_bytes_max: QUERY_BYTES_MAX };
    let hides = config.hide_partners;
    let reading = Reading::new(Arc::clone(observatory), config.readers_max, draining.clone(), hides);
    // Operators are answered however much others read.
    let administration = reading.with_own_readers(ADMINISTRATION_READERS_MAX);
    let pushes_max = config.message_bytes_max;
    let watches =
        Watches::new(observatory, draining.clone(), config.watchers_max, config.watch_stall_max, hides);
    let observations = ObservationAdapter {
        observatory: Arc::clone(observatory),
        reading: reading.clone(),
        draining: draining.clone(),
        watches: watches.clone(),
        message_bytes_max: pushes_max,
    };
    let health = tonic_health::server::HealthService::from_health_reporter(health.clone());
    let assessment = AssessmentAdapter { observatory: Arc::clone(observatory), reading: reading.clone() };
    let admin = AdminAdapter {
        observatory: Arc::clone(observatory),
        reading: administration.clone(),
        certificates: certificates.cloned(),
        quotas: quotas.clone(),
        tokens: tokens.clone(),
        audit: audit.clone(),
    };
    let audit = AuditAdapter::new(administration.clone(), watches.clone(), audit.clone());
    let access = AccessAdapter {
        observatory: Arc::clone(observatory),
        reading: administration,
        callers: reading.clone(),
        last_uses: last_uses.clone(),
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

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        // So that clients that know the contract only by reflection can read the details of errors.
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}
