//! A framework's text on its author's desk: `tenseven framework`, without a server.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use tenseven_tests::binary;

/// The output of `tenseven framework validate -` for a text.
fn validate(text: impl AsRef<[u8]>) -> (Option<i32>, String) {
    let mut child = Command::new(binary::path())
        .args(["framework", "validate", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary can be started");
    child.stdin.take().expect("there is an input").write_all(text.as_ref()).expect("it reads");
    let Output { status, stdout, .. } = child.wait_with_output().expect("it ends");
    (status.code(), String::from_utf8(stdout).expect("the output is text"))
}

const SMALL: &str = r#"id = "small"
version = "1.0.0"
title = "Small"

[[nodes]]
id = "overall"
name = "Overall"
normalise = { method = "minmax" }
impute = { method = "mean" }

[[indicators]]
id = "people"
name = "Inhabitants"
kind = "count"

[[indicators]]
id = "deaths"
name = "Deaths for each 100,000"
formula = "[dead] / [people] * 100000"
parent = "overall"

[[indicators]]
id = "dead"
name = "Dead"
kind = "count"
"#;

#[test]
fn a_valid_text_is_summarised() {
    let (code, output) = validate(SMALL);
    assert_eq!(code, Some(0));
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(
        lines[0],
        "-: small@1.0.0, 1 scored indicator, 3 indicators, of which 1 is computed, 2 levels deep; nothing is wrong"
    );
    assert!(lines[1].starts_with("-: costs at most "), "{output}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn every_finding_is_reported_with_its_position_and_the_remedy() {
    let wrong = SMALL.replace("\"minmax\"", "\"minmx\"").replace("/ [people]", "/ [poeple]");
    let (code, output) = validate(wrong);
    assert_eq!(code, Some(1));
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(
        lines,
        [
            "-:8:24: node overall, normalise.method: \"minmx\" is not known; did you mean minmax?",
            "-:19:22: indicator deaths, formula: \"poeple\" is no indicator of the framework; did you mean people?",
        ]
    );
}

#[test]
fn a_text_in_another_encoding_is_reported_with_its_position() {
    let mut bytes = SMALL.replace("\"Small\"", "\"Sm?ll\"").into_bytes();
    let place = bytes.iter().position(|byte| *byte == b'?').expect("it is there");
    bytes[place] = 0xE4;
    let (code, output) = validate(bytes);
    assert_eq!(code, Some(1));
    assert_eq!(output, "-:3:12: framework: the text is no UTF-8 from here on; save it as UTF-8\n");
}

#[test]
fn the_reference_describes_the_example() {
    let output =
        Command::new(binary::path()).args(["framework", "reference"]).output().expect("it can be started");
    let reference = String::from_utf8(output.stdout).expect("the output is text");
    for heading in ["## Formulas", "## `denominate`", "## `impute`", "## `treat`", "## `[[groups]]`"] {
        assert!(reference.contains(heading), "{heading}");
    }
}
