//! The checks, and running them.

use std::{fs, path::Path};

use super::{
    appending,
    check::{Check, NameOnPanic},
    checkpoints,
    contents::Contents,
    lookups, reading,
};
use crate::Storage;

/// All checks.
pub fn checks() -> impl Iterator<Item = Check> {
    [appending::CHECKS, reading::CHECKS, lookups::CHECKS, checkpoints::CHECKS].into_iter().flatten().copied()
}

/// Runs all checks, each on an empty journal that `make` makes.
///
/// # Panics
///
/// At the first check that fails.
pub fn run(make: impl Fn() -> Box<dyn Storage>) {
    checks().for_each(|check| check.run(&*make()));
}

/// Runs all checks, each on the empty journal that `open` makes in a directory that does not exist yet, and compares what can be
/// read after it was closed and opened again. `derived` names files and directories of the journal that may be lost: each is
/// removed in turn, and what can be read is compared once more.
///
/// # Panics
///
/// At the first check that fails, or where something else is read than before.
pub fn run_reopened(open: impl Fn(&Path) -> Box<dyn Storage>, derived: &[Derived]) {
    for check in checks() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let journal = open(&path);
        check.run(&*journal);
        let _name = NameOnPanic(check.name);
        let written = Contents::of(&*journal);
        drop(journal);
        written.assert_same(&Contents::of(&*open(&path)), "opened again");
        let mut expected = written;
        for Derived { name, holds_checkpoints } in derived {
            remove(&path.join(name));
            if *holds_checkpoints {
                expected = expected.without_checkpoints();
            }
            expected.assert_same(&Contents::of(&*open(&path)), &format!("without {name}"));
        }
    }
}

/// A file or directory of a journal that may be lost without harm.
#[derive(Debug, Clone, Copy)]
pub struct Derived {
    /// Its name in the directory of the journal.
    pub name: &'static str,
    /// Whether the checkpoints are lost with it.
    pub holds_checkpoints: bool,
}

fn remove(path: &Path) {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{}: {error}", path.display()),
        _ => {}
    }
}
