//! Codings from the command line, and what becomes of them when a journal is checked, compacted and backed up.

use std::{path::Path, process::Command};

use tempfile::TempDir;
use tenseven_api::v1::{
    AdjudicationRule, GetAdjudicationRequest, ListAdjudicationsRequest, ListCodingsRequest,
    ListObservationRevisionsRequest, ListObservationsRequest, ReadAt,
};
use tenseven_tests::{
    Draft, Server, binary,
    coding::{adjudicate, coder, coding, curator, decide},
    journal::CODED,
    level,
};

fn tenseven(server: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let ran = Command::new(binary::path()).args(arguments).args(["--server", server]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.code(), text(ran.stdout), text(ran.stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The rows of a sheet by the names of their columns.
fn cells(sheet: &str, column: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let place = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    reader.records().map(|row| row.unwrap()[place].to_owned()).collect()
}

/// A caller who can guess a coding must not be able to ask whether an id made from it was accepted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_id_of_a_coding_cannot_be_made_from_its_content() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let server = Server::start_with_framework(CODED);
        let unit = ["--indicator", "judged", "--area", "MAR", "--period", "2020", "--level", "two"];
        let (code, _, error) =
            tenseven(server.address(), &[&["coding", "submit", "--coder", "ada"], &unit[..]].concat());
        assert_eq!(code, Some(0), "{error}");
        let request = ListCodingsRequest { caller: coder("ada"), ..Default::default() };
        let listed = server.assessment().await.list_codings(request).await.unwrap().into_inner();
        ids.extend(listed.codings.into_iter().map(|coding| coding.submission_id));
    }
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codings_are_filed_listed_and_adjudicated_from_the_command_line() {
    let (server, home) = (Server::start_with_framework(CODED), TempDir::new().unwrap());
    let run = |arguments: &[&str]| tenseven(server.address(), arguments);
    let file = home.path().join("codings.csv");
    let text = "indicator,area,period,coder,level,missing,narrative,citation\n\
        judged,MAR,2020,ada,two,,\"As the law, art. 3, says\",Law 1\n\
        judged,MAR,2020,ben,six,,,\n\
        # The last one\n\
        judged,LBY,2020,eva,,not_available,,\n";
    std::fs::write(&file, text).unwrap();
    let submit = ["coding", "submit", path(&file), "--format", "csv"];
    let (code, sheet, error) = run(&submit);
    assert_eq!(code, Some(1), "{error}");
    assert!(
        error.contains("codings.csv: line 3: level: \"six\" is no level of the indicator's rubric"),
        "{error}"
    );
    assert_eq!(cells(&sheet, "coder"), ["ada", "eva"]);
    assert_eq!(cells(&sheet, "line"), ["2", "5"]);
    // The same file again files nothing twice; with --anew it revises.
    assert_eq!(run(&submit).1, sheet);
    let (_, anew, _) = run(&[&submit[..], &["--anew"]].concat());
    assert_eq!(cells(&anew, "revises"), ["true", "true"]);

    let unit = ["--indicator", "judged", "--area", "MAR", "--period", "2020"];
    let one = ["coding", "submit", "--coder", "ben", "--level", "four", "--narrative", "Read twice"];
    let (code, output, error) = run(&[&one[..], &unit].concat());
    assert_eq!(code, Some(0), "{error}");
    assert!(output.starts_with("1 coding filed"), "{output}");
    let list = |arguments: &[&str]| run(&[&["coding", "list", "--format", "csv"], arguments].concat());
    let (_, blind, note) = list(&["--coder", "ben"]);
    assert_eq!(cells(&blind, "level"), ["four"]);
    assert!(note.contains("2 codings of other coders are not shown"), "{note}");
    assert_eq!(cells(&list(&["--curator", "rosa"]).1, "coder"), ["eva", "ada", "ben"]);
    assert_eq!(cells(&list(&[]).1, "coder"), [""; 0]);

    let rule = ["coding", "adjudicate", "--curator", "rosa", "--source", "panel", "--rule"];
    let (code, _, error) = run(&[&rule[..], &["median"], &unit[..]].concat());
    assert_eq!(code, Some(1));
    assert!(error.contains("falls between two and four; adjudicate with a decision"), "{error}");
    let decision = ["decision", "--level", "three", "--rationale", "Half is in force"];
    let (code, output, error) = run(&[&rule[..], &decision, &unit].concat());
    assert_eq!(code, Some(0), "{error}");
    assert!(output.contains("Decision of the curator rosa on 2 codings in round 1"), "{output}");
    assert_eq!(
        cells(&list(&["--state", "adjudicated"]).1, "narrative"),
        ["As the law, art. 3, says", "Read twice"]
    );
    let agreement = ["coding", "agreement", "--indicator", "judged", "--format", "csv"];
    let (code, sheet, _) = run(&agreement);
    assert_eq!(code, Some(0));
    assert_eq!(cells(&sheet, "coefficient")[0], "alpha_nominal");
    assert_eq!(cells(&sheet, "value")[0], "0");
    for format in ["table", "json"] {
        for task in
            [&["coding", "list", "--curator", "rosa"][..], &["coding", "agreement", "--indicator", "judged"]]
        {
            let (code, output, error) = run(&[task, &["--format", format]].concat());
            assert_eq!(code, Some(0), "{output}{error}");
            assert!(!output.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coder_files_no_rows_that_name_another() {
    let (server, home) = (Server::start_with_framework(CODED), TempDir::new().unwrap());
    let file = home.path().join("codings.csv");
    let text = "Indicator;Area;Period;Coder;Level\njudged;Morocco;2020;bob;TWO\njudged;LBY;2020;;Two\njudged;TUN;2020;ada;two\n";
    std::fs::write(&file, text).unwrap();
    let submit = ["coding", "submit", path(&file), "--coder", "ada", "--format", "csv"];
    let (code, sheet, error) = tenseven(server.address(), &submit);
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains("line 2: coder: the row is of bob, and --coder is ada"), "{error}");
    assert_eq!(
        (cells(&sheet, "line"), cells(&sheet, "coder")),
        (vec!["3".into(), "4".into()], vec!["ada".into(); 2])
    );
    let list = ["coding", "list", "--curator", "rosa", "--format", "csv"];
    assert_eq!(cells(&tenseven(server.address(), &list).1, "coder"), ["ada", "ada"]);
    let (code, _, error) =
        tenseven(server.address(), &["coding", "list", "--curator", "rosa", "--indicator", "jugded"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("did you mean judged?"), "{error}");
    let (code, _, error) =
        tenseven(server.address(), &["coding", "list", "--curator", "rosa", "--by", "adda"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("did you mean ada?"), "{error}");
}

/// Everything that is returned of codings and of what was made of them.
async fn answers(server: &Server, at: u64) -> String {
    let mut client = server.assessment().await;
    let mut reported = Vec::new();
    for caller in [None, coder("ada"), curator("rosa")] {
        let request = ListCodingsRequest {
            caller,
            include_superseded: true,
            read_at: Some(ReadAt::revision(at)),
            ..Default::default()
        };
        reported.push(format!("{:?}", client.list_codings(request).await.unwrap().into_inner()));
    }
    let made = client.list_adjudications(ListAdjudicationsRequest::default()).await.unwrap().into_inner();
    let observed = ListObservationsRequest::default();
    let observed = server.observations().await.list_observations(observed).await.unwrap().into_inner();
    format!("{reported:#?}{made:#?}{observed:#?}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verification_compaction_and_backup_keep_every_coding_and_adjudication() {
    let (mut server, home) = (Server::start_with_framework(CODED), TempDir::new().unwrap());
    let (mut client, mut observations) = (server.assessment().await, server.observations().await);
    let push = |code: &str| {
        Draft::new().with("judged", "MAR", "2020", level(code)).but(|one| one.source = "panel".into())
    };
    client.submit_coding(coding("ada", "MAR", "2020", "one")).await.unwrap();
    client.submit_coding(coding("ada", "MAR", "2020", "two")).await.unwrap();
    let made = client
        .adjudicate_codings(adjudicate("MAR", "2020", AdjudicationRule::Median))
        .await
        .unwrap()
        .into_inner();
    // The adjudicated observation is superseded, and so is what supersedes it.
    observations.push_observations(push("three").request()).await.unwrap();
    let current = observations.push_observations(push("four").request()).await.unwrap().into_inner().revision;
    client.submit_coding(coding("ben", "MAR", "2020", "five")).await.unwrap();
    let last =
        client.submit_coding(coding("ada", "LBY", "2020", "five")).await.unwrap().into_inner().revision;
    let before = answers(&server, last).await;
    let data = path(server.data()).to_owned();
    server.terminate();
    let tenseven = |arguments: &[&str]| {
        let (code, output, error) = tenseven("http://127.0.0.1:1", arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {output}{error}");
        output
    };
    tenseven(&["verify", &data]);
    let output = tenseven(&["compact", "--data", &data, "--oldest", &last.to_string()]);
    assert!(output.contains("versions given up    1"), "{output}");
    tenseven(&["verify", &data]);
    let (backup, restored) = (home.path().join("backup"), home.path().join("restored"));
    tenseven(&["backup", path(&backup), "--data", &data]);
    tenseven(&["restore", path(&backup), "--data", path(&restored)]);
    for data in [Path::new(&data), &restored] {
        let server = Server::start_on(data, &[]);
        assert_eq!(answers(&server, last).await, before);
        let mut client = server.assessment().await;
        let request = GetAdjudicationRequest { revision: made.revision, ..Default::default() };
        assert_eq!(
            client.get_adjudication(request).await.unwrap().into_inner().adjudication,
            made.adjudication
        );
        let key = ListObservationRevisionsRequest {
            indicator: "judged".into(),
            area: "MAR".into(),
            period: "2020".into(),
            source: "panel".into(),
            ..Default::default()
        };
        let versions =
            server.observations().await.list_observation_revisions(key).await.unwrap().into_inner();
        assert_eq!(versions.versions.iter().map(|one| one.revision).collect::<Vec<_>>(), [current]);
        assert!(versions.compacted);
        let mut decided = adjudicate("LBY", "2020", AdjudicationRule::Decision);
        decided.decision = decide("one", "As nobody else coded it");
        client.adjudicate_codings(decided).await.unwrap();
    }
}
