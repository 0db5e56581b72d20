//! No modules of a crate that use each other in a circle.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    files_below,
    modules::{CrateSource, Edges, knots},
    root,
};

/// The files of a crate by their paths below its `src`.
fn texts(source: &Path) -> BTreeMap<String, String> {
    let below = |path: &Path| path.strip_prefix(source).expect("the file lies there").display().to_string();
    files_below(source, "rs")
        .iter()
        .map(|path| (below(path), fs::read_to_string(path).expect("the file can be read")))
        .collect()
}

/// The names of all crates of the workspace.
fn crates() -> Vec<String> {
    let folders = fs::read_dir(root().join("crates")).expect("the folder can be read");
    let mut names: Vec<_> = folders
        .map(|entry| entry.expect("the entry can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn no_modules_of_a_crate_use_each_other_in_a_circle() {
    let mut reported = Vec::new();
    for name in crates() {
        let source = CrateSource::read(&texts(&root().join("crates").join(&name).join("src")));
        reported.extend(knots(&Edges::of(&source)).iter().map(|knot| format!("{name}: {knot}")));
    }
    assert!(
        reported.is_empty(),
        "move what is used to the module where it belongs, or to one below both that use it:\n{}",
        reported.join("\n")
    );
}
