//! What was acknowledged is there after the process is killed.

use tenseven_api::v1::{GetScoresRequest, ListObservationsRequest};
use tenseven_tests::{Draft, Server, level, number};

#[tokio::test]
async fn everything_acknowledged_is_there_after_a_kill() {
    let server = Server::start();
    let mut client = server.observations().await;
    let mut revision = 0;
    for year in 2000..2020 {
        let draft = Draft::new()
            .with("dual-nationality", "MAR", &year.to_string(), level("elaborated"))
            .with("migrant-casualties", "LBY", &year.to_string(), number(f64::from(year)));
        revision = client.push_observations(draft.request()).await.unwrap().into_inner().revision;
    }
    let all = ListObservationsRequest::default();
    let scores = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "LBY".into(),
        period: "2019".into(),
        ..Default::default()
    };
    let listed = client.list_observations(all.clone()).await.unwrap().into_inner();
    let scored = server.scores().await.get_scores(scores.clone()).await.unwrap().into_inner();
    let server = server.killed_and_restarted();
    let relisted = server.observations().await.list_observations(all).await.unwrap().into_inner();
    let rescored = server.scores().await.get_scores(scores).await.unwrap().into_inner();
    assert_eq!(relisted.revision, revision);
    assert_eq!(relisted, listed);
    assert_eq!(rescored, scored);
}

#[tokio::test]
async fn a_second_server_on_the_same_journal_is_refused() {
    let server = Server::start();
    let second = std::process::Command::new(tenseven_tests::binary::path())
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(server.data())
        .output()
        .unwrap();
    assert!(!second.status.success());
    let told = String::from_utf8_lossy(&second.stderr);
    assert!(told.contains("in use"), "{told}");
}
