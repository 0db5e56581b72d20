//! Many revisions of one observation each: what each takes on the disk, and how long opening takes.

use std::{path::Path, time::Instant};

use tenseven_tests::Server;

use super::{
    child::{Task, perform},
    disk::disk,
    row,
};

/// How many revisions there are.
const COUNT: usize = 300_000;

/// Measures them, and prints what was found.
pub(crate) fn measure(directory: &Path) {
    let data = directory.join("data");
    let made = perform(Task::MakeSingles(COUNT), &data);
    println!("{COUNT} revisions of one observation each, written in {:.1} s", made.as_secs_f64());
    print_disk("after a kill", &data);
    println!("  journal opened after a kill in {:.2} s", perform(Task::Open, &data).as_secs_f64());
    let rebuilt = row::rebuild(&data);
    println!(
        "  index made again in {:.2} s, {:.0} revisions/s",
        rebuilt.as_secs_f64(),
        COUNT as f64 / rebuilt.as_secs_f64()
    );
    let (mut server, folded) = row::start(&data);
    row::wait_for_checkpoint(&data);
    server.kill();
    drop(server);
    let begin = Instant::now();
    let mut server = Server::start_on(&data, &[]);
    println!(
        "  server started in {:.2} s without a checkpoint, in {:.2} s after a kill with one",
        folded.as_secs_f64(),
        begin.elapsed().as_secs_f64()
    );
    server.terminate();
    print_disk("after a server", &data);
}

fn print_disk(when: &str, data: &Path) {
    let each = |bytes: u64| bytes as f64 / COUNT as f64;
    let [log, index, checkpoints] = ["log-1", "index", "checkpoints"]
        .map(|name| data.join(name))
        .map(|path| if path.exists() { disk(&path) } else { 0 });
    println!(
        "  on disk {when}: {:.1} B each, of which log {:.1}, index {:.1}, checkpoints {:.1}",
        each(disk(data)),
        each(log),
        each(index),
        each(checkpoints)
    );
}
