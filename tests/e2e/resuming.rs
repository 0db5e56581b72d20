//! Pushing and exporting with the real program, interrupted on the way.

use std::{
    collections::HashMap,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value as Json;
use tempfile::TempDir;
use tenseven_api::v1::{GetServerStatusRequest, admin_service_client::AdminServiceClient};
use tenseven_catalog::Catalog;
use tenseven_tests::{Server, binary};

const AREAS: usize = 100;
const YEARS: usize = 200;
const ROWS: usize = AREAS * YEARS;
const BATCH_SIZE: usize = 250;
/// Rows that the first run is given before it, or the server, is killed.
const GIVEN: usize = ROWS * 3 / 5;

const HEADER: &str = "indicator,area,period,source,value\n";

/// The rows of a file, each with another key.
fn rows() -> Vec<String> {
    let areas: Vec<_> = Catalog::bundled().areas().iter().map(|area| area.alpha3).take(AREAS).collect();
    let row = |place: usize| {
        let (area, year) = (areas[place / YEARS], 1900 + place % YEARS);
        format!("migrant-casualties,{area},{year},test,{}\n", place * 7)
    };
    (0..ROWS).map(row).collect()
}

fn program(server: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary::path());
    command.args(["--server", server]).args(arguments).env_clear();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(server: &Server, arguments: &[&str]) -> Output {
    program(server.address(), arguments).output().expect("the binary can be started")
}

/// A push of standard input, and where its rows go.
fn push(server: &str) -> (Child, ChildStdin) {
    let batch_size = BATCH_SIZE.to_string();
    let arguments = ["push", "-", "--batch-size", &batch_size, "--format", "json"];
    let mut child = program(server, &arguments).stdin(Stdio::piped()).spawn().expect("it can be started");
    let mut input = child.stdin.take().expect("it has an input");
    input.write_all(HEADER.as_bytes()).expect("it reads");
    (child, input)
}

fn give(input: &mut ChildStdin, rows: &[String]) {
    input.write_all(rows.concat().as_bytes()).expect("it reads");
}

/// How many observations the server holds, and its newest revision.
async fn held(server: &Server) -> (u64, u64) {
    let mut client = AdminServiceClient::new(server.channel().await);
    let status = client.get_server_status(GetServerStatusRequest {}).await.unwrap().into_inner();
    (status.observation_count, status.revision)
}

async fn wait_for(server: &Server, observations: usize) {
    while held(server).await.0 < observations as u64 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The summary of a push that succeeded: rows, new, already pushed, and batches accepted.
fn summary(output: &Output) -> [u64; 4] {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let reported: Json = serde_json::from_slice(&output.stdout).unwrap();
    ["rows", "new", "already_pushed", "batches_accepted"].map(|name| reported[name].as_u64().unwrap())
}

/// Checks that an export holds each row once and nothing else.
fn check_export(server: &Server, home: &Path, rows: &[String]) {
    let file: PathBuf = home.join("exported.csv");
    let output = run(server, &["export", "--output", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let mut left: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        *left.entry(row.trim_end()).or_default() += 1;
    }
    let text = std::fs::read_to_string(&file).unwrap();
    for line in text.lines().skip(1) {
        let cells: Vec<_> = line.split(',').take(5).collect();
        let row = cells.join(",");
        assert_eq!(left.remove(row.as_str()), Some(1), "{row} is not expected, or is there twice");
    }
    assert!(left.is_empty(), "{} rows are missing", left.len());
    let names = std::fs::read_dir(home).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(left.is_empty(), "what was written on the way is left: {left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_push_that_was_killed_the_second_run_sends_only_what_is_missing() {
    let (server, home, rows) = (Server::start(), TempDir::new().unwrap(), rows());
    let (_, revision) = held(&server).await;
    let (mut child, mut input) = push(server.address());
    give(&mut input, &rows[..GIVEN]);
    wait_for(&server, GIVEN / 3).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let before = held(&server).await.0;
    let file = home.path().join("rows.csv");
    std::fs::write(&file, format!("{HEADER}{}", rows.concat())).unwrap();
    let again = ["push", file.to_str().unwrap(), "--batch-size", &BATCH_SIZE.to_string(), "--format", "json"];
    let [read, new, already, batches] = summary(&run(&server, &again));
    assert_eq!((read, new + already, batches), (ROWS as u64, ROWS as u64, (ROWS / BATCH_SIZE) as u64));
    assert!(already >= before && already <= GIVEN as u64, "{already} of {before} were recognised");
    let (observations, newest) = held(&server).await;
    assert_eq!((observations, newest - revision), (ROWS as u64, batches), "something was accepted twice");
    assert_eq!(summary(&run(&server, &again)), [ROWS as u64, 0, ROWS as u64, batches]);
    assert_eq!(held(&server).await.1, newest, "what was there already was sent again");
    check_export(&server, home.path(), &rows);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_goes_on_by_itself_where_the_server_was_killed() {
    let (mut server, home, rows) = (Server::start(), TempDir::new().unwrap(), rows());
    let (_, revision) = held(&server).await;
    let address = server.address().to_owned();
    let (child, mut input) = push(&address);
    give(&mut input, &rows[..GIVEN]);
    wait_for(&server, GIVEN / 3).await;
    server.kill();
    let listen = address.trim_start_matches("http://").to_owned();
    let data = server.data().to_owned();
    let restarted = Server::start_on(&data, &["--listen", &listen]);
    give(&mut input, &rows[GIVEN..]);
    drop(input);
    let [read, new, already, batches] = summary(&child.wait_with_output().unwrap());
    assert_eq!((read, new + already, batches), (ROWS as u64, ROWS as u64, (ROWS / BATCH_SIZE) as u64));
    let (observations, newest) = held(&restarted).await;
    assert_eq!((observations, newest - revision), (ROWS as u64, batches), "something was accepted twice");
    check_export(&restarted, home.path(), &rows);
}

#[tokio::test]
async fn rows_that_come_slowly_are_pushed_as_they_come() {
    let (server, rows) = (Server::start(), rows());
    let (child, mut input) = push(server.address());
    for batch in rows.chunks(BATCH_SIZE).take(3) {
        let before = held(&server).await.0;
        give(&mut input, batch);
        wait_for(&server, usize::try_from(before).unwrap() + batch.len()).await;
    }
    drop(input);
    assert_eq!(summary(&child.wait_with_output().unwrap())[3], 3);
}

#[tokio::test]
async fn an_export_is_what_a_listing_has_and_a_file_that_cannot_be_whole_is_not_written() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let sample = Catalog::bundled().samples().iter().find(|one| one.id.contains("illustration")).unwrap();
    let file = home.path().join("sample.csv");
    std::fs::write(&file, sample.text).unwrap();
    assert_eq!(run(&server, &["push", file.to_str().unwrap()]).status.code(), Some(0));
    let listed = run(&server, &["observations", "--format", "csv", "--recorded", "--evidence", "2"]).stdout;
    let exported = run(&server, &["export", "--recorded", "--evidence", "2"]);
    assert_eq!(exported.stdout, listed);
    let lines = run(&server, &["export", "--format", "jsonl"]).stdout;
    let lines = String::from_utf8(lines).unwrap();
    let read: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read.len() + 1, String::from_utf8(listed).unwrap().lines().count());
    assert!(read.iter().all(|one| one["observation"]["area"].is_string() && one["revision"].is_u64()));

    let two =
        "indicator,area,period,source,value,citation,citation_2\nmigrant-casualties,ZWE,2099,test,1,a,b\n";
    std::fs::write(&file, two).unwrap();
    assert_eq!(run(&server, &["push", file.to_str().unwrap()]).status.code(), Some(0));
    let out = home.path().join("out.csv");
    std::fs::write(&out, "as it was").unwrap();
    let refused = run(&server, &["export", "--output", out.to_str().unwrap()]);
    let reported = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{reported}");
    assert!(reported.contains("ZWE, 2099") && reported.contains("--evidence 2"), "{reported}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "as it was");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 2, "a file was left");
}
