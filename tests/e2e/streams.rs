//! Pushing batch after batch in one stream.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tenseven_api::v1::{
    BatchRefusal, ListObservationsRequest, Page, PushObservationsResponse, RecordedObservation,
    StreamObservationsRequest, StreamObservationsResponse,
    observation_service_client::ObservationServiceClient, stream_observations_response::Answer,
};
use tenseven_client::{Client, ClientOptions};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, level, number};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming, transport::Endpoint};

fn batch(draft: &Draft) -> StreamObservationsRequest {
    let request = draft.request();
    StreamObservationsRequest {
        submission_id: request.submission_id,
        observations: request.observations,
        validate_only: false,
    }
}

fn of_year(year: usize) -> StreamObservationsRequest {
    batch(&Draft::new().with("dual-nationality", "MAR", &year.to_string(), level("basic")))
}

/// A stream that is open: where batches go, and the answers.
async fn open(
    server: &Server,
) -> (mpsc::Sender<StreamObservationsRequest>, Streaming<StreamObservationsResponse>) {
    let (sender, receiver) = mpsc::channel(1);
    let mut client = server.observations().await;
    let answers = client.stream_observations(ReceiverStream::new(receiver)).await.unwrap();
    (sender, answers.into_inner())
}

fn receipt(answer: &StreamObservationsResponse) -> &PushObservationsResponse {
    match &answer.answer {
        Some(Answer::Receipt(receipt)) => receipt,
        other => panic!("no receipt: {other:?}"),
    }
}

fn refusal(answer: StreamObservationsResponse) -> BatchRefusal {
    match answer.answer {
        Some(Answer::Refusal(refusal)) => refusal,
        other => panic!("no refusal: {other:?}"),
    }
}

async fn listed(server: &Server) -> Vec<RecordedObservation> {
    let request = ListObservationsRequest { page: Some(Page::of_size(10_000)), ..Default::default() };
    server.observations().await.list_observations(request).await.unwrap().into_inner().observations
}

#[tokio::test]
async fn batches_are_answered_in_their_order_and_what_was_answered_survives_a_kill() {
    let server = Server::start();
    let batches: Vec<_> = (1990..2020).map(of_year).collect();
    let sent = tokio_stream::iter(batches.clone());
    let mut answers = server.observations().await.stream_observations(sent).await.unwrap().into_inner();
    let mut revision = START_REVISION;
    for batch in &batches {
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!(answer.submission_id, batch.submission_id);
        let receipt = receipt(&answer);
        assert_eq!((receipt.revision, receipt.new_count), (revision + 1, 1));
        assert!(receipt.accept_time.is_some());
        revision = receipt.revision;
    }
    assert!(answers.message().await.unwrap().is_none(), "the stream ends after the last answer");
    let server = server.killed_and_restarted();
    assert_eq!(listed(&server).await.len(), batches.len());
}

#[tokio::test]
async fn a_refused_batch_is_answered_with_its_violations_and_the_stream_goes_on() {
    let server = Server::start();
    let (sender, mut answers) = open(&server).await;
    let first = of_year(2000);
    let wrong = Draft::new().with("dual-nationality", "QQQ", "2000", level("basic")).with(
        "migrant-casualties",
        "MAR",
        "2000",
        number(-3.0),
    );
    let reused = StreamObservationsRequest { submission_id: first.submission_id.clone(), ..of_year(2001) };
    let nameless = StreamObservationsRequest { submission_id: "x".repeat(100), ..of_year(2002) };
    // The same observation again: after the first batch it changes nothing.
    let checked = StreamObservationsRequest { validate_only: true, ..of_year(2000) };
    for batch in [first, batch(&wrong), reused, nameless, checked, of_year(2003)] {
        sender.send(batch).await.unwrap();
    }
    drop(sender);
    let mut all = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        all.push(answer);
    }
    let [first, wrong, reused, nameless, checked, last] = all.try_into().unwrap();
    assert_eq!(receipt(&first).new_count, 1);
    let wrong = refusal(wrong);
    assert_eq!(
        (Code::from_i32(wrong.code), wrong.reason.as_str()),
        (Code::InvalidArgument, "INVALID_REQUEST")
    );
    assert_eq!(wrong.metadata["violation_count"], "2");
    let fields: Vec<_> = wrong.fields.iter().map(|one| (one.path.as_str(), one.reason.as_str())).collect();
    let expected =
        [("observations[0].area", "UNKNOWN_AREA"), ("observations[1].value.number", "OUT_OF_RANGE")];
    assert_eq!(fields, expected);
    assert!(wrong.fields[1].description.contains("-3 is negative"), "{}", wrong.fields[1].description);
    let reused = refusal(reused);
    assert_eq!(
        (Code::from_i32(reused.code), reused.reason.as_str()),
        (Code::AlreadyExists, "SUBMISSION_ID_REUSED")
    );
    assert_eq!(reused.metadata["revision"], (START_REVISION + 1).to_string());
    assert_eq!(nameless.submission_id, "");
    assert_eq!(refusal(nameless).fields[0].path, "submission_id");
    assert_eq!((receipt(&checked).unchanged_count, receipt(&checked).accept_time), (1, None));
    assert_eq!((receipt(&last).revision, receipt(&last).new_count), (START_REVISION + 2, 1));
    assert_eq!(listed(&server).await.len(), 2);
}

