//! Withdrawing observations.

use std::process::{Command, Output};

use prost::Message as _;
use tempfile::TempDir;
use tenseven_api::v1::{
    ExportObservationsRequest, GetScoresRequest, ListObservationRevisionsRequest, ListObservationsRequest,
    ObservationSelection, ReadAt, RecordedObservation, WatchObservationsRequest, WithdrawObservationsRequest,
    Withdrawal, value::Kind,
};
use tenseven_client::{Client, ClientOptions};
use tenseven_tests::{Draft, Refusal, Server, binary, level, number};
use tonic::Code;
use uuid::Uuid;

fn of(area: &str, reason: &str) -> Withdrawal {
    Withdrawal {
        indicator: "dual-nationality".into(),
        area: area.into(),
        period: "2020".into(),
        source: "test".into(),
        reason: reason.into(),
    }
}

fn request(withdrawals: Vec<Withdrawal>) -> WithdrawObservationsRequest {
    let submission_id = Uuid::new_v4().to_string();
    WithdrawObservationsRequest { submission_id, withdrawals, validate_only: false }
}

fn both() -> Draft {
    Draft::new().with("dual-nationality", "MAR", "2020", level("comprehensive")).with(
        "migrant-casualties",
        "MAR",
        "2020",
        number(3.0),
    )
}

async fn listed(server: &Server, read_at: Option<ReadAt>) -> Vec<RecordedObservation> {
    let request = ListObservationsRequest { read_at, ..Default::default() };
    server.observations().await.list_observations(request).await.unwrap().into_inner().observations
}

/// The scores of Morocco, without the revision that they were answered at and its history.
async fn scores(server: &Server) -> Vec<u8> {
    let request = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    };
    let mut tree = server.scores().await.get_scores(request).await.unwrap().into_inner();
    tree.revision = 0;
    tree.history_id.clear();
    tree.encode_to_vec()
}

async fn versions(server: &Server) -> Vec<RecordedObservation> {
    let Withdrawal { indicator, area, period, source, .. } = of("MAR", "");
    let key = ListObservationRevisionsRequest { indicator, area, period, source, ..Default::default() };
    server.observations().await.list_observation_revisions(key).await.unwrap().into_inner().versions
}

fn level_of(recorded: &RecordedObservation) -> &Kind {
    recorded.observation.as_ref().unwrap().value.as_ref().unwrap().kind.as_ref().unwrap()
}

