//! The commands on the samples that ship.

use std::path::{Path, PathBuf};

use tenseven_tests::{Server, journal::RANKED};

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
        let output = run(
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
        assert_eq!(output.code, Some(0), "{}", output.err);
        check(&format!("scores-of-an-area.{format}"), &output.out);
    }
}

#[test]
fn a_template_asks_for_each_indicator_and_can_be_pushed_once_it_is_filled_in() {
    let server = Server::start();
    let arguments = [
        "template",
        "--framework",
        "target-10-7",
        "--area",
        "MAR",
        "--period",
        "2020",
        "--source",
        "ministry",
    ];
    let output = run(&server, &arguments);
    assert_eq!(output.code, Some(0), "{}", output.err);
    check("template.csv", &output.out);
    // Every row can be marked as not collected.
    let row = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if cells[0] != "indicator" && !line.starts_with('#') {
            cells[9] = "not_collected";
        }
        cells.join(",")
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("filled.csv");
    std::fs::write(&file, output.out.lines().map(row).collect::<Vec<_>>().join("\n")).unwrap();
    let pushed = run(&server, &["push", file.to_str().unwrap()]);
    assert_eq!(pushed.code, Some(0), "{}", pushed.err);
    let unknown = run(&server, &["template", "--framework", "target-10-8", "--area", "MAR"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("target-10-7"), "no suggestion: {}", unknown.err);
}

#[test]
fn scores_of_many_areas_are_a_list() {
    let server = illustrated();
    for format in ["table", "csv"] {
        let output = run(&server, &["scores", "--framework", "target-10-7", "--format", format]);
        assert_eq!(output.code, Some(0), "{}", output.err);
        check(&format!("scores.{format}"), &output.out);
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
        let output = run(&server, &arguments);
        assert_eq!(output.code, Some(0), "{}", output.err);
        check(&format!("report.{format}"), &output.out);
    }
}

/// Checks what a command prints in each format.
fn check_formats(server: &Server, name: &str, arguments: &[&str]) {
    for format in ["table", "json", "csv"] {
        let output = run(server, &[arguments, &["--format", format]].concat());
        assert_eq!(output.code, Some(0), "{}", output.err);
        check(&format!("{name}.{format}"), &without_instants(&output.out));
    }
}

/// The text with a word in the place of each instant, which differs from run to run.
pub(crate) fn without_instants(text: &str) -> String {
    let is_of_one = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | 'T' | 'Z');
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("20") {
        let end = rest[start..].find(|c| !is_of_one(c)).map_or(rest.len(), |length| start + length);
        let is_instant = end - start > 18 && rest[start..end].ends_with('Z');
        kept.push_str(&rest[..start]);
        let (taken, reported) = if is_instant { (end, "INSTANT") } else { (start + 2, "20") };
        kept.push_str(reported);
        rest = &rest[taken..];
    }
    kept + rest
}

#[test]
fn a_trend_has_a_line_for_each_period() {
    let pick = ["--nodes", "overall,mobility", "--from", "2018", "--to", "2021"];
    let arguments = [&["trend", "--framework", "target-10-7", "--area", "XAB"][..], &pick].concat();
    check_formats(&illustrated(), "trend", &arguments);
}

#[test]
fn a_comparison_has_a_column_for_each_area() {
    let arguments = ["compare", "--framework", "target-10-7", "--area", "XAB,XAA,XAC", "--period", "2020"];
    check_formats(&illustrated(), "compare", &arguments);
}

#[test]
fn an_explanation_leads_to_the_evidence() {
    let arguments = ["explain", "--framework", "target-10-7", "--area", "XAB", "--period", "2020"];
    check_formats(&illustrated(), "explain", &arguments);
}

#[test]
fn every_stage_of_an_explanation_is_printed() {
    let server = ranked();
    let output = run(&server, &["explain", "--framework", "ranked", "--area", "MAR", "--period", "2020"]);
    check("explain-every-stage.table", &without_instants(&output.out));
}

