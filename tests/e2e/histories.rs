//! Histories: every answer names the history of its revision, and a revision of another history is rejected.

use std::{pin::pin, process::Command, time::Duration};

use futures_util::TryStreamExt as _;
use serde_json::Value as Json;
use tenseven_api::v1::{
    ExportObservationsRequest, GetScoresRequest, GetServerStatusRequest, GetServerStatusResponse,
    ListObservationsRequest, LookUpSubmissionsRequest, PushObservationsResponse, ReadAt, ScoreSelection,
    StreamBackupRequest, WatchObservationsRequest, WatchScoresRequest,
    admin_service_client::AdminServiceClient,
};
use tenseven_client::{Client, ClientOptions};
use tenseven_tests::{Draft, Refusal, Server, binary, number};
use tonic::Code;

/// The id of a history that no registry has.
pub(crate) const ANOTHER_HISTORY: &str = "0190a5b2-5c1e-8b6e-9d5c-3f1d6a0e7c42";

async fn push(server: &Server, draft: Draft) -> PushObservationsResponse {
    server.observations().await.push_observations(draft.request()).await.unwrap().into_inner()
}

async fn status(server: &Server) -> GetServerStatusResponse {
    let mut client = AdminServiceClient::new(server.channel().await);
    client.get_server_status(GetServerStatusRequest {}).await.unwrap().into_inner()
}

/// Checks that a call was rejected because of [`ANOTHER_HISTORY`].
fn is_rejected(refusal: &Refusal, current: &str) {
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "OTHER_HISTORY"));
    assert_eq!(refusal.metadata["history_id"], ANOTHER_HISTORY);
    assert_eq!(refusal.metadata["current_history_id"], current);
    assert!(!refusal.metadata.contains_key("left_after_revision"));
}

#[tokio::test]
async fn every_answer_from_which_a_client_resumes_names_the_history() {
    let server = Server::start();
    let draft = Draft::new().with("migrant-casualties", "MAR", "2020", number(1.0));
    let receipt = push(&server, draft).await;
    let status = status(&server).await;
    let history = status.history_id.clone();
    assert_eq!(status.lineage.last().map(|last| last.id.as_str()), Some(history.as_str()));
    assert_eq!(status.lineage[0].after_revision, 0);
    assert_eq!(receipt.history_id, history);
    let mut observations = server.observations().await;
    let listed = observations.list_observations(ListObservationsRequest::default()).await.unwrap();
    assert_eq!(listed.into_inner().history_id, history);
    let mut parts =
        observations.export_observations(ExportObservationsRequest::default()).await.unwrap().into_inner();
    assert_eq!(parts.message().await.unwrap().unwrap().history_id, history);
    let request = WatchObservationsRequest {
        after_revision: Some(receipt.revision - 1),
        read_at: Some(ReadAt { history_id: history.clone(), ..Default::default() }),
        ..Default::default()
    };
    let mut changes = observations.watch_observations(request).await.unwrap().into_inner();
    for _ in ["the heartbeat", "the change"] {
        assert_eq!(changes.message().await.unwrap().unwrap().history_id, history);
    }
    let request = WatchScoresRequest {
        selection: Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() }),
        ..Default::default()
    };
    let mut scores = server.scores().await.watch_scores(request).await.unwrap().into_inner();
    assert_eq!(scores.message().await.unwrap().unwrap().history_id, history);
    let request = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        read_at: Some(ReadAt {
            min_revision: receipt.revision,
            history_id: history.clone(),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(server.scores().await.get_scores(request).await.unwrap().into_inner().history_id, history);
    let mut admin = AdminServiceClient::new(server.channel().await);
    let mut backup = admin.stream_backup(StreamBackupRequest::default()).await.unwrap().into_inner();
    let part = backup.message().await.unwrap().unwrap();
    assert_eq!((part.history_id, part.lineage), (history, status.lineage));
}

#[tokio::test]
async fn a_revision_of_another_history_is_rejected_wherever_one_can_be_named() {
    let server = Server::start();
    let (current, history) = (status(&server).await.history_id, ANOTHER_HISTORY.to_owned());
    let mut client = server.observations().await;
    let request = ListObservationsRequest {
        read_at: Some(ReadAt { history_id: history.clone(), ..ReadAt::revision(2) }),
        ..Default::default()
    };
    let refusal = Refusal::of(client.list_observations(request).await);
    is_rejected(&refusal, &current);
    assert_eq!(refusal.metadata["revision"], "2");
    let request = ExportObservationsRequest {
        read_at: Some(ReadAt { min_revision: 1, history_id: history.clone(), ..Default::default() }),
        ..Default::default()
    };
    is_rejected(&Refusal::of(client.export_observations(request).await), &current);
    let request = WatchObservationsRequest {
        after_revision: Some(1),
        read_at: Some(ReadAt { history_id: history.clone(), ..Default::default() }),
        ..Default::default()
    };
    is_rejected(&Refusal::of(client.watch_observations(request).await), &current);
    // A revision that is not there yet is not waited for if it can never come.
    let submission_ids = vec![ANOTHER_HISTORY.to_owned()];
    let request = LookUpSubmissionsRequest {
        submission_ids,
        read_at: Some(ReadAt { min_revision: 1_000_000, history_id: history.clone(), ..Default::default() }),
    };
    is_rejected(&Refusal::of(client.look_up_submissions(request).await), &current);
    let request = WatchScoresRequest {
        selection: Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() }),
        after_revision: Some(1),
        read_at: Some(ReadAt { history_id: history.clone(), ..Default::default() }),
        ..Default::default()
    };
    is_rejected(&Refusal::of(server.scores().await.watch_scores(request).await), &current);
    let request =
        StreamBackupRequest { after_revision: 1, after_chain_hash: "ab".repeat(32), history_id: history };
    let mut admin = AdminServiceClient::new(server.channel().await);
    is_rejected(&Refusal::of(admin.stream_backup(request).await), &current);
    let request = ListObservationsRequest {
        read_at: Some(ReadAt { history_id: "mine".into(), ..Default::default() }),
        ..Default::default()
    };
    let refusal = Refusal::of(client.list_observations(request).await);
    assert_eq!(refusal.violations[0].0, "read_at.history_id");
}

