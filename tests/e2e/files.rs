//! Files that people bring, and files that they ask for, with the real program.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;
use tenseven_tests::{Server, binary};

const HEADER: &str = "indicator,area,period,source,value\n";

fn run(server: &Server, folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(binary::path());
    command.current_dir(folder).args(["--server", server.address()]).args(arguments).env_clear();
    let Output { status, stdout, stderr } = command.output().expect("the binary can be started");
    let text = |bytes| String::from_utf8(bytes).expect("the output is text");
    (status.code(), text(stdout), text(stderr))
}

fn pushed(server: &Server, folder: &Path, rows: &str) -> (Option<i32>, String, String) {
    fs::write(folder.join("rows.csv"), format!("{HEADER}{rows}")).unwrap();
    run(server, folder, &["push", "rows.csv"])
}

/// A number of a summary in JSON.
fn count(summary: &str, name: &str) -> u64 {
    let summary: serde_json::Value = serde_json::from_str(summary).unwrap();
    summary[name].as_u64().unwrap()
}

#[test]
fn a_key_that_occurs_twice_far_apart_keeps_the_whole_file_from_being_sent() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let between: Vec<String> =
        (0..1_560).map(|row| format!("migrant-casualties,MAR,2021,s{row},1\n")).collect();
    let rows =
        format!("migrant-casualties,MAR,2020,a,1\n{}migrant-casualties,504,2020,a,2\n", between.concat());
    let (code, output, error) = pushed(&server, home.path(), &rows);
    assert_eq!(code, Some(1));
    assert!(error.contains("line 1563: has the indicator, area, period and source of line 2"), "{error}");
    assert!(output.contains("Nothing was stored"), "{output}");
    let (_, exported, _) = run(&server, home.path(), &["export"]);
    assert_eq!(exported.lines().count(), 1, "{exported}");
}

#[test]
fn a_dry_run_distinguishes_new_revised_and_unchanged() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let (code, ..) =
        pushed(&server, home.path(), "migrant-casualties,MAR,2020,a,1\nmigrant-casualties,LBY,2020,a,1\n");
    assert_eq!(code, Some(0));
    let rows =
        "migrant-casualties,MAR,2020,a,1\nmigrant-casualties,LBY,2020,a,2\nmigrant-casualties,TUN,2020,a,3\n";
    fs::write(home.path().join("next.csv"), format!("{HEADER}{rows}")).unwrap();
    let (code, output, _) = run(&server, home.path(), &["push", "--dry-run", "next.csv", "--format", "json"]);
    assert_eq!(code, Some(0));
    let counts = ["rows", "correct", "new", "revised", "unchanged"].map(|name| count(&output, name));
    assert_eq!(counts, [3, 3, 1, 1, 1]);
    let (_, output, _) = run(&server, home.path(), &["push", "--dry-run", "rows.csv", "--format", "json"]);
    assert_eq!(["already_pushed", "correct", "new"].map(|name| count(&output, name)), [2, 0, 0]);
}

#[test]
fn equal_violations_are_printed_once_and_written_in_full() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let rows: Vec<String> = (1950..2000).map(|year| format!("migrant-casualties,KYZ,{year},a,1\n")).collect();
    fs::write(home.path().join("rows.csv"), format!("{HEADER}{}", rows.concat())).unwrap();
    let (code, _, error) = run(&server, home.path(), &["push", "rows.csv", "--findings", "findings.csv"]);
    assert_eq!(code, Some(1));
    let reported: Vec<&str> = error.lines().collect();
    assert_eq!(
        reported,
        ["error: area: there is no country or area KYZ (50 times, on lines 2, 3, 4, 5, 6, …)"]
    );
    let findings = fs::read_to_string(home.path().join("findings.csv")).unwrap();
    assert_eq!(findings.lines().count(), 51);
    assert!(findings.lines().nth(50).unwrap().starts_with("51,,area,"), "{findings}");
}

#[test]
fn findings_that_cannot_be_written_lose_nothing_of_a_push() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let rows = "migrant-casualties,MAR,2020,a,1\nmigrant-casualties,KYZ,2020,a,1\n";
    fs::write(home.path().join("rows.csv"), format!("{HEADER}{rows}")).unwrap();
    let push = |findings| {
        run(&server, home.path(), &["push", "rows.csv", "--batch-size", "1", "--findings", findings])
    };
    let (code, output, error) = push("./rows.csv");
    assert!(
        code == Some(1) && output.is_empty() && error.contains("would replace the file"),
        "{code:?} {error}"
    );
    let (code, output, error) = push("no folder/findings.csv");
    assert_eq!((code, output.as_str()), (Some(1), ""), "{error}");
    assert!(error.contains("no folder/findings.csv was not written"), "{error}");
    assert_eq!(run(&server, home.path(), &["export"]).1.lines().count(), 1, "nothing was sent");
    let (code, output, error) = push("/dev/full");
    assert_eq!(code, Some(1));
    assert!(output.contains("new            1") && output.contains("last revision"), "{output}");
    assert!(error.contains("KYZ") && error.contains("/dev/full was not written"), "{error}");
    let (_, output, _) = push("-");
    assert!(output.starts_with("line,last_line,column,message\n3,,area,"), "{output}");
    assert!(output.contains("last revision"), "{output}");
}

