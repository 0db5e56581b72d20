//! What must not stand in the tree.

use std::path::Path;

use crate::{files_below, root};

/// Source files that read the environment: the binary's own configuration, build scripts and tests.
const READS_ENVIRONMENT: &[&str] = &["build.rs", "config.rs"];

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file can be read")
}

#[test]
fn nothing_unfinished_is_left_behind() {
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
fn the_read_me_names_its_two_commands() {
    let text = text(&root().join("README.md"));
    for command in ["cargo run --release -- demo", "cargo test --workspace"] {
        assert!(text.contains(command), "README.md does not name `{command}`");
    }
}
