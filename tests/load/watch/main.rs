//! What watchers cost the writers: pushes without watchers and pushes with many watchers, interleaved on the
//! same server, and the time until a watcher that stalls is cut off.
//!
//! `cargo bench -p tenseven-tests --bench watch` lets 1,000 watch 10,000 changes, half of them observations, half all scores;
//! give other numbers after `--`. It fails if any watcher misses a change or gets one twice.
//!
//! Watchers run on the same machine, so that what they take to decode is missing to the server: on few processors the
//! rate at full speed depends more on that than on the server. The processor time of the server itself, and the latency
//! of writers at a constant rate, measure the server.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

mod process;
mod stall;
mod writers;

use std::time::Instant;

use tempfile::tempdir_in;
use tenseven_tests::{Server, crowd::Crowd};
use writers::{Measured, Writers};

/// How often both are measured, one after the other.
const TURNS: usize = 5;
/// Changes a second where writers keep a pace.
const PACE: f64 = 50.0;
/// Changes at a pace in each turn.
const PACED: usize = 150;

fn main() {
    let mut given = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let (watchers, changes) = (given.next().unwrap_or(1_000), given.next().unwrap_or(10_000));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(measure(watchers, changes));
}

async fn measure(watchers: usize, changes: usize) {
    let home = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
    let server = Server::start_on(&home.path().join("data"), &["--watchers-max", &watchers.to_string()]);
    let mut writers = Writers::new(&server).await;
    writers.flat_out(changes / TURNS).await;
    let (mut alone, mut watched) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    let (mut reported, mut lag) = (0, Vec::new());
    for _ in 0..TURNS {
        alone[0].push(writers.flat_out(changes / TURNS).await);
        alone[1].push(writers.paced(PACED, PACE).await);
        let crowd = Crowd::gather(&server, watchers, writers.revision()).await;
        watched[0].push(writers.flat_out(changes / TURNS).await);
        let pushed = Instant::now();
        let reached = (watchers * (changes / TURNS)) as u64;
        while crowd.reported() < reached {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        lag.push(pushed.elapsed());
        watched[1].push(writers.paced(PACED, PACE).await);
        reported += watchers * (changes / TURNS + PACED);
        crowd.received_all(writers.revision()).await;
    }
    println!("{watchers} watchers on one server; {reported} changes sent, none missed, none sent twice");
    report("at full speed", &alone[0], &watched[0]);
    report(&format!("at {PACE} a second"), &alone[1], &watched[1]);
    lag.sort_unstable();
    println!(
        "the last was sent {:.2?} after the last change at full speed was accepted (median)",
        lag[TURNS / 2]
    );
    println!(
        "a watcher that takes nothing is cut off {:.2?} after the last change; {:.2?} are allowed",
        stall::measure().await,
        stall::ALLOWED
    );
}

fn report(how: &str, alone: &[Measured], watched: &[Measured]) {
    let median = |of: &dyn Fn(&Measured) -> f64, all: &[Measured]| {
        let mut all: Vec<f64> = all.iter().map(of).collect();
        all.sort_unstable_by(f64::total_cmp);
        all[all.len() / 2]
    };
    println!("{how}:");
    for (name, unit, of) in [
        ("changes a second", "", &(|one: &Measured| one.rate) as &dyn Fn(&Measured) -> f64),
        ("latency, median", "ms", &|one| one.median_ms),
        ("latency, 99 of 100 below", "ms", &|one| one.high_ms),
        ("processor time of the server for a change", "ms", &|one| one.server_ms),
    ] {
        let (alone, watched) = (median(of, alone), median(of, watched));
        let ratio = watched / alone;
        println!("  {name:<42} alone {alone:>10.3} {unit}, watched {watched:>10.3} {unit}, ratio {ratio:.2}");
    }
}
