//! Exporting observations.

use std::{pin::pin, time::Duration};

use futures_util::TryStreamExt as _;
use tenseven_api::v1::{
    ExportObservationsRequest, ExportObservationsResponse, ListObservationsRequest, ObservationSelection,
    Page, ReadAt, RecordedObservation, StreamBackupRequest, admin_service_client::AdminServiceClient,
    observation_service_client::ObservationServiceClient,
};
use tenseven_client::{Client, ClientOptions};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, level, number};
use tonic::{Code, transport::Endpoint};

/// Longest comment that an observation may have.
const COMMENT: usize = 4_000;

/// Years that are pushed together.
const YEARS: usize = 10;

/// Pushes observations with long comments: of 70 years, as many as a part holds.
async fn push_long(server: &Server, years: std::ops::Range<u32>) {
    let mut client = server.observations().await;
    let years: Vec<u32> = years.collect();
    for years in years.chunks(YEARS) {
        let mut draft = Draft::new();
        for year in years {
            for area in ["MAR", "LBY", "ITA", "XAA"] {
                draft = draft
                    .with("dual-nationality", area, &year.to_string(), level("basic"))
                    .but(|one| one.comment = "a".repeat(COMMENT))
                    .with("migrant-casualties", area, &year.to_string(), number(f64::from(*year)));
            }
        }
        client.push_observations(draft.request()).await.unwrap();
    }
}

async fn exported(server: &Server, request: ExportObservationsRequest) -> Vec<ExportObservationsResponse> {
    let mut parts = server.observations().await.export_observations(request).await.unwrap().into_inner();
    let mut all = Vec::new();
    while let Some(part) = parts.message().await.unwrap() {
        all.push(part);
    }
    all
}

