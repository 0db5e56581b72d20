//! Starting and stopping, as an operator does.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use tenseven_api::v1::{ListObservationsRequest, ReadAt};
use tenseven_tests::{Draft, Refusal, Server, binary, level};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

#[tokio::test]
async fn a_termination_drains_and_ends_with_success() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start();
        let draft = Draft::new().with("dual-nationality", "MAR", "2020", level("basic"));
        server.observations().await.push_observations(draft.request()).await.unwrap();
        server.signal(signal);
        assert_eq!(server.exit().code(), Some(0), "{signal}");
        let again = Server::start_on(server.data(), &[]);
        let listed =
            again.observations().await.list_observations(ListObservationsRequest::default()).await.unwrap();
        assert_eq!(listed.into_inner().observations.len(), 1);
    }
}

#[tokio::test]
async fn calls_under_way_are_answered_before_the_end() {
    let mut server = Server::start();
    let mut calls = tokio::task::JoinSet::new();
    for year in 1950..2000 {
        let mut client = server.observations().await;
        let draft = Draft::new().with("dual-nationality", "MAR", &year.to_string(), level("basic"));
        calls.spawn(async move { client.push_observations(draft.request()).await });
    }
    let mut acked = 0;
    acked += usize::from(calls.join_next().await.unwrap().unwrap().is_ok());
    server.signal("TERM");
    for answer in calls.join_all().await {
        acked += usize::from(answer.is_ok());
    }
    assert_eq!(server.exit().code(), Some(0));
    let again = Server::start_on(server.data(), &[]);
    let listed =
        again.observations().await.list_observations(ListObservationsRequest::default()).await.unwrap();
    let kept = listed.into_inner().observations.len();
    assert!(kept >= acked, "{acked} were acknowledged, {kept} are there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "tests wait in real time")]
async fn health_watchers_are_notified_of_the_end() {
    let mut server = Server::start();
    let mut health = HealthClient::new(server.channel().await);
    let mut watch = health.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    server.signal("TERM");
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    // The watch is still held; it must not hold the server up.
    let asked = Instant::now();
    assert_eq!(server.exit().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?}", asked.elapsed());
    drop((watch, health));
}

#[test]
fn a_bad_setting_ends_at_once_with_code_64_and_its_name() {
    for (arguments, named) in [
        (["--message-bytes-max", "1"], "message_bytes_max"),
        (["--log", "loud=="], "log"),
        (["--periods-max", "0"], "--periods-max"),
        (["--boards-cost-max", "0"], "--boards-cost-max"),
        (["--memory-bytes-max", "0"], "--memory-bytes-max"),
        (["--cors-origins", "https://pages.example/"], "give https://pages.example"),
    ] {
        let home = tempfile::TempDir::new().unwrap();
        let data = home.path().join("data");
        let output = Command::new(binary::path())
            .args(["serve", "--data"])
            .arg(&data)
            .args(arguments)
            .output()
            .unwrap();
        let reported = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(64), "{reported}");
        assert!(reported.contains(named), "{reported}");
        assert!(!data.exists(), "nothing is opened before the configuration is checked");
    }
}

#[test]
fn an_address_in_use_is_named() {
    let server = Server::start();
    let address = server.address().trim_start_matches("http://");
    let home = tempfile::TempDir::new().unwrap();
    let second = Command::new(binary::path())
        .args(["serve", "--listen", address, "--data"])
        .arg(home.path().join("data"))
        .output()
        .unwrap();
    let reported = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success());
    assert!(reported.contains(address) && reported.contains("choose another address"), "{reported}");
    assert_eq!(reported.matches("in use").count(), 1, "{reported}");
    assert!(!home.path().join("data").exists(), "a journal was made for a server that cannot listen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "tests wait in real time")]
async fn who_waits_for_a_revision_to_come_is_answered_when_the_server_stops() {
    let mut server = Server::start();
    let mut client = server.observations().await;
    let request =
        ListObservationsRequest { read_at: Some(ReadAt::not_before(1_000_000)), ..Default::default() };
    let waiting = tokio::spawn(async move { client.list_observations(request).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = Instant::now();
    server.signal("TERM");
    assert_eq!(Refusal::of(waiting.await.unwrap()).reason, "SHUTTING_DOWN");
    assert_eq!(server.exit().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(4), "it took {:?}", asked.elapsed());
}