#[test]
fn ranks_are_printed_with_those_that_have_none() {
    let server = ranked();
    let arguments = ["rank", "--framework", "ranked", "--period", "2020", "--area", "m49:015,CAN"];
    check_formats(&server, "rank", &arguments);
    let refused = run(&server, &["rank", "--framework", "target-10-7", "--period", "2020"]);
    assert_eq!(refused.code, Some(1));
    check("rank-refused.txt", &refused.err);
}

/// A server with a framework that may be ranked by.
fn ranked() -> Server {
    let server = Server::start_with_framework(RANKED);
    let home = tempfile::TempDir::new().unwrap();
    let file = home.path().join("ranked.csv");
    std::fs::write(
        &file,
        "indicator,area,period,source,value,level,citation,quote,comment\n\
         access,MAR,2018,ministry,,elaborated,Law 1-58,Access is granted.,Checked twice.\n\
         access,LBY,2020,ministry,,basic,,,\n\
         victims,MAR/nador,2020,ministry,3,,,,\n\
         victims,MAR/tangier,2020,ministry,1,,,,\n\
         arrivals,MAR,2020,ministry,8000,,,,\n\
         fees,MAR,2018,bureau,10,,,,\n\
         inhabitants,MAR,2018,census,1000,,,,\n\
         fees,MAR,2022,bureau,40,,,,\n\
         inhabitants,MAR,2022,census,2000,,,,\n\
         fees,CAN,2020,bureau,99,,,,\n\
         inhabitants,CAN,2020,census,1000,,,,\n",
    )
    .unwrap();
    let pushed = run(&server, &["push", file.to_str().unwrap()]);
    assert_eq!(pushed.code, Some(0), "{}", pushed.err);
    server
}

#[test]
fn frameworks_are_listed_and_shown() {
    let server = Server::start();
    check("frameworks.table", &run(&server, &["frameworks"]).out);
    check("framework-target-10-7.table", &run(&server, &["frameworks", "target-10-7"]).out);
    check("framework-sdg-10-7-2.table", &run(&server, &["frameworks", "sdg-10-7-2"]).out);
}

