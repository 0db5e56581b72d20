//! What was acknowledged is there after the process is killed.

use tenseven_api::v1::{GetScoresRequest, ListObservationsRequest};
use tenseven_tests::{Draft, Refusal, Server, level, number};
use tonic::Code;

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

/// Sets the limit on the size of files of a running server; its log is a file, too.
fn limit_files(server: &Server, bytes: &str) {
    let set = std::process::Command::new("prlimit")
        .args(["--pid", &server.id().to_string(), &format!("--fsize={bytes}:unlimited")])
        .status();
    assert!(set.unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_on_the_size_of_files_is_a_full_disk_for_the_journal_and_silence_for_the_log() {
    let server = Server::start();
    let mut client = server.observations().await;
    let push =
        |year: u16| Draft::new().with("dual-nationality", "MAR", &year.to_string(), level("basic")).request();
    client.push_observations(push(2000)).await.unwrap();
    limit_files(&server, "1000");
    for year in 2001..2004 {
        let refusal = Refusal::of(client.push_observations(push(year)).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "JOURNAL_FULL"));
        // What is refused is logged.
        let unknown = GetScoresRequest { framework: "unknown".into(), ..Default::default() };
        assert!(server.scores().await.get_scores(unknown).await.is_err());
    }
    let listed = client.list_observations(ListObservationsRequest::default()).await.unwrap().into_inner();
    assert_eq!(listed.observations.len(), 1);
    limit_files(&server, "unlimited");
    client.push_observations(push(2005)).await.unwrap();
    let server = server.killed_and_restarted();
    let again = server.observations().await.list_observations(ListObservationsRequest::default()).await;
    assert_eq!(again.unwrap().into_inner().observations.len(), 2);
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
    let reported = String::from_utf8_lossy(&second.stderr);
    assert!(reported.contains("in use"), "{reported}");
}