/// What a server with one withdrawal has to answer, whichever way it came to it.
async fn assert_withdrawn(server: &Server, pushed: u64, withdrawn: u64, before: &[u8]) {
    let now: Vec<_> = listed(server, None).await;
    assert_eq!(now.len(), 1, "{now:?}");
    assert_eq!(scores(server).await, before);
    let then = listed(server, Some(ReadAt::revision(pushed))).await;
    assert_eq!((then.len(), level_of(&then[0])), (2, &level("comprehensive")));
    let history = versions(server).await;
    assert_eq!(history.iter().map(|one| one.revision).collect::<Vec<_>>(), [withdrawn, pushed]);
    assert_eq!((&history[0].observation, &history[1].withdrawal), (&None, &None));
    assert_eq!(history[0].withdrawal, Some(of("MAR", "sent by mistake")));
    assert!(history[0].accept_time.is_some());
    assert_eq!(level_of(&history[1]), &level("comprehensive"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_is_gone_from_everything_but_the_past_also_after_restarts() {
    let home = TempDir::new().unwrap();
    let data = home.path().join("data");
    let mut server = Server::start_on(&data, &[]);
    let mut client = server.observations().await;
    client
        .push_observations(both().with("dual-nationality", "LBY", "2020", level("basic")).request())
        .await
        .unwrap();
    client.withdraw_observations(request(vec![of("LBY", "x"), of("MAR", "y")])).await.unwrap();
    let before = scores(&server).await;
    let pushed = client.push_observations(both().request()).await.unwrap().into_inner();
    assert_eq!((pushed.new_count, pushed.revised_count, pushed.unchanged_count), (1, 0, 1));
    assert_ne!(scores(&server).await, before);
    // With a history of one push alone, so that what follows can be read easily.
    drop(client);
    server.terminate();
    let data = home.path().join("other");
    let mut server = Server::start_on(&data, &[]);
    let mut client = server.observations().await;
    let pushed = client.push_observations(both().request()).await.unwrap().into_inner().revision;
    let sent = request(vec![of("MAR", " sent by mistake\n")]);
    let check = WithdrawObservationsRequest { validate_only: true, ..sent.clone() };
    let checked = client.withdraw_observations(check).await.unwrap().into_inner();
    assert_eq!((checked.revision, checked.withdrawn_count, checked.accept_time), (pushed, 1, None));
    assert_eq!(listed(&server, None).await.len(), 2);
    let answer = client.withdraw_observations(sent.clone()).await.unwrap().into_inner();
    assert_eq!((answer.revision, answer.withdrawn_count), (pushed + 1, 1));
    assert_withdrawn(&server, pushed, answer.revision, &before).await;
    let exported = ExportObservationsRequest::default();
    let mut parts = client.export_observations(exported).await.unwrap().into_inner();
    assert_eq!(parts.message().await.unwrap().unwrap().observations.len(), 1);
    let again = client.withdraw_observations(sent.clone()).await.unwrap().into_inner();
    assert_eq!(again, answer);

    server.kill();
    let mut server = Server::start_on(&data, &[]);
    assert_withdrawn(&server, pushed, answer.revision, &before).await;
    server.terminate();
    // Without files that may have been written next to the log.
    drop(std::fs::remove_dir_all(data.join("checkpoints")));
    let server = Server::start_on(&data, &[]);
    assert_withdrawn(&server, pushed, answer.revision, &before).await;
    let mut client = server.observations().await;
    let again = client.withdraw_observations(sent.clone()).await.unwrap().into_inner();
    assert_eq!(again, answer);
    let mut reused = both().request();
    reused.submission_id = sent.submission_id;
    let refusal = Refusal::of(client.push_observations(reused).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::AlreadyExists, "SUBMISSION_ID_REUSED"));
}

#[tokio::test]
async fn a_refusal_lists_everything_that_is_wrong_and_leaves_no_trace() {
    let server = Server::start();
    let mut client = server.observations().await;
    client.push_observations(both().request()).await.unwrap();
    client
        .push_observations(Draft::new().with("dual-nationality", "LBY", "2020", level("basic")).request())
        .await
        .unwrap();
    let gone = client.withdraw_observations(request(vec![of("LBY", "why")])).await.unwrap().into_inner();
    let mut unknown = of("MAR", "why");
    unknown.indicator = "dual-nationalty".into();
    let withdrawals = vec![
        of("MAR", "why"),
        of("LBY", "why"),
        of("CAN", "why"),
        of("MAR", "again"),
        unknown,
        of("MRA", "why"),
        of("m49:015", "why"),
        of("TUN", "  "),
        of("TUN", &"x".repeat(4_001)),
    ];
    let refusal = Refusal::of(client.withdraw_observations(request(withdrawals)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_REQUEST"));
    let mut faults = refusal.faults();
    faults.sort_unstable();
    assert_eq!(
        faults,
        [
            ("withdrawals[1]", "NOT_OBSERVED"),
            ("withdrawals[2]", "NOT_OBSERVED"),
            ("withdrawals[3]", "DUPLICATE_KEY"),
            ("withdrawals[4].indicator", "UNKNOWN_INDICATOR"),
            ("withdrawals[5].area", "UNKNOWN_AREA"),
            ("withdrawals[6].area", "NOT_ALLOWED"),
            ("withdrawals[7].reason", "REQUIRED"),
            ("withdrawals[8].reason", "TOO_LONG"),
        ]
    );
    let reported = refusal.violations.iter().find(|(path, ..)| path == "withdrawals[1]").unwrap();
    assert!(reported.2.contains(&format!("withdrawn at revision {}", gone.revision)), "{reported:?}");
    let refusal = Refusal::of(client.withdraw_observations(request(Vec::new())).await);
    assert_eq!(refusal.faults(), [("withdrawals", "REQUIRED")]);
    let refusal = Refusal::of(client.withdraw_observations(request(vec![of("MAR", "x"); 10_001])).await);
    assert_eq!(refusal.faults(), [("withdrawals", "TOO_MANY")]);
    let after = client.list_observations(ListObservationsRequest::default()).await.unwrap().into_inner();
    assert_eq!((after.revision, after.observations.len()), (gone.revision, 2));
}

#[tokio::test]
async fn a_watch_sends_withdrawals_that_match() {
    let server = Server::start();
    let mut client = server.observations().await;
    let draft = both().with("dual-nationality", "LBY", "2020", level("basic"));
    let pushed = client.push_observations(draft.request()).await.unwrap().into_inner().revision;
    let sent = request(vec![of("LBY", "a"), of("MAR", "b")]);
    let answer = client.withdraw_observations(sent.clone()).await.unwrap().into_inner();
    let from = WatchObservationsRequest {
        after_revision: Some(pushed),
        selection: Some(ObservationSelection { area: "MAR".into(), ..Default::default() }),
        ..Default::default()
    };
    let mut changes = client.watch_observations(from).await.unwrap().into_inner();
    changes.message().await.unwrap();
    let change = changes.message().await.unwrap().unwrap();
    assert_eq!((change.revision, change.submission_id), (answer.revision, sent.submission_id));
    assert_eq!((change.observations, change.withdrawals), (Vec::new(), vec![of("MAR", "b")]));
    assert_eq!((change.accept_time, change.continues), (answer.accept_time, false));
}

#[tokio::test]
async fn the_rust_client_withdraws_and_checks() {
    let server = Server::start();
    let client = Client::connect(server.address(), ClientOptions::default()).await.unwrap();
    client.push(None, both().request().observations).await.unwrap();
    let checked = client.check_withdrawals(None, vec![of("MAR", "why")]).await.unwrap();
    let answer = client.withdraw(None, vec![of("MAR", "why")]).await.unwrap();
    assert_eq!((checked.withdrawn_count, answer.withdrawn_count), (1, 1));
    let error = client.withdraw(None, vec![of("MAR", "why")]).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().violations[0].reason, "NOT_OBSERVED");
}

/// Runs a command on the server; its exit code, standard output and standard error.
fn tenseven(server: &Server, arguments: &[&str]) -> (Option<i32>, String, String) {
    let command = Command::new(binary::path()).args(arguments).args(["--server", server.address()]).output();
    let Output { status, stdout, stderr } = command.unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

const KEY: [&str; 8] =
    ["--indicator", "dual-nationality", "--area", "MAR", "--period", "2020", "--source", "test"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_withdraws_one_observation_and_shows_it_in_the_history() {
    let server = Server::start();
    server.observations().await.push_observations(both().request()).await.unwrap();
    let withdraw = [&["withdraw"], KEY.as_slice(), &["--reason", "sent by mistake"]].concat();
    let (code, output, error) = tenseven(&server, &[&withdraw, ["--dry-run"].as_slice()].concat());
    assert_eq!(code, Some(0), "{error}");
    assert!(output.contains("correct, not withdrawn (dry run)"), "{output}");
    assert_eq!(listed(&server, None).await.len(), 2);
    let (code, output, error) = tenseven(&server, &withdraw);
    assert_eq!(code, Some(0), "{error}");
    assert!(output.contains("revision: "), "{output}");
    assert_eq!(listed(&server, None).await.len(), 1);
    let (code, output, _) = tenseven(&server, &withdraw);
    assert_eq!(code, Some(0));
    assert!(output.contains("withdrawn before, nothing done"), "{output}");
    let (code, _, error) = tenseven(&server, &[&withdraw, ["--anew"].as_slice()].concat());
    assert_eq!(code, Some(1));
    assert!(error.contains("error: nothing is observed"), "{error}");
    let (_, output, _) = tenseven(&server, &[&["revisions"], KEY.as_slice()].concat());
    assert!(output.contains("(withdrawn)") && output.contains("sent by mistake"), "{output}");
    let json = [&["revisions"], KEY.as_slice(), &["--format", "json"]].concat();
    let reported: serde_json::Value = serde_json::from_str(&tenseven(&server, &json).1).unwrap();
    assert_eq!(reported["versions"][0]["withdrawal"]["reason"], "sent by mistake");
    assert_eq!(reported["versions"][1]["observation"]["area"], "MAR");
    let watch = ["watch", "--after-revision", "0", "--limit", "3"];
    let (_, output, error) = tenseven(&server, &watch);
    assert!(output.contains("(withdrawn)  sent by mistake"), "{output}{error}");
    // What was pushed again since is not passed over in silence.
    server.observations().await.push_observations(both().request()).await.unwrap();
    let (code, output, _) = tenseven(&server, &withdraw);
    assert_eq!(code, Some(1));
    assert!(
        output.contains("pushed again since, and still there") && output.contains("add --anew"),
        "{output}"
    );
    assert_eq!(listed(&server, None).await.len(), 2);
    assert_eq!(tenseven(&server, &[&withdraw, ["--anew"].as_slice()].concat()).0, Some(0));
    assert_eq!(listed(&server, None).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_withdraws_what_a_file_names_or_nothing() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    server.observations().await.push_observations(both().request()).await.unwrap();
    let file = home.path().join("gone.csv");
    let header = "reason,indicator,area,period,source\n";
    let wrong = "why,dual-nationality,MAR,2020,test\nwhy,dual-nationality,CAN,2020,test\nwhy,x\n";
    std::fs::write(&file, format!("{header}{wrong}")).unwrap();
    let withdraw = ["withdraw", "--file", file.to_str().unwrap()];
    let (code, output, error) = tenseven(&server, &withdraw);
    assert_eq!(code, Some(1), "{output}");
    assert!(
        error.contains("line 3: nothing is observed") && error.contains("line 4: area: is empty"),
        "{error}"
    );
    assert!(output.contains("Nothing was withdrawn"), "{output}");
    assert_eq!(listed(&server, None).await.len(), 2);
    let right = "why,dual-nationality,MAR,2020,test\n\"both, really\",migrant-casualties,MAR,2020,test\n";
    std::fs::write(&file, format!("{header}{right}")).unwrap();
    let json = [withdraw.as_slice(), &["--format", "json"]].concat();
    let (code, output, error) = tenseven(&server, &json);
    assert_eq!(code, Some(0), "{error}");
    let reported: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!((reported["withdrawn"].as_u64(), reported["refused"].as_u64()), (Some(2), Some(0)));
    assert_eq!(listed(&server, None).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_that_is_current_survives_compaction_and_what_it_withdrew_does_not() {
    let mut server = Server::start();
    let mut client = server.observations().await;
    let pushed = client.push_observations(both().request()).await.unwrap().into_inner();
    let sent = request(vec![of("MAR", "sent by mistake")]);
    let answer = client.withdraw_observations(sent.clone()).await.unwrap().into_inner();
    drop(client);
    server.terminate();
    let run = |arguments: &[&str]| {
        let Output { status, stdout, stderr } =
            Command::new(binary::path()).args(arguments).output().unwrap();
        assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    };
    let data = server.data().to_str().unwrap();
    run(&["verify", data]);
    let oldest = answer.revision.to_string();
    let output = run(&["compact", "--data", data, "--oldest", &oldest]);
    assert!(output.contains("versions given up    1\n"), "{output}");
    run(&["verify", data]);
    let server = Server::start_on(server.data(), &[]);
    let history = versions(&server).await;
    assert_eq!(history.iter().map(|one| one.revision).collect::<Vec<_>>(), [answer.revision]);
    assert_eq!(listed(&server, None).await.len(), 1);
    let mut client = server.observations().await;
    assert_eq!(client.withdraw_observations(sent).await.unwrap().into_inner(), answer);
    let again = client.push_observations(both().request()).await.unwrap().into_inner();
    assert_eq!((again.new_count, again.unchanged_count), (1, 1));
    let history = versions(&server).await;
    assert_eq!(history.len(), 2, "from revision {} on", pushed.revision);
}
