//! A server whose disk is full, or broken: it refuses writes, answers reads, and goes on once there is room.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tenseven_api::v1::observation_service_client::ObservationServiceClient;
use tenseven_tests::Refusal;
use tokio::time::{Instant, sleep};
use tonic::{Code, transport::Channel};

use crate::{
    disk::{Disk, FileSystem, Image, Mount, give_back, run, take_every_byte},
    outside::{Batch, History, Process, Random, Record, Shared, check, connect, lock},
};

/// Bytes that are left to the journal before the disk is full.
const ROOM_BYTES: u64 = 16 << 20;
/// Observations in a batch, and the bytes of the comment of each.
const BATCH: u64 = 60;
const COMMENT_BYTES: usize = 3_600;
/// How long a write may still be refused after there is room again.
const RECOVERY_MAX: Duration = Duration::from_secs(10);

/// What a journal lies on.
enum Place {
    Image(Disk),
    Memory {
        mount: Mount,
        /// Dropped after the mount on it.
        _folder: TempDir,
    },
}

impl Place {
    fn new(system: Option<FileSystem>) -> Result<Self> {
        if let Some(system) = system {
            return Ok(Self::Image(Disk::format(Image::new(system.bytes_min())?, system)?));
        }
        let folder = TempDir::new()?;
        let mount = Mount::in_memory(64 << 20, folder.path())?;
        Ok(Self::Memory { mount, _folder: folder })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Image(disk) => disk.path(),
            Self::Memory { mount, .. } => mount.path(),
        }
    }

    fn journal(&self) -> PathBuf {
        self.path().join("data/journal")
    }
}

type Client = ObservationServiceClient<Channel>;

/// Pushes until that is refused; returns the batch that was, with the refusal.
async fn fill(client: &mut Client, record: &Shared) -> Result<(Batch, Refusal)> {
    let mut random = Random::new();
    loop {
        let batch = lock(record).batch(0, BATCH, COMMENT_BYTES, &mut random);
        match client.push_observations(batch.request()).await {
            Ok(receipt) => lock(record).accept(&batch.submission, receipt.into_inner().revision),
            Err(status) => return Ok((batch, Refusal::from(&status))),
        }
    }
}

/// Pushes a small batch as often as it takes until the disk has not even room for that.
async fn fill_up(client: &mut Client, record: &Shared) -> Result<Refusal> {
    let (_, refusal) = fill(client, record).await?;
    let mut refused = refusal;
    for _ in 0..200 {
        ensure!(is_full(&refused), "not refused as full: {refused:?}");
        let batch = lock(record).batch(1, 1, 0, &mut Random::new());
        match client.push_observations(batch.request()).await {
            Ok(receipt) => lock(record).accept(&batch.submission, receipt.into_inner().revision),
            Err(status) => {
                refused = Refusal::from(&status);
                break;
            }
        }
    }
    Ok(refused)
}

fn is_full(refusal: &Refusal) -> bool {
    refusal.code == Code::ResourceExhausted && refusal.reason == "JOURNAL_FULL"
}

