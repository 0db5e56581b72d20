//! `PushObservations` of one observation against the raw floor.

use std::time::{Duration, Instant};

use tempfile::tempdir_in;
use tenseven_tests::{Server, crowd, recorded::record_bytes};

use crate::{
    Extent, Verdict, raw,
    sample::{Sample, print_head, print_row},
};

/// Records whose bytes are counted.
const RECORDS: usize = 100;

/// How many push at once, and the ratio that was measured when this was committed.
const LOADS: [(usize, f64); 3] = [(1, 0.25), (16, 0.15), (64, 0.1)];

pub(crate) async fn measure(extent: Extent) -> Vec<Verdict> {
    let home = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
    let server = Server::start_on(&home.path().join("data"), &[]);
    let record_bytes = record_bytes(&server, RECORDS, async {
        for turn in 0..RECORDS {
            server.observations().await.push_observations(crowd::change(0, turn)).await.expect("a push");
        }
    })
    .await;
    print_head(&format!("PushObservations of one, {record_bytes} bytes in the journal"), "raw/s");
    let mut verdicts = Vec::new();
    let mut turn = 1_000;
    for (in_flight, committed) in LOADS {
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for round in 0..extent.rounds {
            let file = home.path().join(format!("raw-{in_flight}-{round}"));
            let span = Duration::from_secs(extent.seconds.into());
            floor.push(raw::run(&file, record_bytes, in_flight, span).await);
            ours.push(push(&server, in_flight, span, &mut turn).await);
        }
        let what = format!("{in_flight} in flight");
        let ratio = print_row(&what, &ours, &floor);
        verdicts.push(Verdict { what: format!("PushObservations, {what}"), ratio, committed });
    }
    verdicts
}

/// Pushes for `span`, with `in_flight` calls at once over one connection.
async fn push(server: &Server, in_flight: usize, span: Duration, turn: &mut usize) -> Sample {
    let client = server.observations().await;
    let (start, first) = (Instant::now(), *turn);
    let pushing: Vec<_> = (0..in_flight)
        .map(|writer| {
            let mut client = client.clone();
            tokio::spawn(async move {
                let (mut times, mut turn) = (Vec::new(), first);
                while start.elapsed() < span {
                    let sent = Instant::now();
                    client.push_observations(crowd::change(writer, turn)).await.expect("a push");
                    times.push(sent.elapsed().as_secs_f64() * 1_000.0);
                    turn += 1;
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for pushing in pushing {
        times.extend(pushing.await.expect("a writer"));
    }
    *turn += times.len();
    Sample::of(times, start.elapsed().as_secs_f64())
}