async fn listed(server: &Server, request: ListObservationsRequest) -> Vec<RecordedObservation> {
    let (mut client, mut request, mut all) = (server.observations().await, request, Vec::new());
    loop {
        let page = client.list_observations(request.clone()).await.unwrap().into_inner();
        all.extend(page.observations);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page = Some(Page { token: page.next_page_token, ..Default::default() });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_the_listing_of_its_revision_while_pushes_go_on() {
    let server = Server::start();
    push_long(&server, 1950..2190).await;
    let pushing = push_long(&server, 1900..1950);
    let exporting = exported(&server, ExportObservationsRequest::default());
    let ((), parts) = tokio::join!(pushing, exporting);
    assert!(parts.len() > 2, "{} parts", parts.len());
    let revision = parts[0].revision;
    let (last, before) = parts.split_last().unwrap();
    assert!(last.complete && last.resume_token.is_empty());
    assert!(before.iter().all(|part| !part.complete && !part.resume_token.is_empty()));
    for part in &parts {
        use prost::Message as _;
        assert_eq!(part.revision, revision);
        assert!(part.encoded_len() < 2 * 1024 * 1024, "a part has {} bytes", part.encoded_len());
    }
    let read_at = Some(ReadAt::revision(revision));
    let whole = listed(&server, ListObservationsRequest { read_at, ..Default::default() }).await;
    let parts: Vec<_> = parts.into_iter().flat_map(|part| part.observations).collect();
    assert_eq!(parts.len(), whole.len());
    assert!(parts == whole, "the export is not the listing");
    let read_at = Some(ReadAt::revision(revision));
    let again = exported(&server, ExportObservationsRequest { read_at, ..Default::default() }).await;
    let again: Vec<_> = again.into_iter().flat_map(|part| part.observations).collect();
    assert!(again == whole, "the export of the past revision is not the listing");
}

#[tokio::test]
async fn an_export_takes_the_filters_of_a_listing() {
    let server = Server::start();
    push_long(&server, 2000..2010).await;
    let request = ExportObservationsRequest {
        selection: Some(ObservationSelection {
            indicator: "migrant-casualties".into(),
            area: "m49:015".into(),
            source: "test".into(),
            period_from: "2003".into(),
            period_to: "2004".into(),
            status: "A".into(),
        }),
        read_at: Some(ReadAt::not_before(START_REVISION + 1)),
        ..Default::default()
    };
    let parts = exported(&server, request).await;
    let keys: Vec<_> = parts[0].observations.iter().filter_map(|one| one.observation.as_ref()).collect();
    let keys: Vec<_> = keys.iter().map(|one| (one.area.as_str(), one.period.as_str())).collect();
    assert_eq!(keys, [("LBY", "2003"), ("LBY", "2004"), ("MAR", "2003"), ("MAR", "2004")]);
    let nothing = ExportObservationsRequest {
        selection: Some(ObservationSelection { source: "nobody".into(), ..Default::default() }),
        ..Default::default()
    };
    let parts = exported(&server, nothing).await;
    assert_eq!((parts.len(), parts[0].observations.len(), parts[0].complete), (1, 0, true));
    let mut client = server.observations().await;
    let unknown = ExportObservationsRequest {
        selection: Some(ObservationSelection { area: "QQQ".into(), ..Default::default() }),
        ..Default::default()
    };
    let refusal = Refusal::of(client.export_observations(unknown).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_AREA"));
    let read_at = Some(ReadAt::revision(99));
    let future = ExportObservationsRequest { read_at, ..Default::default() };
    let refusal = Refusal::of(client.export_observations(future).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::OutOfRange, "NO_SUCH_REVISION"));
}

#[tokio::test]
async fn an_export_is_resumed_after_any_part_at_its_revision() {
    let server = Server::start();
    push_long(&server, 1950..2190).await;
    let parts = exported(&server, ExportObservationsRequest::default()).await;
    push_long(&server, 1900..1902).await;
    let resume_token = parts[0].resume_token.clone();
    let request = ExportObservationsRequest { resume_token: resume_token.clone(), ..Default::default() };
    assert!(exported(&server, request).await == parts[1..], "what follows is not the rest");
    let request = ExportObservationsRequest {
        resume_token,
        selection: Some(ObservationSelection { source: "test".into(), ..Default::default() }),
        ..Default::default()
    };
    let refusal = Refusal::of(server.observations().await.export_observations(request).await);
    assert_eq!(refusal.reason, "INVALID_PAGE_TOKEN");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_stop_reading_hold_nothing_up() {
    let server = Server::start();
    push_long(&server, 1900..2180).await;
    let mut stalled = Vec::new();
    // More than there are places for readers.
    for _ in 0..24 {
        let mut client = server.observations().await;
        let request = ExportObservationsRequest::default();
        let mut parts = client.export_observations(request).await.unwrap().into_inner();
        parts.message().await.unwrap().unwrap();
        stalled.push((client, parts));
    }
    let others = async {
        push_long(&server, 2180..2199).await;
        exported(&server, ExportObservationsRequest::default()).await
    };
    let parts = tokio::time::timeout(Duration::from_secs(30), others).await.expect("others are held up");
    assert!(parts.last().unwrap().complete);
    assert_eq!(parts.iter().map(|part| part.observations.len()).sum::<usize>(), 299 * 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn across_a_kill_an_export_is_whole_and_of_one_revision() {
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("data");
    let mut server = Server::start_on(&data, &[]);
    push_long(&server, 1900..2180).await;
    let address = server.address().to_owned();
    let options = ClientOptions { retries_max: 20, ..Default::default() };
    let client = Client::connect(&address, options).await.unwrap();
    let mut parts = pin!(client.export_observations(ExportObservationsRequest::default()));
    let first = parts.try_next().await.unwrap().unwrap();
    server.kill();
    let server = Server::start_on(&data, &["--listen", address.trim_start_matches("http://")]);
    push_long(&server, 2180..2190).await;
    let (revision, mut all) = (first.revision, first.observations);
    while let Some(part) = parts.try_next().await.unwrap() {
        assert_eq!(part.revision, revision);
        all.extend(part.observations);
    }
    let read_at = Some(ReadAt::revision(revision));
    let whole = listed(&server, ListObservationsRequest { read_at, ..Default::default() }).await;
    assert!(all == whole, "{} observations of {}", all.len(), whole.len());
}

/// Batches whose keys are interleaved with those of all the others in a listing.
const BATCHES: usize = 30;
const OBSERVATIONS: usize = 300_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; run it with --release --nocapture"]
#[expect(clippy::disallowed_methods, reason = "it takes the time")]
async fn texts_that_are_spread_over_many_batches_are_read() {
    let server = Server::start();
    let mut client = server.observations().await.max_decoding_message_size(64 << 20);
    let areas: Vec<_> = tenseven_catalog::Catalog::bundled().areas().iter().map(|area| area.alpha3).collect();
    for batch in 0..BATCHES {
        let mut draft = Draft::new();
        for place in (batch..OBSERVATIONS).step_by(BATCHES) {
            let (area, year) = (areas[place / 100 % 200].to_string(), 1950 + place % 100);
            draft = draft
                .with("migrant-casualties", &area, &year.to_string(), number(place as f64))
                .but(|one| one.source = format!("source-{}", place / 20_000))
                .but(|one| one.comment = format!("what is said of observation {place}: ").repeat(4));
        }
        client.push_observations(draft.request()).await.unwrap();
    }
    let begin = std::time::Instant::now();
    let mut parts =
        client.export_observations(ExportObservationsRequest::default()).await.unwrap().into_inner();
    let mut count = 0;
    while let Some(part) = parts.message().await.unwrap() {
        count += part.observations.len();
    }
    println!("an export of {count} observations took {:.2} s", begin.elapsed().as_secs_f64());
    let begin = std::time::Instant::now();
    let listed =
        listed(&server, ListObservationsRequest { page: Some(Page::of_size(10_000)), ..Default::default() })
            .await;
    println!("a listing of {} observations took {:.2} s", listed.len(), begin.elapsed().as_secs_f64());
    assert_eq!((count, listed.len()), (OBSERVATIONS, OBSERVATIONS));
    assert!(listed.iter().all(|one| one.observation.as_ref().unwrap().comment.starts_with("what is said")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_or_backup_too_many_is_refused_until_another_ends() {
    const TRANSFERS: usize = 128;
    let server = Server::start();
    // More than a stream holds that nobody reads.
    push_long(&server, 1_950..2_020).await;
    let endpoint = Endpoint::from_shared(server.address().to_owned()).unwrap();
    let endpoint = endpoint.initial_stream_window_size(65_535).initial_connection_window_size(64 << 20);
    let channel = endpoint.connect().await.unwrap();
    let mut observations = ObservationServiceClient::new(channel.clone());
    let mut admin = AdminServiceClient::new(channel);
    let mut exports = Vec::new();
    for _ in 0..TRANSFERS {
        exports.push(observations.export_observations(ExportObservationsRequest::default()).await.unwrap());
    }
    for refusal in [
        Refusal::of(observations.export_observations(ExportObservationsRequest::default()).await),
        Refusal::of(admin.stream_backup(StreamBackupRequest::default()).await),
    ] {
        let expected = (Code::ResourceExhausted, "TOO_MANY_WATCHERS");
        assert_eq!((refusal.code, refusal.reason.as_str()), expected, "{}", refusal.message);
    }
    exports.pop();
    let mut tries = 0;
    while let Err(status) = admin.stream_backup(StreamBackupRequest::default()).await {
        assert!(tries < 100, "{status}");
        tries += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