fn run(server: &Server, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(binary::path());
    command.args(["--server", server.address()]).args(arguments).env_clear();
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_of_the_program_prints_its_history_and_is_resumed_with_it() {
    let server = Server::start();
    let draft = Draft::new().with("migrant-casualties", "MAR", "2020", number(1.0));
    push(&server, draft).await;
    let (code, out, _) =
        run(&server, &["watch", "--after-revision", "0", "--limit", "1", "--format", "json"]);
    assert_eq!(code, Some(0));
    let change: Json = serde_json::from_str(&out).unwrap();
    let (revision, history) = (change["revision"].to_string(), change["history_id"].as_str().unwrap());
    let (code, status, _) = run(&server, &["status", "--json"]);
    let status: Json = serde_json::from_str(&status).unwrap();
    assert_eq!((code, status["history_id"].as_str()), (Some(0), Some(history)));
    assert_eq!(status["lineage"][0]["after_revision"], 0);
    let (code, _, reported) = run(&server, &["watch", "--after-revision", "0", "--limit", "1"]);
    assert_eq!(code, Some(0));
    assert!(reported.contains(&format!("--history {history}")), "{reported}");
    push(&server, Draft::new().with("migrant-casualties", "MAR", "2021", number(2.0))).await;
    let resume = ["watch", "--after-revision", &revision, "--history", history, "--limit", "1"];
    assert_eq!(run(&server, &resume).0, Some(0));
    let resume = ["watch", "--after-revision", &revision, "--history", ANOTHER_HISTORY];
    let (code, _, reported) = run(&server, &resume);
    assert_eq!(code, Some(1));
    assert!(reported.contains("OTHER_HISTORY") && reported.contains("--after-revision 0"), "{reported}");
    let at = ["observations", "--at-revision", "1", "--history", ANOTHER_HISTORY];
    let (code, _, reported) = run(&server, &at);
    assert!(code == Some(1) && reported.contains("OTHER_HISTORY"), "{reported}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listing_of_the_program_names_its_history_and_is_as_of_the_moment_that_is_asked_for() {
    let server = Server::start();
    push(&server, Draft::new().with("migrant-casualties", "MAR", "2020", number(1.0))).await;
    let history = status(&server).await.history_id;
    let key = ["--indicator", "migrant-casualties", "--area", "MAR", "--period", "2020", "--source", "test"];
    let listings: [&[&str]; 8] = [
        &["observations"],
        &[&["revisions"][..], &key].concat(),
        &["frameworks"],
        &["indicators"],
        &["measures"],
        &["instruments"],
        &["practice", "list"],
        &["practice", "search", "diaspora"],
    ];
    for listing in listings {
        let (code, out, reported) = run(&server, &[listing, &["--format", "json"]].concat());
        assert_eq!(code, Some(0), "{listing:?}: {reported}");
        let listed: Json = serde_json::from_str(&out).unwrap();
        assert_eq!(listed["history_id"].as_str(), Some(history.as_str()), "{listing:?}");
        let (code, _, reported) = run(&server, &[listing, &["--at-revision", "1000"]].concat());
        assert!(code == Some(1) && reported.contains("NO_SUCH_REVISION"), "{listing:?}: {reported}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_goes_on_in_its_history_after_the_server_was_killed() {
    let mut server = Server::start();
    let address = server.address().to_owned();
    let client = Client::connect(address.as_str(), ClientOptions::default()).await.unwrap();
    let mut changes = pin!(client.watch_observations(WatchObservationsRequest::default()));
    let first = changes.try_next().await.unwrap().unwrap();
    server.kill();
    let (data, listen) = (server.data().to_owned(), address.trim_start_matches("http://").to_owned());
    let server = Server::start_on(&data, &["--listen", &listen]);
    let receipt = push(&server, Draft::new().with("migrant-casualties", "MAR", "2020", number(1.0))).await;
    let change = async {
        loop {
            let change = changes.try_next().await.unwrap().unwrap();
            if change.revision == receipt.revision {
                break change;
            }
        }
    };
    let change = tokio::time::timeout(Duration::from_secs(30), change).await.unwrap();
    assert_eq!([change.history_id, receipt.history_id], [first.history_id.clone(), first.history_id]);
}