#[test]
fn every_bad_row_is_reported_with_its_line() {
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
    let output = run(&server, &["push", file.to_str().unwrap()]);
    assert_eq!(output.code, Some(1));
    check("push-refused.txt", &output.err.replace(file.to_str().unwrap(), "bad.csv"));
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

/// A text in a folder of its own.
fn written(home: &tempfile::TempDir, name: &str, text: &str) -> String {
    let file = home.path().join(name);
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

const MINE: &str = r#"id = "mine"
version = "1.0.0"
title = "Mine"

[[nodes]]
id = "overall"
name = "Overall"
normalise = { method = "goalposts", lower = 0, upper = 50, reason = "for the test" }

[[indicators]]
id = "own-figure"
name = "A figure of its own"
kind = "number"
parent = "overall"
"#;

#[test]
fn an_author_writes_publishes_pushes_and_sees_scores() {
    let server = Server::start();
    let home = tempfile::TempDir::new().unwrap();
    let (file, rows) = (
        written(&home, "mine.toml", MINE),
        written(&home, "rows.csv", "indicator,area,period,source,value\nown-figure,MAR,2020,me,20\n"),
    );
    let mut reported = String::new();
    let mut record = |arguments: &[&str]| {
        let output = run(&server, arguments);
        assert_eq!(output.code, Some(0), "{arguments:?}: {}", output.err);
        let line = arguments.join(" ");
        reported +=
            &format!("$ tenseven {line}\n{}", output.out).replace(home.path().to_str().unwrap(), "DIR");
    };
    record(&["framework", "validate", &file]);
    record(&["framework", "publish", &file, "--dry-run"]);
    record(&["framework", "publish", &file]);
    record(&["framework", "publish", &file]);
    record(&["push", &rows]);
    record(&["scores", "--framework", "mine", "--area", "MAR", "--period", "2020"]);
    record(&["framework", "retire", "mine@1.0.0", "--reason", "weights were wrong", "--dry-run"]);
    record(&["framework", "retire", "mine@1.0.0", "--reason", "weights were wrong"]);
    record(&["framework", "retire", "mine@1.0.0", "--reason", "weights were wrong"]);
    record(&["frameworks", "mine@1.0.0"]);
    check("framework-publish.txt", &reported);
}

#[test]
fn a_refused_publication_prints_the_reasons() {
    let server = Server::start();
    let home = tempfile::TempDir::new().unwrap();
    assert_eq!(run(&server, &["framework", "publish", &written(&home, "mine.toml", MINE)]).code, Some(0));
    let texts = [
        ("wrong.toml", MINE.replace("goalposts", "goalpots").replace("\"number\"", "\"numbr\"")),
        ("clash.toml", MINE.replace("1.0.0", "2.0.0").replace("own-figure", "migrant-casualties")),
        ("lower.toml", MINE.replace("1.0.0", "0.9.0")),
        ("other.toml", MINE.replace("Mine", "Yours")),
    ];
    let mut reported = String::new();
    for (name, text) in &texts {
        let output = run(&server, &["framework", "publish", &written(&home, name, text)]);
        assert_eq!((output.code, output.out.as_str()), (Some(1), ""), "{name}");
        reported += &output.err.replace(home.path().to_str().unwrap(), "DIR");
    }
    check("framework-publish-refused.txt", &reported);
}

#[test]
fn differences_of_frameworks_are_printed_in_every_format() {
    let server = Server::start();
    let home = tempfile::TempDir::new().unwrap();
    let before = written(&home, "before.toml", MINE);
    let more = "[[indicators]]\nid = \"dead\"\nname = \"Dead\"\nkind = \"count\"\n";
    let after = MINE.replace("1.0.0", "1.1.0").replace("upper = 50", "upper = 40") + more;
    let after = written(&home, "after.toml", &after);
    assert_eq!(run(&server, &["framework", "publish", &before]).code, Some(0));
    for format in ["table", "json", "csv"] {
        let output = run(&server, &["framework", "diff", "mine", &after, "--format", format]);
        assert_eq!(output.code, Some(0), "{}", output.err);
        check(&format!("framework-diff.{format}"), &output.out);
    }
    let same = run(&server, &["framework", "diff", &before, "mine@1.0.0"]);
    assert_eq!((same.code, same.out.as_str()), (Some(0), "mine@1.0.0 to mine@1.0.0: no difference\n"));
}

#[test]
fn practices_are_found_with_what_was_looked_for_marked() {
    let server = Server::start();
    for format in ["table", "json"] {
        let output =
            run(&server, &["practice", "search", "+diaspora \"labour officers\"", "--format", format]);
        assert_eq!(output.code, Some(0), "{}", output.err);
        // Moments are those of the run.
        let lines = output.out.lines().filter(|line| !line.contains("\"accept_time\""));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        check(&format!("practice-search.{format}"), &text);
    }
}

#[test]
fn practices_and_the_reference_lists_are_listed() {
    let server = Server::start();
    for (name, arguments) in [
        ("practice-list.table", &["practice", "list", "--measure", "skills"][..]),
        ("measures.table", &["measures"]),
        ("measure.table", &["measures", "skills"]),
        ("instruments.csv", &["instruments", "--format", "csv"]),
        ("instrument.json", &["instruments", "gfmd", "--format", "json"]),
    ] {
        let output = run(&server, arguments);
        assert_eq!(output.code, Some(0), "{}", output.err);
        check(name, &output.out);
    }
}

#[test]
fn areas_are_listed_with_what_is_known_of_them() {
    let server = illustrated();
    let unit =
        "indicator,area,period,source,value\ncities-with-crisis-measures,MAR/casablanca,2020,ministry,1\n";
    let home = tempfile::TempDir::new().unwrap();
    assert_eq!(run(&server, &["push", &written(&home, "unit.csv", unit)]).code, Some(0));
    for (name, arguments) in [
        ("areas.table", &["areas", "mar"][..]),
        ("areas-groups.table", &["areas", "--kind", "group"]),
        ("areas.csv", &["areas", "--group", "m49:015", "--format", "csv"]),
        ("areas.json", &["areas", "new", "guinea", "--format", "json"]),
    ] {
        let output = run(&server, arguments);
        assert_eq!(output.code, Some(0), "{}", output.err);
        check(name, &output.out);
    }
}
