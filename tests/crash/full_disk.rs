//! A server whose disk is full, or broken.

use anyhow::{Result, ensure};
use tenseven_api::v1::{ListObservationsRequest, PushObservationsRequest};
use tenseven_tests::{Draft, Refusal, Server, number};
use tonic::Code;

use crate::power_cut::disk::{Disk, Image};

/// A batch that takes some room: each observation has a long comment.
fn batch(turn: u32) -> PushObservationsRequest {
    let mut draft = Draft::new();
    for city in 0..200 {
        draft = draft
            .with("cities-with-crisis-measures", &format!("MAR/t{turn}-c{city}"), "2020", number(1.0))
            .but(|one| {
                one.comment = unlike_any_other((u64::from(turn) << 32) | (city + 1));
            });
    }
    draft.request()
}

/// A long text in which no compression finds much to save.
fn unlike_any_other(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    while text.len() < 3_600 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!("{state:x}"));
    }
    text.truncate(3_600);
    text
}

/// Pushes until that is refused; returns the batch that was, and how many were acknowledged.
async fn fill(server: &Server) -> (PushObservationsRequest, Refusal, u32) {
    let mut client = server.observations().await;
    for turn in 0.. {
        let request = batch(turn);
        if let Err(status) = client.push_observations(request.clone()).await {
            return (request, Refusal::from(&status), turn);
        }
    }
    unreachable!("the disk is never full")
}

async fn count(server: &Server) -> usize {
    let mut client = server.observations().await;
    let (mut count, mut page_token) = (0, String::new());
    loop {
        let request = ListObservationsRequest { page_token, ..Default::default() };
        let page = client.list_observations(request).await.unwrap().into_inner();
        count += page.observations.len();
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return count;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_a_full_disk_refuses_writes_answers_reads_and_goes_on_once_there_is_room() -> Result<()> {
    let disk = Disk::format(Image::new(64 << 20)?, 5)?;
    let filler = disk.path().join("filler");
    std::fs::write(&filler, vec![1; 34 << 20])?;
    let mut server = Server::start_on(&disk.journal(), &[]);
    let (refused, refusal, acknowledged) = fill(&server).await;
    ensure!(refusal.code == Code::ResourceExhausted && refusal.reason == "JOURNAL_FULL", "{refusal:?}");
    ensure!(acknowledged > 3, "only {acknowledged} batches were acknowledged");
    ensure!(count(&server).await == acknowledged as usize * 200, "reads do not go on");
    std::fs::remove_file(filler)?;
    // The same submission, as the refusal says.
    server.observations().await.push_observations(refused).await?;
    ensure!(count(&server).await == (acknowledged as usize + 1) * 200);
    server.kill();
    let server = Server::start_on(&disk.journal(), &[]);
    ensure!(count(&server).await == (acknowledged as usize + 1) * 200, "something was half-written");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_a_broken_disk_takes_no_writes_and_answers_what_was_acknowledged() -> Result<()> {
    let disk = Disk::format(Image::that_breaks_after(24 << 20)?, 5)?;
    let server = Server::start_on(&disk.journal(), &[]);
    let (refused, refusal, acknowledged) = fill(&server).await;
    ensure!(refusal.code == Code::Unavailable && refusal.reason == "JOURNAL_FAILED", "{refusal:?}");
    ensure!(count(&server).await == acknowledged as usize * 200, "reads do not go on");
    let again = Refusal::of(server.observations().await.push_observations(refused).await);
    ensure!(again.reason == "JOURNAL_FAILED", "a write was taken after one that failed: {again:?}");
    Ok(())
}