/// Pushes a batch that was refused again until it is accepted, without a restart.
async fn accepted_again(client: &mut Client, batch: &Batch, record: &Shared) -> Result<()> {
    let begun = Instant::now();
    loop {
        match client.push_observations(batch.request()).await {
            Ok(receipt) => {
                lock(record).accept(&batch.submission, receipt.into_inner().revision);
                return Ok(());
            }
            Err(status) => {
                let refusal = Refusal::from(&status);
                ensure!(is_full(&refusal), "with room again, a write is refused: {refusal:?}");
                ensure!(
                    begun.elapsed() < RECOVERY_MAX,
                    "writes are refused {RECOVERY_MAX:?} after there was room"
                );
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn holds(address: &str, record: &Shared, when: &str) -> Result<()> {
    let history = check(address, record).await.context(when.to_owned())?;
    ensure!(history == History::Whole, "{when}: the past is refused: {history:?}");
    Ok(())
}

/// The life of a server on a disk that is full twice.
async fn fill_disk(system: Option<FileSystem>, every_byte: bool) -> Result<usize> {
    let place = Place::new(system)?;
    let (filler, record) = (place.path().join("filler"), Record::shared());
    let mut server = Process::spawn(&place.journal())?;
    let address = server.serving().await?;
    let mut client = connect(&address).await?;
    if every_byte {
        let batch = lock(&record).batch(0, BATCH, COMMENT_BYTES, &mut Random::new());
        accepted_again(&mut client, &batch, &record).await?;
        take_every_byte(&filler)?;
    } else {
        leave_room(&filler)?;
    }
    let (refused, refusal) = fill(&mut client, &record).await?;
    ensure!(is_full(&refusal), "not refused as full: {refusal:?}");
    holds(&address, &record, "on a full disk").await?;
    give_back(&filler)?;
    accepted_again(&mut client, &refused, &record).await?;
    holds(&address, &record, "with room again").await?;

    // Full again, and the server ends: killed, then stopped, then killed. Each start serves reads.
    take_every_byte(&filler)?;
    let refusal = fill_up(&mut client, &record).await?;
    ensure!(is_full(&refusal), "not refused as full: {refusal:?}");
    for stop in [false, true, false] {
        if stop {
            server.terminate().await.context("on a full disk")?;
        } else {
            server.kill()?;
        }
        server = Process::spawn(&place.journal())?;
        let how = if stop { "stop" } else { "kill" };
        let address = server.serving().await.with_context(|| format!("on a full disk, after a {how}"))?;
        holds(&address, &record, &format!("started on a full disk after a {how}")).await?;
        client = connect(&address).await?;
    }
    give_back(&filler)?;
    let batch = lock(&record).batch(2, 2, 0, &mut Random::new());
    accepted_again(&mut client, &batch, &record).await?;
    server.kill()?;
    server = Process::spawn(&place.journal())?;
    holds(&server.serving().await?, &record, "after all").await?;
    let acknowledged = lock(&record).accepted().len();
    Ok(acknowledged)
}

/// Takes the room of a disk but some.
fn leave_room(filler: &Path) -> Result<()> {
    let room = filler.with_extension("room").display().to_string();
    run("fallocate", &["--length", &ROOM_BYTES.to_string(), &room])?;
    take_every_byte(filler)?;
    std::fs::remove_file(&room)?;
    run("sync", &["-f", &filler.display().to_string()]).map(drop)
}

async fn fill_disks(system: Option<FileSystem>) -> Result<()> {
    let name = system.map_or_else(|| "tmpfs".to_owned(), |system| system.to_string());
    if let Some(reason) = system.and_then(FileSystem::missing) {
        println!("SKIPPED: {name}: {reason}");
        return Ok(());
    }
    let mut failed = Vec::new();
    let (some_room, none) = tokio::join!(fill_disk(system, false), fill_disk(system, true));
    for (how, outcome) in [("some room", some_room), ("every byte taken", none)] {
        match outcome {
            Ok(acknowledged) => println!("{name}, {how}: {acknowledged} acknowledged, 0 lost"),
            Err(error) => failed.push(format!("{name}, {how}: {error:#}")),
        }
    }
    for failed in &failed {
        println!("{failed}");
    }
    ensure!(failed.is_empty(), "{failed:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_ext4_refuses_writes_answers_reads_and_goes_on_once_there_is_room() -> Result<()> {
    fill_disks(Some(FileSystem::Ext4 { commit_seconds: 5 })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_xfs_refuses_writes_answers_reads_and_goes_on_once_there_is_room() -> Result<()> {
    fill_disks(Some(FileSystem::Xfs)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_btrfs_refuses_writes_answers_reads_and_goes_on_once_there_is_room() -> Result<()> {
    fill_disks(Some(FileSystem::Btrfs { commit_seconds: 30, mixed: true })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_tmpfs_refuses_writes_answers_reads_and_goes_on_once_there_is_room() -> Result<()> {
    fill_disks(None).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_a_disk_that_fails_late_takes_no_writes_and_answers_what_was_acknowledged() -> Result<()>
{
    let image = Image::that_breaks_after(24 << 20)?;
    let disk = Disk::format(image, FileSystem::Ext4 { commit_seconds: 5 })?;
    let record = Record::shared();
    let mut server = Process::spawn(&disk.journal())?;
    let address = server.serving().await?;
    let mut client = connect(&address).await?;
    let (refused, refusal) = fill(&mut client, &record).await?;
    // The file system has room, but the device below it has none when the pages are written. The first to meet that can be the data
    // (no space) or the file system's own journal (an I/O error, after which it is read-only).
    let failed = refusal.code == Code::Unavailable && refusal.reason == "JOURNAL_FAILED";
    ensure!(is_full(&refusal) || failed, "{refusal:?}");
    holds(&address, &record, "on a disk that fails late").await?;
    let again = Refusal::of(client.push_observations(refused.request()).await);
    ensure!(
        ["JOURNAL_FULL", "JOURNAL_FAILED"].contains(&again.reason.as_str()),
        "a write was accepted after one that failed: {again:?}"
    );
    server.kill()
}

#[test]
fn a_disk_that_the_rig_fills_has_no_room_and_has_it_again_afterwards() -> Result<()> {
    let systems = [
        FileSystem::Ext4 { commit_seconds: 5 },
        FileSystem::Xfs,
        FileSystem::Btrfs { commit_seconds: 30, mixed: true },
    ];
    let known = systems.into_iter().filter(|system| system.missing().is_none()).map(Some);
    for system in known.chain([None]) {
        let place = Place::new(system)?;
        let (filler, file) = (place.path().join("filler"), place.path().join("file"));
        let write = || {
            run(
                "dd",
                &["if=/dev/zero", "bs=64k", "count=16", "conv=fsync", &format!("of={}", file.display())],
            )
        };
        for _ in 0..2 {
            take_every_byte(&filler)?;
            ensure!(write().is_err(), "{system:?}: a full disk took a file");
            // It may be there in part.
            drop(std::fs::remove_file(&file));
            give_back(&filler)?;
            write().with_context(|| format!("{system:?}: no room was given back"))?;
            std::fs::remove_file(&file)?;
        }
    }
    Ok(())
}
