//! Power cuts that follow each other: the second comes while a server starts on what the first one left, or soon after.
//!
//! Several file systems are tested at once, each with a chain of its own. A rig that sees nothing proves nothing: with
//! every sync of the process taken away, the same chains must lose something.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    disk::{Disk, FileSystem, Image},
    outside::{Load, Process, Random, Record, Shared, check, goes_on},
};

/// The file systems, with the options that change what a cut leaves.
const SYSTEMS: [FileSystem; 5] = [
    FileSystem::Ext4 { commit_seconds: 1 },
    FileSystem::Ext4 { commit_seconds: 5 },
    FileSystem::Ext4 { commit_seconds: 30 },
    FileSystem::Xfs,
    FileSystem::Btrfs { commit_seconds: 30, mixed: false },
];
/// Bytes of a disk.
const DISK_BYTES: u64 = 512 << 20;
/// Clients that push at once.
const CLIENTS: u32 = 4;
/// Makes every sync of a process do nothing.
const WITHOUT_SYNCS: &[&str] = &[
    "strace",
    "-D",
    "-f",
    "-qqq",
    "-o",
    "/dev/null",
    "-e",
    "inject=fsync,fdatasync,sync_file_range,msync,sync,syncfs:retval=0",
];

/// How one chain of cuts is made.
#[derive(Debug, Clone, Copy)]
struct Plan {
    cuts: u32,
    /// The longest time from a start to the next cut.
    running_max: Duration,
    wrapper: &'static [&'static str],
}

/// What a server does when the power goes.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Starting,
    Idle,
    UnderLoad,
}

/// What became of a chain.
#[derive(Debug)]
struct Chain {
    cuts: u32,
    acknowledged: usize,
    failed: Option<String>,
}

/// Runs a chain until its cuts are made or something is wrong.
async fn chain(system: FileSystem, plan: Plan) -> Result<Chain> {
    let record = Record::shared();
    let mut random = Random::new();
    let mut disk = Disk::format(Image::new(DISK_BYTES.max(system.bytes_min()))?, system)?;
    let (mut cuts, mut failed) = (0, None);
    while cuts < plan.cuts && failed.is_none() {
        // The first cut is always under load, so that the others find something to start on.
        let moment = match random.within(0..5) {
            _ if cuts == 0 => Moment::UnderLoad,
            0 => Moment::Starting,
            1 | 2 => Moment::Idle,
            _ => Moment::UnderLoad,
        };
        let running = match moment {
            Moment::Starting => random.up_to(Duration::from_millis(400)),
            Moment::UnderLoad if cuts == 0 => Duration::from_millis(300) + random.up_to(plan.running_max / 2),
            Moment::Idle | Moment::UnderLoad => random.up_to(plan.running_max),
        };
        // Not every start is looked at before the next cut: looking takes time in which things are written back.
        let look = random.once_in(2);
        let lived = live(&disk, plan.wrapper, (moment, running), &record, look).await;
        cuts += 1;
        if let Err(error) = lived {
            let before = cuts - 1;
            failed = Some(format!("after cut {before}, before one {moment:?} for {running:?}: {error:#}"));
        } else {
            disk = disk.cut()?;
        }
    }
    if failed.is_none() {
        let last = live(&disk, plan.wrapper, (Moment::Idle, Duration::ZERO), &record, true).await;
        failed = last.err().map(|error| format!("after the last cut: {error:#}"));
    }
    let acknowledged = accepted(&record);
    Ok(Chain { cuts, acknowledged, failed })
}

fn accepted(record: &Shared) -> usize {
    record.lock().map_or(0, |record| record.accepted().len())
}

/// One life of a server between two cuts. It is killed in the end; what it wrote and did not sync stays in the page
/// cache, and the cut takes that away.
async fn live(
    disk: &Disk,
    wrapper: &[&str],
    (moment, running): (Moment, Duration),
    record: &Shared,
    look: bool,
) -> Result<()> {
    let mut server = Process::spawn_under(wrapper, &disk.journal())?;
    if let Moment::Starting = moment {
        sleep(running).await;
        return server.kill();
    }
    let address = server.serving().await?;
    let begun = Instant::now();
    if look {
        check(&address, record).await?;
        goes_on(&address, record).await?;
    }
    let load = matches!(moment, Moment::UnderLoad).then(|| Load::start(&address, CLIENTS, record));
    sleep(running.saturating_sub(begun.elapsed())).await;
    server.kill()?;
    if let Some(load) = load {
        load.ended().await;
    }
    Ok(())
}

/// Runs this number of chains on each file system, all file systems at once.
async fn run_chains(systems: &[FileSystem], chains: u32, plan: Plan) -> Result<Vec<(FileSystem, Chain)>> {
    let (mut running, mut results) = (JoinSet::new(), Vec::new());
    for system in systems.iter().copied() {
        if let Some(reason) = system.missing() {
            println!("SKIPPED: {system}: {reason}");
            continue;
        }
        running.spawn(async move {
            let mut results = Vec::new();
            for _ in 0..chains {
                results.push((system, chain(system, plan).await.with_context(|| system.to_string())?));
            }
            Ok::<_, anyhow::Error>(results)
        });
    }
    for result in running.join_all().await {
        results.extend(result?);
    }
    Ok(results)
}

fn report(results: &[(FileSystem, Chain)]) -> Vec<String> {
    for (system, chain) in results {
        let outcome = chain.failed.as_deref().unwrap_or("0 lost, 0 wrong");
        println!("{system}: {} cuts, {} acknowledged: {outcome}", chain.cuts, chain.acknowledged);
    }
    results
        .iter()
        .filter_map(|(system, chain)| Some(format!("{system}: {}", chain.failed.as_ref()?)))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn what_was_acknowledged_survives_power_cuts_soon_after_a_start() -> Result<()> {
    let plan = Plan { cuts: 5, running_max: Duration::from_secs(3), wrapper: &[] };
    let results = run_chains(&SYSTEMS, 2, plan).await?;
    let failed = report(&results);
    ensure!(failed.is_empty(), "{failed:#?}");
    ensure!(results.iter().any(|(_, chain)| chain.acknowledged > 50), "hardly anything was acknowledged");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
#[ignore = "takes half an hour; the short form runs each time"]
async fn what_was_acknowledged_survives_two_hundred_nested_power_cuts() -> Result<()> {
    let plan = Plan { cuts: 5, running_max: Duration::from_secs(20), wrapper: &[] };
    let failed = report(&run_chains(&SYSTEMS, 8, plan).await?);
    ensure!(failed.is_empty(), "{failed:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_server_whose_syncs_do_nothing_loses_what_it_acknowledged() -> Result<()> {
    crate::start_up_kills::need_strace()?;
    let plan = Plan { cuts: 2, running_max: Duration::from_secs(2), wrapper: WITHOUT_SYNCS };
    let failed = report(&run_chains(&SYSTEMS[1..4], 1, plan).await?);
    ensure!(!failed.is_empty(), "nothing was lost, so this rig would not notice a loss");
    Ok(())
}
