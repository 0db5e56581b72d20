//! Work in a process of its own that ends as a killed one does: it leaves a journal that was not closed.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio, exit},
    time::{Duration, Instant},
};

use tenseven_store::{DiskJournal, JournalOptions};

use super::registry;

/// What a child does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Task {
    /// Makes a journal of this number of million observations.
    Make(usize),
    /// Makes a journal of this number of revisions of one observation.
    MakeSingles(usize),
    /// Opens a journal.
    Open,
}

/// Does the task in a child, and returns how long that took, without the start of the process.
pub(crate) fn perform(task: Task, path: &Path) -> Duration {
    let (name, count) = match task {
        Task::Make(count) => ("make-in-child", count),
        Task::MakeSingles(count) => ("make-singles-in-child", count),
        Task::Open => ("open-in-child", 0),
    };
    let child = Command::new(std::env::current_exe().expect("the path of this program"))
        .args([name, path.to_str().expect("the path is a text"), &count.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts again");
    let output = child.wait_with_output().expect("the child can be waited for");
    assert!(output.status.success(), "the child failed to {task:?}");
    let text = String::from_utf8(output.stdout).expect("a number");
    Duration::from_nanos(text.trim().parse().expect("the child did its task"))
}

/// Does what a child is to do; false if this is none.
pub(crate) fn run(arguments: &[String]) -> bool {
    let [name, path, count, ..] = arguments else { return false };
    let (path, begin) = (Path::new(path), Instant::now());
    let count = || count.parse().expect("a number");
    let journal = match name.as_str() {
        "make-in-child" => registry::make(path, count()),
        "make-singles-in-child" => registry::make_singles(path, count()),
        "open-in-child" => DiskJournal::open(path, JournalOptions::default()).expect("the journal opens"),
        _ => return false,
    };
    println!("{}", begin.elapsed().as_nanos());
    std::io::stdout().flush().expect("the parent reads");
    // Nothing closes it: an exit drops nothing, and ends all threads where they are.
    std::mem::forget(journal);
    exit(0)
}
