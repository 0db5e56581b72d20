//! A registry of many observations: how fast they are pushed, listed, exported and asked for.
//!
//! Batches of 1,000 are pushed over one connection with several calls in flight. The raw floor appends and flushes the bytes that the
//! journal holds of such a batch. A peer, if there is one, takes the same rows in the same turns and answers the same question.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use prost::Message as _;
use tempfile::tempdir_in;
use tenseven_api::v1::{
    ExportObservationsRequest, GetScoresRequest, ListScoresRequest, Observation, Page,
    PushObservationsRequest, ScoreSelection, Value, value::Kind,
};
use tenseven_catalog::Catalog;
use tenseven_tests::{
    Server, bytes_codec::BytesCodec, journal, memory::resident, numbered, recorded::record_bytes,
};
use tonic::{Request, client::Grpc, codegen::http::uri::PathAndQuery};
use uuid::Uuid;

use crate::{
    Extent,
    h2load::{self, Load},
    postgres::Postgres,
    raw,
    sample::{Sample, median},
};

/// Indicators of which a turn pushes all values.
const TURN_INDICATORS: usize = 10;
const AREAS: usize = 200;
const YEARS: usize = 100;
const FIRST_YEAR: usize = 1921;
const BATCH: usize = 1_000;
/// Pushes in flight.
const IN_FLIGHT: usize = 8;
/// Questions in flight.
const LOAD: Load = Load { connections: 1, in_flight: 16 };
const AREA: &str = "MAR";
const YEAR: usize = 2000;

/// One value of the data.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) indicator: usize,
    pub(crate) area: String,
    pub(crate) year: usize,
    pub(crate) value: f64,
}

/// What a turn of pushing came to.
#[derive(Debug, Clone, Copy)]
struct Pushed {
    /// Batches a second.
    rate: f64,
    /// Processor time of the server for each observation, in microseconds.
    server_us: f64,
}

/// How many indicators are pushed.
pub(crate) fn indicators(extent: Extent) -> usize {
    TURN_INDICATORS * extent.rounds
}

/// Measures, and prints what was measured.
pub(crate) async fn measure(extent: Extent, peer: Option<&Postgres>) {
    let home = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
    let data = home.path().join("data");
    let indicators = indicators(extent);
    journal::publish(&data, &numbered::framework("numbered", indicators));
    let server = Server::start_on(&data, &[]);
    println!("\n{} MiB resident before the first call", resident(&server));
    ingest(&server, home.path(), extent, peer).await;
    let (export, list) = (exported(&server).await, listed(&server).await);
    println!("ExportObservations: {export:.0} observations a second");
    println!("ListScores: {list:.0} MB a second");
    let asked = ask(&server, home.path(), extent);
    println!(
        "GetScores of {indicators} indicators, {} in flight: {:.0} a second",
        LOAD.in_flight, asked.rate
    );
    if let Some(peer) = peer {
        let rate = peer.ask(AREA, YEAR, LOAD.in_flight, extent.seconds);
        println!("PostgreSQL, means of its domains: {rate:.0} a second; ratio {:.1}", asked.rate / rate);
    }
}