#[test]
fn templates_of_a_group_are_accepted_blank_and_filled_in() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let ask = [
        "template",
        "--framework",
        "target-10-7",
        "--area",
        "m49:015",
        "--period",
        "2020",
        "--source",
        "a",
        "--output",
    ];
    for file in ["template.csv", "template.xlsx"] {
        let (code, _, error) = run(&server, home.path(), &[&ask[..], &[file]].concat());
        assert_eq!(code, Some(0), "{error}");
        let (code, output, error) = run(&server, home.path(), &["push", file, "--format", "json"]);
        assert_eq!((code, count(&output, "blank")), (Some(0), 98), "{error}");
    }
    let quarter = ["template", "--framework", "target-10-7", "--area", "MAR", "--period", "2020-Q1"];
    let (code, _, error) = run(&server, home.path(), &quarter);
    assert_eq!(code, Some(1));
    assert!(error.contains("2020-Q1 is quarterly"), "{error}");
    let template = fs::read_to_string(home.path().join("template.csv")).unwrap();
    let filled = template.replace("migrant-casualties,TUN,2020,a,", "migrant-casualties,TUN,2020,a,7");
    fs::write(home.path().join("filled.csv"), filled).unwrap();
    let (code, output, error) = run(&server, home.path(), &["push", "filled.csv", "--format", "json"]);
    assert_eq!((code, count(&output, "new"), count(&output, "blank")), (Some(0), 1, 97), "{error}");
}

#[test]
fn output_goes_where_it_was_asked_to_go() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    pushed(&server, home.path(), "migrant-casualties,MAR,2020,a,1\n");
    let whole = run(&server, home.path(), &["export"]).1;
    let export = |file: &str| run(&server, home.path(), &["export", "--output", file]);
    assert_eq!(export("-").1, whole);
    assert!(!home.path().join("-").exists());
    // A pipe is written to, and stays one.
    let pipe = home.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().unwrap();
    assert_eq!(export("pipe").0, Some(0));
    assert_eq!(reader.wait_with_output().unwrap().stdout, whole.as_bytes());
    assert!(!fs::metadata(&pipe).unwrap().is_file());
    // A link stays, and what it leads to is replaced.
    fs::write(home.path().join("target"), "old").unwrap();
    symlink("target", home.path().join("link")).unwrap();
    // A link that somebody put where a name could be guessed leads nowhere.
    symlink("target", home.path().join("new.csv.unfinished")).unwrap();
    assert_eq!(export("new.csv").0, Some(0));
    assert_eq!(fs::read_to_string(home.path().join("target")).unwrap(), "old");
    assert_eq!(export("link").0, Some(0));
    assert_eq!(fs::read_to_string(home.path().join("target")).unwrap(), whole);
    assert!(fs::read_link(home.path().join("link")).is_ok());
}

#[test]
fn a_file_is_not_replaced_by_nothing_unless_that_is_asked_for() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    pushed(&server, home.path(), "migrant-casualties,MAR,2020,a,1\n");
    let file = home.path().join("good.csv");
    fs::write(&file, "good").unwrap();
    let export = ["export", "--area", "LBY", "--output", "good.csv"];
    let (code, _, error) = run(&server, home.path(), &export);
    assert_eq!(code, Some(1));
    assert!(error.contains("--allow-empty"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "good");
    assert_eq!(run(&server, home.path(), &[&export[..], &["--allow-empty"]].concat()).0, Some(0));
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 1);
}

#[test]
fn a_filter_that_names_nothing_is_an_error() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    pushed(&server, home.path(), "migrant-casualties,MAR,2020,ministry,1\n");
    fs::write(home.path().join("good.csv"), "good").unwrap();
    for command in [&["observations"][..], &["export", "--output", "good.csv"]] {
        for (option, value, suggestion) in [
            ("--indicator", "migrant-casualtys", "did you mean migrant-casualties?"),
            ("--source", "minstry", "did you mean ministry?"),
            ("--source", "x", "there are ministry"),
            ("--area", "GER", "did you mean DEU (Germany)?"),
            ("--area", "UK", "did you mean GBR"),
            ("--status", "x", "no SDMX observation status"),
        ] {
            let (code, _, error) = run(&server, home.path(), &[command, &[option, value]].concat());
            assert_eq!(code, Some(1), "{command:?} {option} {value}");
            assert!(error.contains(suggestion), "{option} {value}: {error}");
        }
    }
    assert_eq!(fs::read_to_string(home.path().join("good.csv")).unwrap(), "good");
    let (code, _, error) = run(&server, home.path(), &["watch", "--indicator", "nothing"]);
    assert_eq!(code, Some(1), "{error}");
    // An area is given as files may give it.
    let (_, found, _) = run(&server, home.path(), &["observations", "--area", "Morocco", "--format", "csv"]);
    assert_eq!(found.lines().count(), 2);
}
