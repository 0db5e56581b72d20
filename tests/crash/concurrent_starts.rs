//! Several starts on one unclean journal at once, as by a supervisor and a person: one serves at most.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::outside::{
    End, History, LeftBehind, Process, Random, Shared, Start, check, goes_on, starts_with_everything,
};

/// How many start at once, and within which time.
const STARTS: usize = 3;
const WITHIN: Duration = Duration::from_millis(60);

/// What became of one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Round {
    /// Servers that serve.
    serving: usize,
    /// Starts that were refused without naming the process that has the journal.
    unnamed: usize,
}

async fn start_together(left: &LeftBehind, data: &Path, random: &mut Random) -> Result<Round> {
    let record = left.copied_to(data)?;
    let mut servers = Vec::new();
    for _ in 0..STARTS {
        servers.push(Process::spawn(data)?);
        sleep(random.up_to(WITHIN / 2)).await;
    }
    let ids: Vec<_> = servers.iter().map(|server| server.id().to_string()).collect();
    let (mut serving, mut unnamed) = (Vec::new(), 0);
    for server in &mut servers {
        match server.start().await? {
            Start::Serves(address) => serving.push(address),
            Start::Refused(message) => {
                ensure!(message.contains("in use"), "a start was refused for another reason: {message}");
                unnamed += usize::from(!ids.iter().any(|id| message.contains(id)));
            }
            Start::Killed => anyhow::bail!("a start was ended by a signal"),
        }
    }
    ensure!(serving.len() <= 1, "{} servers serve one journal", serving.len());
    for address in &serving {
        compare(address, &record).await.context("while the others were refused")?;
    }
    drop(servers);
    starts_with_everything(data, &record).await.context("after all were killed")?;
    Ok(Round { serving: serving.len(), unnamed })
}

async fn compare(address: &str, record: &Shared) -> Result<()> {
    ensure!(check(address, record).await? == History::Whole, "LOST: the past is refused");
    goes_on(address, record).await
}

async fn start_together_again_and_again(rounds: u32) -> Result<()> {
    let left = LeftBehind::make(End::Killed, Duration::from_secs(2)).await?;
    let folder = TempDir::new()?;
    let data = folder.path().join("data");
    let (mut random, mut served, mut unnamed, mut failed) = (Random::new(), 0, 0, Vec::new());
    for round in 0..rounds {
        match start_together(&left, &data, &mut random).await {
            Ok(round) => {
                served += round.serving;
                unnamed += round.unnamed;
            }
            Err(error) => failed.push(format!("round {round}: {error:#}")),
        }
    }
    println!(
        "{rounds} times {STARTS} starts on a journal with {} acknowledged batches: {served} served, {unnamed} refused \
         without the owner's process, {} lost or wrong",
        left.acknowledged(),
        failed.len()
    );
    ensure!(failed.is_empty(), "{failed:#?}");
    ensure!(unnamed == 0, "{unnamed} starts were refused without the owner's process");
    ensure!(served > 0, "no start was successful");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_starts_at_once_one_serves_and_nothing_is_lost() -> Result<()> {
    start_together_again_and_again(20).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; the short form runs each time"]
async fn of_three_starts_at_once_one_serves_and_nothing_is_lost_five_hundred_times() -> Result<()> {
    start_together_again_and_again(500).await
}
