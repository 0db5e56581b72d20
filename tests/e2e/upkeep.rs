//! What an operator does with journals and backups: `tenseven backup`, `restore`, `verify`, `compact`, `status`.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;
use tenseven_api::v1::{
    GetScoresRequest, ListObservationRevisionsRequest, ListObservationsRequest, Page,
    PushObservationsRequest, ReadAt, WatchObservationsRequest,
};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, binary, level, number};
use tonic::Code;

/// Runs the binary; its exit code, standard output and standard error.
fn tenseven(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(binary::path()).args(arguments).output().expect("the binary can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is text");
    (status.code(), text(stdout), text(stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

/// Everything that a server answers as of a revision: observations in full, and a country's scores.
async fn answers(server: &Server, revision: u64) -> (Vec<u8>, Vec<u8>) {
    use prost::Message as _;
    let read_at = Some(ReadAt::revision(revision));
    let request =
        ListObservationsRequest { read_at, page: Some(Page::of_size(10_000)), ..Default::default() };
    let listed = server.observations().await.list_observations(request).await.unwrap().into_inner();
    let request = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        read_at: Some(ReadAt::revision(revision)),
        ..Default::default()
    };
    let scores = server.scores().await.get_scores(request).await.unwrap().into_inner();
    (listed.encode_to_vec(), scores.encode_to_vec())
}

/// Pushes the same key with one value after the other, each with a citation; returns the requests.
async fn revise(server: &Server, count: u32) -> Vec<PushObservationsRequest> {
    let mut client = server.observations().await;
    let mut requests = Vec::new();
    for turn in 0..count {
        let code = ["basic", "elaborated", "comprehensive"][turn as usize % 3];
        let request = Draft::new()
            .with("dual-nationality", "MAR", "2020", level(code))
            .but(|observation| observation.comment = format!("turn {turn}"))
            .with("migrant-casualties", "MAR", "2020", number(f64::from(turn)))
            .request();
        client.push_observations(request.clone()).await.unwrap();
        requests.push(request);
    }
    requests
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_restored_from_a_backup_made_during_writes_answers_with_the_same_bits() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    revise(&server, 30).await;
    let backup = home.path().join("backup");
    let writing = async { revise(&server, 60).await };
    let arguments =
        ["backup".to_owned(), path(&backup).to_owned(), "--server".to_owned(), server.address().to_owned()];
    let backing_up = tokio::task::spawn_blocking(move || tenseven(&arguments.each_ref().map(String::as_str)));
    let (_, made) = tokio::join!(writing, backing_up);
    let (code, output, error) = made.unwrap();
    assert_eq!(code, Some(0), "{output}{error}");

    let data = home.path().join("restored");
    let (code, output, error) = tenseven(&["restore", path(&backup), "--data", path(&data), "--json"]);
    assert_eq!(code, Some(0), "{output}{error}");
    let head = serde_json::from_str::<serde_json::Value>(&output).unwrap()["revision"].as_u64().unwrap();
    assert!(head >= START_REVISION + 30, "only {head} revisions are in the backup");
    let restored = Server::start_on(&data, &[]);
    for revision in [START_REVISION + 1, 17, START_REVISION + 30, head] {
        assert_eq!(answers(&restored, revision).await, answers(&server, revision).await, "{revision}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_was_cut_short_goes_on_where_it_ended() {
    let (mut server, home) = (Server::start(), TempDir::new().unwrap());
    revise(&server, 10).await;
    server.terminate();
    let (whole, again) = (home.path().join("whole"), home.path().join("again"));
    let data = path(server.data()).to_owned();
    assert_eq!(tenseven(&["backup", path(&whole), "--data", &data]).0, Some(0));
    // What a backup that was killed leaves: some whole records, and a torn one.
    let bytes = fs::read(&whole).unwrap();
    fs::write(home.path().join("again.partial"), &bytes[..bytes.len() * 2 / 3]).unwrap();
    assert_eq!(tenseven(&["backup", path(&again), "--data", &data]).0, Some(0));
    assert_eq!(fs::read(&again).unwrap(), bytes);
    assert!(!home.path().join("again.partial").exists());
    let (code, _, error) = tenseven(&["backup", path(&again), "--data", &data]);
    assert_eq!(code, Some(1));
    assert!(error.contains("is there already"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verify_finds_nothing_in_a_sound_journal_and_names_the_revision_that_is_damaged() {
    let (mut server, home) = (Server::start(), TempDir::new().unwrap());
    revise(&server, 40).await;
    let data = path(server.data()).to_owned();
    let (code, _, error) = tenseven(&["verify", &data]);
    assert_eq!(code, Some(1), "a journal that is in use");
    assert!(error.contains(&server.id().to_string()), "it does not name the process: {error}");
    server.terminate();
    let (code, output, error) = tenseven(&["verify", &data]);
    assert_eq!(code, Some(0), "{output}{error}");
    assert!(output.contains("problems             none"), "{output}");

    let backup = home.path().join("backup");
    assert_eq!(tenseven(&["backup", path(&backup), "--data", &data]).0, Some(0));
    assert_eq!(tenseven(&["verify", path(&backup)]).0, Some(0));
    let mut bytes = fs::read(&backup).unwrap();
    let place = bytes.len() / 2;
    bytes[place] ^= 4;
    fs::write(&backup, bytes).unwrap();
    let (code, output, _) = tenseven(&["verify", path(&backup)]);
    assert_eq!(code, Some(1));
    assert!(output.contains("damaged at revision"), "{output}");

    // Nothing is made of it that could be taken for the whole.
    let restored = home.path().join("restored");
    assert_eq!(tenseven(&["restore", path(&backup), "--data", path(&restored)]).0, Some(1));
    assert_eq!(fs::read_dir(&restored).unwrap().count(), 0, "something is left of it");
    let sound = home.path().join("sound");
    assert_eq!(tenseven(&["backup", path(&sound), "--data", &data]).0, Some(0));
    assert_eq!(tenseven(&["restore", path(&sound), "--data", path(&restored)]).0, Some(0));
    assert_eq!(tenseven(&["verify", path(&restored)]).0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flipped_bits_are_never_answered_as_if_they_were_right() {
    let mut server = Server::start();
    revise(&server, 60).await;
    let right = answers(&server, 50).await;
    server.terminate();
    let log = Path::new("log-1/0000000001.segment");
    let sound = fs::read(server.data().join(log)).unwrap();
    let used = sound.iter().rposition(|byte| *byte != 0).unwrap();
    let mut found = 0;
    for turn in 0..TURNS {
        let copy = TempDir::new().unwrap();
        let data = copy.path().join("data");
        copy_directory(server.data(), &data);
        let mut bytes = sound.clone();
        bytes[used * (turn * 2 + 1) / (2 * TURNS)] ^= 1 << (turn % 8);
        fs::write(data.join(log), bytes).unwrap();
        let (code, output, error) = tenseven(&["verify", path(&data)]);
        if code != Some(0) {
            found += 1;
            assert!(format!("{output}{error}").contains("restore"), "no remedy is given: {output}{error}");
        }
        // A server on it does not start, or refuses the answer, or answers what is right.
        let Some(server) = Server::try_start_on(&data, &[]) else { continue };
        let read_at = Some(ReadAt::revision(50));
        let request =
            ListObservationsRequest { read_at, page: Some(Page::of_size(10_000)), ..Default::default() };
        match server.observations().await.list_observations(request).await {
            Ok(_) => assert_eq!(answers(&server, 50).await, right, "turn {turn}"),
            Err(status) => assert_eq!(Refusal::from(&status).reason, "JOURNAL_DAMAGED", "turn {turn}"),
        }
    }
    assert!(found > 0, "no flipped bit was found");
}

/// How many bits are flipped, one at a time.
const TURNS: usize = 8;

fn copy_directory(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_directory(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_compaction_what_is_older_is_refused_and_the_rest_is_as_before() {
    let (mut server, home) = (Server::start(), TempDir::new().unwrap());
    let requests = revise(&server, 30).await;
    let before = [answers(&server, START_REVISION + 18).await, answers(&server, START_REVISION + 30).await];
    server.terminate();
    let oldest = (START_REVISION + 18).to_string();
    let data = path(server.data()).to_owned();
    let (code, output, error) = tenseven(&["compact", "--data", &data, "--oldest", &oldest]);
    assert_eq!(code, Some(0), "{output}{error}");
    assert!(output.contains("versions given up    34"), "{output}");
    assert_eq!(tenseven(&["verify", &data]).0, Some(0));

    let server = Server::start_on(Path::new(&data), &[]);
    assert_eq!(
        [answers(&server, START_REVISION + 18).await, answers(&server, START_REVISION + 30).await],
        before
    );
    let read_at = Some(ReadAt::revision(START_REVISION + 17));
    let mut client = server.observations().await;
    let request = ListObservationsRequest { read_at, ..Default::default() };
    let refusal = Refusal::of(client.list_observations(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::OutOfRange, "COMPACTED"));
    assert_eq!(refusal.metadata["oldest_revision"], oldest);
    // A retry of what was given up is still answered as the first time.
    let again = client.push_observations(requests[3].clone()).await.unwrap().into_inner();
    assert_eq!((again.revision, again.revised_count), (START_REVISION + 4, 2));
    let key = ListObservationRevisionsRequest {
        indicator: "dual-nationality".into(),
        area: "MAR".into(),
        period: "2020".into(),
        source: "test".into(),
        ..Default::default()
    };
    let history = client.list_observation_revisions(key).await.unwrap().into_inner();
    assert_eq!((history.versions.len(), history.compacted), (13, true));

    // A backup of a compacted journal restores to one.
    let (backup, restored) = (home.path().join("backup"), home.path().join("restored"));
    assert_eq!(tenseven(&["backup", path(&backup), "--server", server.address()]).0, Some(0));
    assert_eq!(tenseven(&["restore", path(&backup), "--data", path(&restored)]).0, Some(0));
    let restored = Server::start_on(&restored, &[]);
    assert_eq!(
        [answers(&restored, START_REVISION + 18).await, answers(&restored, START_REVISION + 30).await],
        before
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_is_refused_before_anything_is_made() {
    let (mut server, home) = (Server::start(), TempDir::new().unwrap());
    revise(&server, 3).await;
    server.terminate();
    let (data, new) = (path(server.data()).to_owned(), home.path().join("new"));
    for (arguments, message) in [
        (vec!["verify", "/nowhere"], "no journal"),
        (vec!["verify", "/etc"], "no journal"),
        (
            vec!["compact", "--data", &data, "--oldest", "99"],
            &format!("revisions 1 to {}", START_REVISION + 3),
        ),
        (vec!["compact", "--data", "/nowhere", "--oldest", "1"], "no journal"),
        (vec!["restore", "/nowhere", "--data", path(&new)], "No such file"),
        (vec!["backup", path(&new), "--data", "/nowhere"], "no journal"),
    ] {
        let (code, _, error) = tenseven(&arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {error}");
        assert!(error.contains(message), "{arguments:?}: {error}");
        assert!(!new.exists(), "{arguments:?} made something");
    }
    let backup = home.path().join("backup");
    assert_eq!(tenseven(&["backup", path(&backup), "--data", &data]).0, Some(0));
    let (code, _, error) = tenseven(&["restore", path(&backup), "--data", &data]);
    assert_eq!(code, Some(1));
    assert!(error.contains("there is a journal in"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_prints_the_state_of_the_server() {
    let server = Server::start();
    revise(&server, 2).await;
    let (code, output, error) = tenseven(&["status", "--server", server.address(), "--json"]);
    assert_eq!(code, Some(0), "{error}");
    let reported: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (reported["revision"].as_u64(), reported["observations"].as_u64()),
        (Some(START_REVISION + 2), Some(2))
    );
    assert_eq!(reported["chain_hash"].as_str().map(str::len), Some(64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backups_since_another_restore_to_any_revision_or_time_and_begin_a_new_history() {
    let (mut server, home) = (Server::start(), TempDir::new().unwrap());
    revise(&server, 10).await;
    let (full, more) = (home.path().join("full"), home.path().join("more"));
    let at = ["--server".to_owned(), server.address().to_owned()];
    let at = at.each_ref().map(String::as_str);
    assert_eq!(tenseven(&[&["backup", path(&full)][..], &at].concat()).0, Some(0));
    revise(&server, 20).await;
    let since = ["backup", path(&more), "--since", path(&full)];
    assert_eq!(tenseven(&[&since[..], &at].concat()).0, Some(0));
    let before = answers(&server, START_REVISION + 15).await;
    let status: serde_json::Value =
        serde_json::from_str(&tenseven(&[&["status", "--json"][..], &at].concat()).1).unwrap();
    server.terminate();

    // Only the later one is no backup of its own, and they have their order.
    let data = home.path().join("wrong");
    for backups in [&[path(&more)][..], &[path(&more), path(&full)]] {
        let (code, _, error) = tenseven(&[&["restore"], backups, &["--data", path(&data)]].concat());
        assert_eq!(code, Some(1), "{error}");
        assert!(error.contains("begins after"), "{error}");
    }

    let data = home.path().join("restored");
    let to = (START_REVISION + 15).to_string();
    let restore =
        ["restore", path(&full), path(&more), "--data", path(&data), "--to-revision", &to, "--json"];
    let (code, output, error) = tenseven(&restore);
    assert_eq!(code, Some(0), "{output}{error}");
    let restored: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(restored["revision"].as_u64(), Some(START_REVISION + 15));
    assert_ne!(restored["history_id"], status["history_id"], "the history goes on as if nothing was lost");
    let again = Server::start_on(&data, &[]);
    assert_eq!(answers(&again, START_REVISION + 15).await, before);

    // Nothing is added to a backup of a history that the journal left, nor to one of another registry.
    drop(again);
    let wrong = home.path().join("wrong.backup");
    let (code, _, error) = tenseven(&["backup", path(&wrong), "--data", path(&data), "--since", path(&more)]);
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains("another history"), "{error}");
    assert!(!wrong.exists());

    let early = home.path().join("early");
    let restore = ["restore", path(&full), "--data", path(&early), "--to-time", "2000-01-01T00:00:00Z"];
    let (code, _, error) = tenseven(&restore);
    assert_eq!(code, Some(1));
    assert!(error.contains("hold nothing up to then"), "{error}");
    let restore = ["restore", path(&full), "--data", path(&early), "--to-time", "2100-01-01T00:00:00Z"];
    assert_eq!(tenseven(&restore).0, Some(0));
    assert_eq!(tenseven(&["verify", path(&early)]).0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beyond_the_backup_is_refused_after_the_restore_with_where_to_resume() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    revise(&server, 3).await;
    let backup = home.path().join("backup");
    assert_eq!(tenseven(&["backup", path(&backup), "--server", server.address()]).0, Some(0));
    revise(&server, 2).await;
    let (kept, seen) = (START_REVISION + 3, START_REVISION + 5);
    let scores = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    };
    let before = server.scores().await.get_scores(scores.clone()).await.unwrap().into_inner().history_id;
    let data = home.path().join("restored");
    assert_eq!(tenseven(&["restore", path(&backup), "--data", path(&data)]).0, Some(0));
    let server = Server::start_on(&data, &[]);
    revise(&server, 3).await;
    let watch = |after, history: &str| WatchObservationsRequest {
        after_revision: Some(after),
        read_at: Some(ReadAt { history_id: history.to_owned(), ..Default::default() }),
        ..Default::default()
    };
    let mut client = server.observations().await;
    // With its history, and without: the revision may be of either.
    for history in [before.as_str(), ""] {
        let refusal = Refusal::of(client.watch_observations(watch(seen, history)).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "OTHER_HISTORY"));
        assert_eq!(refusal.metadata["left_after_revision"], kept.to_string());
        let request = GetScoresRequest {
            read_at: Some(ReadAt { history_id: history.to_owned(), ..ReadAt::revision(seen) }),
            ..scores.clone()
        };
        let refusal = Refusal::of(server.scores().await.get_scores(request).await);
        assert_eq!(refusal.reason, "OTHER_HISTORY");
    }
    let mut changes = client.watch_observations(watch(kept, &before)).await.unwrap().into_inner();
    let start = changes.message().await.unwrap().unwrap();
    assert_eq!((start.revision, start.history_id), (kept, before.clone()));
    let next = changes.message().await.unwrap().unwrap();
    assert_eq!(next.revision, kept + 1);
    assert_ne!(next.history_id, before, "what comes after the restore is of another history");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_of_a_journal_that_no_server_runs_on_is_read_from_its_files() {
    let mut server = Server::start();
    revise(&server, 2).await;
    let (_, running, _) = tenseven(&["status", "--server", server.address(), "--json"]);
    server.terminate();
    let (code, output, error) = tenseven(&["status", "--data", path(server.data()), "--json"]);
    assert_eq!(code, Some(0), "{error}");
    let [running, read] =
        [running, output].map(|json| serde_json::from_str::<serde_json::Value>(&json).unwrap());
    for fact in ["revision", "chain_hash", "history_id", "lineage", "last_accept_time", "oldest_revision"] {
        assert!(!running[fact].is_null(), "no {fact}");
        assert_eq!(running[fact], read[fact], "{fact}");
    }
}
