//! Frameworks that cost more than the server allows, and retired ones.

use tenseven_api::v1::{
    GetFrameworkRequest, GetScoresRequest, GetServerStatusRequest, RetireFrameworkRequest,
    admin_service_client::AdminServiceClient,
};
use tenseven_tests::{Server, journal};
use tonic::Status;

use super::{
    asked::{ended, refused, with},
    written::publication,
};
use crate::publishing::small;

/// A framework whose every observation changes the scores of all areas and periods, many times.
fn costly() -> String {
    let compared = "normalise = { method = \"prank\", pool = \"all-periods\" }";
    let posts = "normalise = { method = \"goalposts\", lower = 0, upper = 50, reason = \"for the test\" }";
    let copy = |copy: usize| {
        format!(
            "\n[[indicators]]\nid = \"own-copy-{copy}\"\nname = \"A copy\"\nformula = \"[own-figure]\"\n\
             parent = \"overall\"\n"
        )
    };
    let copies: String = (0..200).map(copy).collect();
    small("9.0.0").replace(posts, compared) + &copies
}

pub(super) async fn more_than_is_allowed(server: &Server) -> Status {
    ended(server.frameworks().await.publish_framework(publication(costly())).await).await
}

pub(super) async fn a_version_too_many() -> Status {
    // Those that ship are two.
    let (server, _home) = with(&["--framework-versions-max", "2"]);
    ended(server.frameworks().await.publish_framework(publication(small("1.0.0"))).await).await
}

pub(super) async fn scores_by_one_that_costs_too_much() -> Status {
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("data");
    journal::publish(&data, &costly());
    let server = Server::start_on(&data, &[]);
    let framework = server.frameworks().await.get_framework(named("small")).await.unwrap().into_inner();
    assert_eq!(framework.framework.unwrap().definition, costly());
    let status = AdminServiceClient::new(server.channel().await)
        .get_server_status(GetServerStatusRequest {})
        .await
        .unwrap()
        .into_inner();
    let [suspended] = status.suspended_frameworks.as_slice() else { panic!("{status:?}") };
    assert_eq!(suspended.framework, "small@9.0.0");
    assert!(suspended.reason.contains("framework_cost_max"), "{}", suspended.reason);
    let request = GetScoresRequest {
        framework: "small".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    };
    refused(server.scores().await.get_scores(request).await)
}

fn named(framework: &str) -> GetFrameworkRequest {
    GetFrameworkRequest { framework: framework.into(), ..Default::default() }
}

fn retirement(framework: &str) -> RetireFrameworkRequest {
    RetireFrameworkRequest {
        submission_id: uuid::Uuid::new_v4().to_string(),
        framework: framework.into(),
        reason: "for the test".into(),
        validate_only: false,
    }
}

pub(super) async fn scores_by_one_that_is_retired() -> Status {
    let server = Server::start();
    let answer = server.frameworks().await.retire_framework(retirement("sdg-10-7-2@1.0.0")).await;
    assert_eq!(answer.unwrap().into_inner().framework, "sdg-10-7-2@1.0.0");
    let request = GetScoresRequest {
        framework: "sdg-10-7-2".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    };
    refused(server.scores().await.get_scores(request).await)
}

pub(super) async fn a_retirement_without_a_successor() -> Status {
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("data");
    journal::publish_all(&data, &[costly(), small("9.0.1")]);
    let server = Server::start_on(&data, &[]);
    refused(server.frameworks().await.retire_framework(retirement("small@9.0.1")).await)
}
