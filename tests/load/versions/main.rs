//! What a write and the memory of the server cost where a framework has many published versions.
//!
//! `cargo bench -p tenseven-tests --bench versions` compares 1,000 versions with one, turn by turn. It fails if a push takes more than
//! 1.2 times as long, or the server more than 1.1 times as much memory.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

#[path = "../scale/memory.rs"]
mod memory;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use tempfile::{TempDir, tempdir_in};
use tenseven_api::v1::observation_service_client::ObservationServiceClient;
use tenseven_catalog::Catalog;
use tenseven_tests::{Server, crowd, journal};
use tonic::transport::Channel;

const VERSIONS: usize = 1_000;
/// Pushes of one observation in each turn, and turns.
const PUSHES: usize = 200;
const TURNS: usize = 7;
/// What is pushed before anything is measured.
const BEFORE: usize = 2_000;

const LATENCY_RATIO_MAX: f64 = 1.2;
const MEMORY_RATIO_MAX: f64 = 1.1;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(measure())
}

/// A server whose journal has this number of versions of the target's framework.
struct Registry {
    server: Server,
    client: ObservationServiceClient<Channel>,
    turn: usize,
    times: Vec<Duration>,
    _home: TempDir,
}

impl Registry {
    async fn of(versions: usize) -> Self {
        let home = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
        let data = home.path().join("data");
        let texts = Catalog::bundled().framework_texts();
        let target = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).expect("it ships");
        let text = |number| target.replacen("version = \"1.0.0\"", &format!("version = \"0.{number}.0\""), 1);
        journal::publish_all(&data, &(1..versions).map(text).collect::<Vec<_>>());
        let begin = Instant::now();
        let server = Server::start_on(&data, &["--framework-versions-max", "2000"]);
        println!("{versions} versions: started in {:.2?}", begin.elapsed());
        let client = server.observations().await;
        let mut registry = Self { server, client, turn: 0, times: Vec::new(), _home: home };
        registry.push(BEFORE).await;
        registry.times.clear();
        registry
    }

    async fn push(&mut self, count: usize) {
        for _ in 0..count {
            let begin = Instant::now();
            let pushed = self.client.push_observations(crowd::change(self.turn % 120, self.turn)).await;
            pushed.expect("a push is accepted");
            self.times.push(begin.elapsed());
            self.turn += 1;
        }
    }

    fn median(&mut self) -> Duration {
        self.times.sort_unstable();
        self.times[self.times.len() / 2]
    }
}

async fn measure() -> ExitCode {
    let (mut one, mut many) = (Registry::of(1).await, Registry::of(VERSIONS).await);
    for _ in 0..TURNS {
        one.push(PUSHES).await;
        many.push(PUSHES).await;
    }
    let (alone, among) = (one.median(), many.median());
    let latency = among.as_secs_f64() / alone.as_secs_f64();
    let [few, lots] = [&one, &many].map(|registry| memory::resident(registry.server.id()) as f64 / 1e6);
    println!("a push takes {alone:.0?} with one version, {among:.0?} with {VERSIONS}: {latency:.2} times");
    println!(
        "the server takes {few:.1} MB with one version, {lots:.1} MB with {VERSIONS}: {:.2} times",
        lots / few
    );
    if latency > LATENCY_RATIO_MAX || lots / few > MEMORY_RATIO_MAX {
        println!(
            "missed: at most {LATENCY_RATIO_MAX} times the latency, {MEMORY_RATIO_MAX} times the memory"
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
