//! The commands on the samples that ship.

use std::path::{Path, PathBuf};

use tenseven_tests::Server;

use crate::{check, run};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/catalog/data/samples").join(name)
}

/// A server that holds the illustration.
fn illustrated() -> Server {
    let server = Server::start();
    let pushed = run(&server, &["push", sample("illustration.csv").to_str().unwrap()]);
    assert_eq!(pushed.code, Some(0), "{}", pushed.err);
    server
}

#[test]
fn scores_of_an_area_are_a_tree() {
    let server = illustrated();
    for format in ["table", "json", "csv"] {
        let said = run(
            &server,
            &[
                "scores",
                "--framework",
                "target-10-7",
                "--area",
                "XAB",
                "--period",
                "2020",
                "--format",
                format,
            ],
        );
        assert_eq!(said.code, Some(0), "{}", said.err);
        check(&format!("scores-of-an-area.{format}"), &said.out);
    }
}

#[test]
fn scores_of_many_areas_are_a_list() {
    let server = illustrated();
    for format in ["table", "csv"] {
        let said = run(&server, &["scores", "--framework", "target-10-7", "--format", format]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        check(&format!("scores.{format}"), &said.out);
    }
}

#[test]
fn a_report_has_each_figure_with_the_areas_that_have_data() {
    let server = illustrated();
    for format in ["table", "json", "csv"] {
        let arguments = [
            "report",
            "--framework",
            "target-10-7",
            "--period",
            "2020",
            "--area",
            "XAA",
            "--area",
            "XAB",
            "--area",
            "XAC",
            "--list-areas",
            "--format",
            format,
        ];
        let said = run(&server, &arguments);
        assert_eq!(said.code, Some(0), "{}", said.err);
        check(&format!("report.{format}"), &said.out);
    }
}

#[test]
fn frameworks_are_listed_and_shown() {
    let server = Server::start();
    check("frameworks.table", &run(&server, &["frameworks"]).out);
    check("framework-target-10-7.table", &run(&server, &["frameworks", "target-10-7"]).out);
    check("framework-sdg-10-7-2.table", &run(&server, &["frameworks", "sdg-10-7-2"]).out);
}

#[test]
fn every_bad_row_is_told_with_its_line() {
    let server = Server::start();
    let home = tempfile::TempDir::new().unwrap();
    let file = home.path().join("bad.csv");
    std::fs::write(
        &file,
        "indicator,area,period,source,value,level\n\
         dual-nationality,MAR,2020,ministry,,comprehensive\n\
         dual-nationality,mar,2020,ministry,,comprehensive\n\
         migrant-casualties,MAR,2020,ministry,-5,\n\
         dual-nationality,CAN,2020,ministry,,good\n\
         no-such-thing,CAN,2020,ministry,1,\n\
         migrant-casualties,CAN,2020,ministry,1,basic\n\
         migrant-casualties,CAN,2020,ministry,,\n",
    )
    .unwrap();
    let said = run(&server, &["push", file.to_str().unwrap()]);
    assert_eq!(said.code, Some(1));
    check("push-refused.txt", &said.err.replace(file.to_str().unwrap(), "bad.csv"));
}

#[test]
fn a_file_pushed_again_is_answered_as_the_first_time() {
    let server = illustrated();
    let again = run(&server, &["push", sample("illustration.csv").to_str().unwrap(), "--format", "csv"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    check(
        "push-again.csv",
        &again.out.replace(sample("illustration.csv").to_str().unwrap(), "illustration.csv"),
    );
}

#[test]
fn observations_come_out_as_they_went_in() {
    let server = illustrated();
    let out = run(&server, &["observations", "--format", "csv"]);
    let home = tempfile::TempDir::new().unwrap();
    let file = home.path().join("out.csv");
    std::fs::write(&file, &out.out).unwrap();
    let other = Server::start();
    let pushed = run(&other, &["push", file.to_str().unwrap()]);
    assert_eq!(pushed.code, Some(0), "{}", pushed.err);
    assert_eq!(run(&other, &["observations", "--format", "csv"]).out, out.out);
}
