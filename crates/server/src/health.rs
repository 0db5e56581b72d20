//! The health of the server, as the standard service of gRPC reports it.

use tenseven_api::v1::{
    access_service_server, admin_service_server, assessment_service_server, audit_service_server,
    framework_service_server, observation_service_server, practice_service_server, score_service_server,
};
use tenseven_observatory::WriteFailure;
use tokio::sync::watch;
use tonic_health::{ServingStatus, server::HealthReporter};

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

/// Reports the server as not serving once writes are refused until a restart. Reads go on meanwhile.
pub(crate) async fn follow_writer(
    mut failure: watch::Receiver<Option<WriteFailure>>,
    health: HealthReporter,
) {
    // The other end is gone once the registry is closed.
    if failure.wait_for(Option::is_some).await.is_ok() {
        set_health(&health, ServingStatus::NotServing).await;
    }
}

/// Ends the streams of those who watch health, once they were notified: they would hold the drain up otherwise.
pub(crate) async fn end_health_watches(mut health: HealthReporter) {
    for service in HEALTH_ENTRIES {
        health.clear_service_status(service).await;
    }
}

/// Reports the server and all services with this status.
pub(crate) async fn set_health(health: &HealthReporter, status: ServingStatus) {
    for service in HEALTH_ENTRIES {
        health.set_service_status(service, status).await;
    }
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
