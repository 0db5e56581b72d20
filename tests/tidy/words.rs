//! Words that must not be in the tree, and texts that must.

use std::path::Path;

use crate::{files_below, root};

/// The folders whose texts and names are plain technical English.
const PLAIN_ROOTS: &[&str] = &[
    "crates/api",
    "crates/cli",
    "crates/client",
    "crates/heap",
    "crates/model",
    "crates/observatory",
    "crates/server",
    "crates/state",
    "crates/store",
    "proto",
];

/// Words for which the field has a plainer term: report, return, state, is, again, this many.
const REFUSED_WORDS: &[&str] = &["anew", "said", "so many", "stands", "tell", "tells", "told"];

/// Names that contain one of them and stay: one of the engine, and a flag of the command line.
const KEPT_NAMES: &[&str] = &["stands_in", "--anew", "\"anew\""];

/// Source files that read the environment: the binary's own configuration, build scripts and tests.
const READS_ENVIRONMENT: &[&str] = &["build.rs", "config.rs"];

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file can be read")
}

/// The words of a text in lower case, those of its names included, each between two spaces.
fn words(text: &str) -> String {
    let (mut words, mut last) = (String::new(), ' ');
    let text = KEPT_NAMES.iter().fold(text.to_owned(), |text, kept| text.replace(kept, ""));
    for character in text.chars() {
        let is_word = character.is_alphanumeric();
        if !is_word || last.is_lowercase() && character.is_uppercase() {
            words.push(' ');
        }
        words.extend(character.to_lowercase().filter(|_| is_word));
        last = character;
    }
    words.split_whitespace().fold(" ".to_owned(), |all, word| all + word + " ")
}

#[test]
fn texts_and_names_are_plain_technical_english() {
    for root in PLAIN_ROOTS.iter().map(|folder| root().join(folder)) {
        let files = ["rs", "proto"].map(|ending| files_below(&root, ending)).concat();
        assert!(!files.is_empty(), "{} holds no source file", root.display());
        for path in files {
            let words = words(&text(&path));
            for refused in REFUSED_WORDS {
                let found = words.contains(&format!(" {refused} "));
                assert!(!found, "{} holds the word {refused:?}; use a plainer one", path.display());
            }
        }
    }
}

#[test]
fn words_are_found_in_names_and_across_lines() {
    let words = words("/// It has so\n    /// many.\nfn is_told(tellAll: TellsMore, stands_in: u8) {}");
    for word in ["so many", "told", "tell", "tells"] {
        assert!(words.contains(&format!(" {word} ")), "{word}: {words}");
    }
    assert!(!words.contains("stands"), "{words}");
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
