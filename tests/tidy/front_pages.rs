//! The front page of each crate: where to start, what is absent, and recipes that name files that exist.

use std::{fs, path::PathBuf};

use crate::root;

/// Folders of the workspace that a front page can name paths in.
const FOLDERS: &[&str] = &["clients/", "crates/", "deploy/", "proto/", "tests/"];

/// The front pages: `lib.rs` of each crate, and `main.rs` of the binary.
fn front_pages() -> Vec<(PathBuf, String)> {
    let mut pages = Vec::new();
    for folder in fs::read_dir(root().join("crates")).expect("the folder can be read") {
        let folder = folder.expect("the entry can be read").path();
        let [library, binary] = ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file));
        let path = if library.exists() { library } else { binary };
        let text = fs::read_to_string(&path).expect("the file can be read");
        let page: Vec<_> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        pages.push((path, page.join("\n")));
    }
    pages.sort();
    pages
}

#[test]
fn every_crate_documents_where_to_start_what_is_absent_and_how_to_change_it() {
    for (path, page) in front_pages() {
        for heading in ["\n # Where to start\n", "\n # What is absent\n", "\n # To add "] {
            assert!(page.contains(heading), "the front page {} has no heading {heading:?}", path.display());
        }
    }
}

#[test]
fn every_path_that_a_front_page_names_exists() {
    let mut count = 0;
    for (path, page) in front_pages() {
        let quoted = page.split('`').skip(1).step_by(2);
        for named in quoted.filter(|quoted| FOLDERS.iter().any(|folder| quoted.starts_with(folder))) {
            count += 1;
            assert!(root().join(named).exists(), "{} names {named}, which does not exist", path.display());
        }
    }
    assert!(count > 50, "only {count} paths were found");
}
