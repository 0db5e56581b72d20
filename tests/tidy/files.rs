//! How large files may grow, and what `lib.rs` and `mod.rs` may hold.

use crate::{files_below, root};

/// Longest source file, in lines; tests are apart.
const LINES_MAX: usize = 600;

fn is_test(path: &std::path::Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

#[test]
fn no_source_file_is_longer_than_the_wall() {
    for path in files_below(&root().join("crates"), "rs").into_iter().filter(|path| !is_test(path)) {
        let lines = std::fs::read_to_string(&path).expect("the file can be read").lines().count();
        assert!(
            lines <= LINES_MAX,
            "{} has {lines} lines, more than {LINES_MAX}; find the seam",
            path.display()
        );
    }
}

#[test]
fn every_module_states_its_purpose() {
    for path in files_below(&root().join("crates"), "rs").into_iter().filter(|path| !is_test(path)) {
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        assert!(text.trim_start().starts_with("//!"), "{} does not start with a //! comment", path.display());
    }
}

#[test]
fn lib_and_mod_files_hold_only_modules_and_names() {
    for path in files_below(&root().join("crates"), "rs") {
        if !(path.ends_with("lib.rs") || path.ends_with("mod.rs")) || is_test(&path) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        for line in text.lines() {
            let starts = |word: &str| line.starts_with(word) || line.starts_with(&format!("pub {word}"));
            assert!(
                !["fn ", "struct ", "enum ", "trait ", "impl "].iter().any(|word| starts(word)),
                "{}: {line:?} belongs into a file of its own",
                path.display()
            );
        }
    }
}

#[test]
fn no_file_has_a_vague_name() {
    for path in files_below(&root().join("crates"), "rs") {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        assert!(
            !["utils", "util", "common", "helpers", "helper", "types", "manager", "misc"].contains(&name),
            "{} has a vague name",
            path.display()
        );
    }
}