/// Pushes in turns with the floor and the peer.
async fn ingest(server: &Server, home: &Path, extent: Extent, peer: Option<&Postgres>) {
    let (mut ours, mut floor, mut copied) = (Vec::new(), Vec::new(), Vec::new());
    let areas = areas();
    let mut bytes = 0;
    for round in 0..extent.rounds {
        let rows = rows(&areas, round);
        let batches = rows.chunks(BATCH).map(request).collect();
        let pushing = async { ours.push(push(server, batches).await) };
        bytes = record_bytes(server, rows.len() / BATCH, pushing).await;
        let file = home.join(format!("raw-bulk-{round}"));
        let span = Duration::from_secs(extent.seconds.into());
        floor.push(raw::run(&file, bytes, IN_FLIGHT, span).await);
        copied.extend(peer.map(|peer| peer.copy(&rows, BATCH, IN_FLIGHT)));
    }
    let middle = |mut figures: Vec<f64>| {
        figures.sort_unstable_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let rate = middle(ours.iter().map(|pushed| pushed.rate).collect()) * BATCH as f64;
    let server_us = middle(ours.iter().map(|pushed| pushed.server_us).collect());
    let raw = median(&floor).rate * BATCH as f64;
    println!(
        "PushObservations of {BATCH}, {IN_FLIGHT} in flight: {rate:.0} observations a second, {server_us:.2} µs of the server's time each; \
         raw floor ({bytes} bytes a batch) {raw:.0}, ratio {:.2}",
        rate / raw
    );
    if !copied.is_empty() {
        let copied = middle(copied);
        println!("PostgreSQL, COPY of {BATCH}: {copied:.0} rows a second; ratio {:.1}", rate / copied);
    }
}

fn areas() -> Vec<String> {
    let mut areas: Vec<_> = Catalog::bundled().areas().iter().map(|area| area.alpha3.to_string()).collect();
    areas.sort_unstable();
    areas.retain(|area| area != AREA);
    areas.truncate(AREAS - 1);
    areas.push(AREA.to_owned());
    areas
}

/// The rows of a round, indicator by indicator.
fn rows(areas: &[String], round: usize) -> Vec<Row> {
    let mut rows = Vec::with_capacity(TURN_INDICATORS * AREAS * YEARS);
    for indicator in round * TURN_INDICATORS..(round + 1) * TURN_INDICATORS {
        for area in areas {
            for year in FIRST_YEAR..FIRST_YEAR + YEARS {
                // Figures without a pattern that a compression could find.
                let value = (rows.len() as f64 * 0.618_033_988_749_895).fract() * 99.0;
                let value = (value * 1_000.0).round() / 1_000.0;
                rows.push(Row { indicator, area: area.clone(), year, value });
            }
        }
    }
    rows
}

fn request(rows: &[Row]) -> PushObservationsRequest {
    let observation = |row: &Row| Observation {
        indicator: numbered::indicator(row.indicator),
        area: row.area.clone(),
        period: row.year.to_string(),
        source: "national-statistics".to_owned(),
        value: Some(Value { kind: Some(Kind::Number(row.value)) }),
        ..Observation::default()
    };
    PushObservationsRequest {
        submission_id: Uuid::new_v4().to_string(),
        observations: rows.iter().map(observation).collect(),
        ..PushObservationsRequest::default()
    }
}

/// Pushes all batches; each must be accepted.
async fn push(server: &Server, batches: VecDeque<PushObservationsRequest>) -> Pushed {
    let (client, count) = (server.observations().await, batches.len());
    let batches = Arc::new(Mutex::new(batches));
    let (start, before) = (Instant::now(), processor_time(server));
    let pushing: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (mut client, batches) = (client.clone(), Arc::clone(&batches));
            tokio::spawn(async move {
                let next = || batches.lock().expect("nobody panics").pop_front();
                while let Some(batch) = next() {
                    client.push_observations(batch).await.expect("a push");
                }
            })
        })
        .collect();
    for pushing in pushing {
        pushing.await.expect("a pusher");
    }
    let (taken, used) = (start.elapsed(), processor_time(server).saturating_sub(before));
    Pushed {
        rate: count as f64 / taken.as_secs_f64(),
        server_us: used.as_secs_f64() * 1e6 / (count * BATCH) as f64,
    }
}

/// Processor time that the server has used, as Linux counts it in hundredths of a second.
fn processor_time(server: &Server) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.id())).expect("the server runs");
    // The name of the program, in brackets, may hold blanks. After it, 11 fields precede user and system time.
    let fields = stat.rsplit(')').next().expect("fields follow the name").split_whitespace().skip(11);
    let ticks: u64 = fields.take(2).map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(10 * ticks)
}

/// Observations a second of an export of all.
async fn exported(server: &Server) -> f64 {
    let mut client = server.observations().await;
    let start = Instant::now();
    let mut parts = client
        .export_observations(ExportObservationsRequest::default())
        .await
        .expect("an export")
        .into_inner();
    let mut count = 0;
    while let Some(part) = parts.message().await.expect("a part of an export") {
        count += part.observations.len();
    }
    count as f64 / start.elapsed().as_secs_f64()
}

/// Megabytes a second of scores that are listed, for 200 areas at a time.
async fn listed(server: &Server) -> f64 {
    let mut grpc = Grpc::new(server.channel().await).max_decoding_message_size(usize::MAX);
    let path = PathAndQuery::from_static("/tenseven.v1.ScoreService/ListScores");
    let (start, mut bytes) = (Instant::now(), 0);
    for year in FIRST_YEAR..FIRST_YEAR + YEARS {
        let selection = ScoreSelection {
            framework: "numbered".to_owned(),
            period_from: year.to_string(),
            period_to: year.to_string(),
            ..ScoreSelection::default()
        };
        let (selection, page) = (Some(selection), Some(Page::of_size(200)));
        let request = ListScoresRequest { selection, page, ..ListScoresRequest::default() };
        grpc.ready().await.expect("a connection");
        let request = Request::new(Bytes::from(request.encode_to_vec()));
        bytes += grpc.unary(request, path.clone(), BytesCodec).await.expect("scores").into_inner().len();
    }
    bytes as f64 / 1e6 / start.elapsed().as_secs_f64()
}

/// The scores of one area in one year, again and again.
fn ask(server: &Server, home: &Path, extent: Extent) -> Sample {
    let request = GetScoresRequest {
        framework: "numbered".to_owned(),
        area: AREA.to_owned(),
        period: YEAR.to_string(),
        ..GetScoresRequest::default()
    };
    let file = home.join("question");
    std::fs::write(&file, h2load::framed(&request.encode_to_vec())).expect("the request can be written");
    let url = format!("{}/tenseven.v1.ScoreService/GetScores", server.address());
    let samples: Vec<Sample> =
        (0..extent.rounds).map(|_| h2load::run(&url, &file, LOAD, extent.seconds)).collect();
    median(&samples)
}