/// Batches that are sent to a reader that does not read.
const BATCHES: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_whose_answers_nobody_takes_is_slowed() {
    let server = Server::start();
    let mut wrong = Draft::new();
    for year in 1900..2100 {
        let comment = "a".repeat(1_000);
        wrong = wrong
            .with("dual-nationality", "QQQ", &year.to_string(), level("basic"))
            .but(|one| one.comment = comment);
    }
    let (wrong, taken) = (batch(&wrong), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&taken);
    let batches = tokio_stream::iter(0..BATCHES).map(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        wrong.clone()
    });
    // Windows of HTTP/2 that hold a few answers.
    let endpoint = Endpoint::from_shared(server.address().to_owned()).unwrap();
    let endpoint = endpoint.initial_stream_window_size(65_535).initial_connection_window_size(65_535);
    let mut client = ObservationServiceClient::new(endpoint.connect().await.unwrap());
    let mut answers = client.stream_observations(batches).await.unwrap().into_inner();
    let mut before = usize::MAX;
    while before != taken.load(Ordering::SeqCst) {
        before = taken.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert!(before < BATCHES / 2, "{before} batches were taken though nobody read an answer");
    let mut answered = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        assert_eq!(refusal(answer).metadata["violation_count"], "200");
        answered += 1;
    }
    assert_eq!(answered, BATCHES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_taken_up_after_a_kill_and_each_batch_is_accepted_once() {
    const COUNT: usize = 60;
    let mut server = Server::start();
    let address = server.address().to_owned();
    let listen = address.trim_start_matches("http://").to_owned();
    let data = server.data().to_owned();
    let client = Client::connect(&address, ClientOptions { retries_max: 20, ..Default::default() });
    let client = client.await.unwrap();
    let batches: Vec<_> = (0..COUNT).map(|place| of_year(1950 + place)).collect();
    let ids: Vec<_> = batches.iter().map(|batch| batch.submission_id.clone()).collect();
    let mut answers = pin!(client.push_stream(stream::iter(batches), 8));
    let (mut answered, mut restarted) = (Vec::new(), None);
    while let Some(answer) = answers.try_next().await.unwrap() {
        answered.push((answer.submission_id, answer.outcome.unwrap().revision));
        if answered.len() == COUNT / 4 {
            server.kill();
            restarted = Some(Server::start_on(&data, &["--listen", &listen]));
        }
    }
    let restarted = restarted.expect("the server was killed on the way");
    assert_eq!(answered.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids);
    let held = listed(&restarted).await;
    assert_eq!(held.len(), COUNT);
    for one in &held {
        let receipt = (one.submission_id.clone(), one.revision);
        assert!(answered.contains(&receipt), "{receipt:?} was answered otherwise");
    }
    let newest = held.iter().map(|one| one.revision).max().unwrap();
    assert_eq!(
        newest,
        START_REVISION + COUNT as u64,
        "a batch was accepted twice, or a revision is another's"
    );
}

#[tokio::test]
async fn a_server_that_stops_answers_what_it_read_and_reports_that_it_stops() {
    let mut server = Server::start();
    let (sender, mut answers) = open(&server).await;
    sender.send(of_year(2000)).await.unwrap();
    assert_eq!(receipt(&answers.message().await.unwrap().unwrap()).new_count, 1);
    server.signal("TERM");
    let refusal = Refusal::of(answers.message().await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    drop(sender);
    assert_eq!(server.exit().code(), Some(0));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_ends_the_stream_with_its_reason() {
    let home = tempfile::TempDir::new().unwrap();
    let server = Server::start_on(&home.path().join("data"), &["--message-bytes-max", "65536"]);
    let path = "/tenseven.v1.ObservationService/StreamObservations";
    let refusal = crate::raw::stream_refused(&server, path, vec![0xff; 7]).await;
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "MALFORMED_MESSAGE"));
    let refusal = crate::raw::stream_refused(&server, path, vec![0; 70_000]).await;
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    assert_eq!(refusal.metadata["limit_bytes"], "65536");
}
