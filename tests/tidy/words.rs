//! What the source must not contain.

use std::path::Path;

use crate::{files_below, root};

/// Source files that read the environment: the binary's own configuration, build scripts and tests.
const READS_ENVIRONMENT: &[&str] = &["build.rs", "config.rs"];

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file can be read")
}

#[test]
fn nothing_unfinished_is_left() {
    for path in files_below(&root().join("crates"), "rs") {
        for word in [
            concat!("todo", "!("),
            concat!("unimplemented", "!("),
            concat!("FIX", "ME"),
            concat!("dbg", "!("),
        ] {
            assert!(!text(&path).contains(word), "{} holds {word}", path.display());
        }
    }
}

#[test]
fn the_environment_is_read_in_one_place() {
    for path in files_below(&root().join("crates"), "rs") {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        if READS_ENVIRONMENT.contains(&name) || is_test {
            continue;
        }
        assert!(!text(&path).contains("env::var"), "{} reads the environment", path.display());
    }
}

#[test]
fn every_message_of_the_contract_is_commented_by_its_service_with_a_call() {
    for path in files_below(&root().join("proto"), "proto") {
        let text = text(&path);
        let Some(service) = text.find("\nservice ") else { continue };
        let header = &text[..service];
        let comment = header.rsplit("\n\n").next().unwrap_or_default();
        assert!(
            comment.contains("grpcurl") || comment.contains("buf curl"),
            "{} shows no call with a stock client before its service",
            path.display()
        );
    }
}

#[test]
fn every_reason_of_the_contract_has_a_sample_and_every_reason_of_an_error_a_remedy() {
    let text = text(&root().join("proto/tenseven/v1/error_reason.proto"));
    let (mut comment, mut count) = (String::new(), 0);
    for line in text.lines().map(str::trim) {
        if let Some(more) = line.strip_prefix("//") {
            comment.push_str(more);
            continue;
        }
        let comment = std::mem::take(&mut comment);
        let Some((name, _)) = line.split_once(" = ") else { continue };
        if !name.contains("_REASON_") || name.ends_with("_UNSPECIFIED") {
            continue;
        }
        count += 1;
        assert!(comment.contains("Sample: "), "{name} has no sample");
        assert!(comment.contains("Remedy: ") || name.starts_with("FIELD_"), "{name} has no remedy");
    }
    assert!(count > 40, "only {count} reasons were found");
}

#[test]
fn the_read_me_names_its_two_commands() {
    let text = text(&root().join("README.md"));
    for command in ["cargo run --release -- demo", "cargo test --workspace"] {
        assert!(text.contains(command), "README.md does not name `{command}`");
    }
}
