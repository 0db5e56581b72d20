//! One line of the table.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use tenseven_tests::Server;

use super::{
    ask, process,
    registry::{self, Made},
};

/// Longest that a checkpoint may take to be written beside the server's other work.
const CHECKPOINT_WAIT_MAX: Duration = Duration::from_mins(2);

/// What was measured for one size.
pub(crate) struct Row {
    made: Made,
    fold: Duration,
    open: Duration,
    resident_after_start: u64,
    resident_after_export: u64,
    export: Duration,
    point_history: Duration,
    as_of: [Duration; 3],
    disk: u64,
    checkpoints: u64,
}

/// Prints the head of the table.
pub(crate) fn print_head() {
    println!(
        "{:>12} {:>11} {:>9} {:>9} {:>12} {:>12} {:>9} {:>9} {:>24} {:>10} {:>12}",
        "observations",
        "versions",
        "fold all",
        "open",
        "RSS B/obs",
        "after export",
        "export",
        "history",
        "as of 10 %, 50 %, 90 %",
        "disk B/obs",
        "checkpoints"
    );
}

/// Measures a registry of so many million observations, kept in `directory`.
pub(crate) async fn measure(directory: &Path, millions: usize) -> Row {
    let data = directory.join("data");
    let made = registry::make(&data, millions);
    // The first start folds everything, and writes a checkpoint beside.
    let (mut server, fold) = start(&data);
    wait_for_checkpoint(&data);
    server.terminate();
    drop(server);

    let (server, open) = start(&data);
    let resident_after_start = process::resident(server.id());
    let point_history = ask::point_history(&server, made.keys / 20_000).await;
    let begin = Instant::now();
    let exported = ask::export(&server).await;
    let export = begin.elapsed();
    assert_eq!(exported, made.keys, "an export lacks something");
    let resident_after_export = process::resident(server.id());
    let mut as_of = [Duration::ZERO; 3];
    for (time, tenths) in as_of.iter_mut().zip([1, 5, 9]) {
        *time = ask::as_of(&server, (made.head * tenths / 10).max(2)).await;
    }
    let disk = process::disk(&data);
    let checkpoints = process::disk(&data.join("checkpoints"));
    Row {
        made,
        fold,
        open,
        resident_after_start,
        resident_after_export,
        export,
        point_history,
        as_of,
        disk,
        checkpoints,
    }
}

fn start(data: &Path) -> (Server, Duration) {
    tenseven_tests::binary::path();
    let begin = Instant::now();
    let server = Server::start_on(data, &[]);
    (server, begin.elapsed())
}

fn wait_for_checkpoint(data: &Path) {
    let begin = Instant::now();
    let is_there = || {
        let found = std::fs::read_dir(data.join("checkpoints"));
        found.is_ok_and(|mut files| {
            files.any(|file| file.is_ok_and(|file| !file.file_name().to_string_lossy().contains("tmp")))
        })
    };
    while !is_there() && begin.elapsed() < CHECKPOINT_WAIT_MAX {
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Row {
    /// Prints the line.
    pub(crate) fn print(&self) {
        let each = |bytes: u64| format!("{:.1}", bytes as f64 / self.made.keys as f64);
        let seconds = |time: &Duration| format!("{:.2} s", time.as_secs_f64());
        println!(
            "{:>12} {:>11} {:>9} {:>9} {:>12} {:>12} {:>9} {:>9} {:>24} {:>10} {:>12}",
            self.made.keys,
            self.made.versions,
            seconds(&self.fold),
            seconds(&self.open),
            each(self.resident_after_start),
            each(self.resident_after_export),
            seconds(&self.export),
            format!("{:.0} µs", self.point_history.as_secs_f64() * 1e6),
            self.as_of.iter().map(seconds).collect::<Vec<_>>().join(" "),
            each(self.disk),
            each(self.checkpoints),
        );
    }
}
