//! SIGKILL at every file operation of a start, by strace: each operation of each kind, in turn, is the one at which the
//! server is killed. After each kill a start without strace must find everything.
//!
//! Not with `--seccomp-bpf`: strace 6.1 then leaves out most signals that it is to inject.
//!
//! strace counts the calls of each thread apart, so that the n-th call of a kind is the one of the thread that comes to
//! it first.

mod points;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::time::Instant;

use self::points::{Point, points};
use crate::{
    disk::run,
    outside::{End, LeftBehind, Process, Random, Start, starts_with_everything},
};

/// Where the journals lie: in memory, where a kill leaves the same as on a disk.
const MEMORY: &str = "/dev/shm";
/// How long the short form aims at the starts of one kind of journal.
const SHORT: Duration = Duration::from_secs(18);

/// Fails where strace is not there and cannot be installed.
pub(crate) fn need_strace() -> Result<()> {
    let install = "command -v strace || { apt-get update -qq && apt-get install -y -qq strace; }";
    run("sh", &["-c", install]).map(drop).context("strace is needed")
}

/// What became of the kills.
#[derive(Debug, Default)]
struct Tally {
    points: usize,
    tried: usize,
    killed: usize,
    failed: Vec<String>,
}

/// Kills starts on a journal that was left in this way, at each point or until the time is up.
async fn kill_starts(end: End, time: Option<Duration>) -> Result<Tally> {
    let left = LeftBehind::make(end, Duration::from_millis(600)).await?;
    let folder = TempDir::new_in(MEMORY)?;
    let data = folder.path().join("data");
    left.copied_to(&data)?;
    let mut points = points(&data).await?;
    Random::new().shuffle(&mut points);
    let (begun, mut tally) = (Instant::now(), Tally { points: points.len(), ..Tally::default() });
    for point in &points {
        if time.is_some_and(|time| begun.elapsed() > time) {
            break;
        }
        tally.tried += 1;
        let outcome = kill_start(&left, &data, point).await;
        tally.killed += usize::from(matches!(outcome, Ok(true)));
        if let Err(error) = outcome {
            tally.failed.push(format!("killed at {point}: {error:#}"));
        }
    }
    println!(
        "{end:?} ({} acknowledged): {} of {} kinds and counts of calls tried, {} starts killed, {} of them lost something",
        left.acknowledged(),
        tally.tried,
        tally.points,
        tally.killed + tally.failed.len(),
        tally.failed.len()
    );
    for failed in &tally.failed {
        println!("  {failed}");
    }
    Ok(tally)
}

/// Kills one start, and starts again; returns whether the start came to the point.
async fn kill_start(left: &LeftBehind, data: &std::path::Path, point: &Point) -> Result<bool> {
    let record = left.copied_to(data)?;
    let (trace, inject) = (point.trace(), point.kill());
    let mut server = Process::spawn_under(
        &["strace", "-D", "-f", "-qqq", "-o", "/dev/null", "-e", &trace, "-e", &inject],
        data,
    )?;
    let killed = match server.start().await? {
        Start::Killed => true,
        Start::Serves(_) => false,
        Start::Refused(message) => anyhow::bail!("the start was refused before the kill: {message}"),
    };
    drop(server);
    starts_with_everything(data, &record).await?;
    Ok(killed)
}

async fn kill_all_starts(time: Option<Duration>) -> Result<()> {
    need_strace()?;
    let mut failed = Vec::new();
    for end in [End::Killed, End::Stopped, End::NeverStarted] {
        let tally = kill_starts(end, time).await?;
        // Some points are counts beyond the last, and calls of a thread that comes to them after the start.
        let killed = tally.killed + tally.failed.len();
        ensure!(killed * 3 >= tally.tried, "only {killed} of {} starts were killed", tally.tried);
        failed.extend(tally.failed.into_iter().map(|failed| format!("{end:?}: {failed}")));
    }
    ensure!(failed.is_empty(), "{} kills at start-up lost something: {failed:#?}", failed.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_file_operation_of_a_start_loses_nothing() -> Result<()> {
    kill_all_starts(Some(SHORT)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; the short form runs each time"]
async fn a_kill_at_every_file_operation_of_a_start_loses_nothing() -> Result<()> {
    kill_all_starts(None).await
}
