//! One line of the table.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use tenseven_tests::Server;

use super::{
    ask,
    child::{Task, perform},
    disk,
    memory::resident,
    registry::Made,
};

/// Maximum time to write a checkpoint concurrently with the server's other work.
const CHECKPOINT_WAIT_MAX: Duration = Duration::from_mins(2);

/// The framework that everything is scored with costs more than a server allows by default.
const BUDGET: [&str; 4] = ["--framework-bytes-max", "17179869184", "--boards-bytes-max", "17179869184"];

/// What was measured for one size.
pub(crate) struct Row {
    made: Made,
    journal_open: Duration,
    rebuild: Duration,
    fold: Duration,
    open: Duration,
    open_after_kill: Duration,
    resident_after_start: u64,
    resident_after_export: u64,
    export: Duration,
    point_history: Duration,
    as_of: [Duration; 3],
    disk: u64,
    checkpoints: u64,
}

/// Measures a registry of this number of million observations, kept in `directory`.
pub(crate) async fn measure(directory: &Path, millions: usize) -> Row {
    let data = directory.join("data");
    perform(Task::Make(millions), &data);
    let made = Made::of(millions);
    let journal_open = perform(Task::Open, &data);
    let rebuild = rebuild(&data);
    // The first start folds everything, and writes a checkpoint meanwhile.
    let (mut server, fold) = start(&data);
    wait_for_checkpoint(&data);
    server.kill();
    drop(server);

    let (mut server, open_after_kill) = start(&data);
    server.terminate();
    drop(server);

    let (server, open) = start(&data);
    let resident_after_start = resident(server.id());
    let point_history = ask::point_history(&server, made.keys / 20_000).await;
    let begin = Instant::now();
    let exported = ask::export(&server).await;
    let export = begin.elapsed();
    assert_eq!(exported, made.keys, "an export lacks something");
    let resident_after_export = resident(server.id());
    let mut as_of = [Duration::ZERO; 3];
    for (time, tenths) in as_of.iter_mut().zip([1, 5, 9]) {
        *time = ask::as_of(&server, (made.head * tenths / 10).max(2)).await;
    }
    let disk = disk::disk(&data);
    let checkpoints = disk::disk(&data.join("checkpoints"));
    Row {
        made,
        journal_open,
        rebuild,
        fold,
        open,
        open_after_kill,
        resident_after_start,
        resident_after_export,
        export,
        point_history,
        as_of,
        disk,
        checkpoints,
    }
}

/// How long opening a journal takes whose index is gone, all of which is made again.
pub(crate) fn rebuild(data: &Path) -> Duration {
    std::fs::remove_dir_all(data.join("index")).expect("there is an index");
    perform(Task::Open, data)
}

/// Starts a server, and returns how long it took until it listened.
pub(crate) fn start(data: &Path) -> (Server, Duration) {
    tenseven_tests::binary::path();
    let begin = Instant::now();
    let server = Server::start_on(data, &BUDGET);
    (server, begin.elapsed())
}

/// Waits until a checkpoint is there.
pub(crate) fn wait_for_checkpoint(data: &Path) {
    let begin = Instant::now();
    let is_there = || {
        let found = std::fs::read_dir(data.join("checkpoints"));
        found.is_ok_and(|mut files| {
            files.any(|file| {
                file.is_ok_and(|file| !file.file_name().to_string_lossy().starts_with("unfinished"))
            })
        })
    };
    while !is_there() && begin.elapsed() < CHECKPOINT_WAIT_MAX {
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Row {
    /// Prints what was measured.
    pub(crate) fn print(&self) {
        let each = |bytes: u64| bytes as f64 / self.made.keys as f64;
        let seconds = |time: &Duration| format!("{:.2} s", time.as_secs_f64());
        println!("{} observations, {} versions", self.made.keys, self.made.versions);
        println!("  journal opened after a kill in {}", seconds(&self.journal_open));
        println!(
            "  index made again in {}, {:.1} M observations/s",
            seconds(&self.rebuild),
            self.made.versions as f64 / self.rebuild.as_secs_f64() / 1e6
        );
        println!(
            "  server started in {} without a checkpoint, in {} after a kill with one, in {} after a stop",
            seconds(&self.fold),
            seconds(&self.open_after_kill),
            seconds(&self.open)
        );
        println!(
            "  memory {:.1} B/observation after the start, {:.1} after an export, which took {}",
            each(self.resident_after_start),
            each(self.resident_after_export),
            seconds(&self.export)
        );
        println!(
            "  history of one observation {:.0} µs; as of 10 %, 50 %, 90 %: {}",
            self.point_history.as_secs_f64() * 1e6,
            self.as_of.iter().map(seconds).collect::<Vec<_>>().join(" ")
        );
        println!(
            "  disk {:.1} B/observation, of which checkpoints {:.1}",
            each(self.disk),
            each(self.checkpoints)
        );
    }
}
