//! The exact output of the program. Files below `tests/golden/expected` hold it; to rewrite them after a
//! change that is meant, run the tests with `GOLDEN=write` and read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::similar_names,
    reason = "tests: what does not hold fails them, and their names follow what they test"
)]

mod access;
mod commands;
mod conversation;
mod revision;

use std::{path::Path, process::Command};

use tenseven_tests::{Server, binary};

/// The output of a run of the program.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program against a server.
fn run(server: &Server, arguments: &[&str]) -> Said {
    let mut command = Command::new(binary::path());
    command.args(["--server", server.address()]).args(arguments).env_clear();
    let output = command.output().expect("the binary can be started");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("the output is text"),
        err: String::from_utf8(output.stderr).expect("the output is text"),
    }
}

/// Compares with what is expected, or writes it.
fn check(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/expected").join(name);
    let found = without_history(found);
    let ending = path.extension().and_then(std::ffi::OsStr::to_str);
    let named = match ending {
        Some("json") => revision::in_fields(&found),
        Some("csv") => revision::in_columns(&found),
        _ => revision::in_last_column(&found),
    };
    compare(&path, &revision::in_text(&named));
}

/// The output with `<history_id>` instead of the id of the registry's history, which is random. A missing id stays missing.
fn without_history(found: &str) -> String {
    const FIELD: &str = "\"history_id\": \"";
    let line = |line: &str| match line.split_once(FIELD) {
        Some((before, after)) if !after.starts_with('"') => {
            let rest = after.split_once('"').map_or("", |(_, rest)| rest);
            format!("{before}{FIELD}<history_id>\"{rest}")
        }
        Some(_) | None => line.to_owned(),
    };
    found.split_inclusive('\n').map(line).collect()
}

/// Compares with what a file holds, or writes it.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests alone")]
fn compare(path: &Path, found: &str) {
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "write") {
        std::fs::create_dir_all(path.parent().expect("the file has a folder"))
            .expect("the folder can be made");
        std::fs::write(path, found).expect("the file can be written");
        return;
    }
    let expected =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(found == expected, "{} differs; found:\n{found}", path.display());
}
