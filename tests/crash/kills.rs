//! The server is killed at random moments while partners push; everything that was acknowledged is there afterwards.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tenseven_api::v1::{
    GetScoresRequest, ListObservationsRequest, Page, PushObservationsRequest, value::Kind,
};
use tenseven_tests::{Draft, Server, number};
use tokio::task::JoinSet;

/// How often the server is killed, in the short form and in the long one.
const ROUNDS: u32 = 12;
const ROUNDS_LONG: u32 = 200;
/// How many clients push at once.
const CLIENTS: u32 = 8;

/// What was acknowledged: by area and period, the value.
type Acked = Arc<Mutex<BTreeMap<(String, String), f64>>>;

/// Pushes one city after the other until the server is gone. Each client has a country of its own.
async fn push_until_killed(
    address: String,
    round: u32,
    client: u32,
    acked: Acked,
) -> Option<PushObservationsRequest> {
    use tenseven_api::v1::observation_service_client::ObservationServiceClient;
    let channel = tonic::transport::Endpoint::from_shared(address).unwrap().connect().await.ok()?;
    let mut service = ObservationServiceClient::new(channel);
    for turn in 0_u32.. {
        let area = format!("XB{}/r{round}-t{turn}", char::from(b'A' + u8::try_from(client).unwrap()));
        let value = f64::from(round * 1_000 + turn);
        let request =
            Draft::new().with("cities-with-crisis-measures", &area, "2020", number(value)).request();
        if service.push_observations(request.clone()).await.is_err() {
            return Some(request);
        }
        acked.lock().unwrap().insert((area, "2020".to_owned()), value);
    }
    None
}

/// Everything that the server holds.
async fn held(server: &Server) -> BTreeMap<(String, String), f64> {
    let mut client = server.observations().await;
    let (mut held, mut token) = (BTreeMap::new(), String::new());
    loop {
        let page = Some(Page { size: 10_000, token });
        let request = ListObservationsRequest { page, ..Default::default() };
        let page = client.list_observations(request).await.unwrap().into_inner();
        for recorded in page.observations {
            let one = recorded.observation.unwrap();
            if let Some(Kind::Number(value)) = one.value.unwrap().kind {
                held.insert((one.area, one.period), value);
            }
        }
        token = page.next_page_token;
        if token.is_empty() {
            return held;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    kill_again_and_again(ROUNDS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; the short form runs each time"]
async fn nothing_acknowledged_is_lost_in_two_hundred_kills() {
    kill_again_and_again(ROUNDS_LONG).await;
}

async fn kill_again_and_again(rounds: u32) {
    let acked = Acked::default();
    let mut server = Server::start();
    for round in 0..rounds {
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(push_until_killed(server.address().to_owned(), round, client, Arc::clone(&acked)));
        }
        // Another moment each round, from right after the start to well into it.
        tokio::time::sleep(Duration::from_millis(u64::from(round * 37 % 250) + 20)).await;
        server.kill();
        let unanswered: Vec<_> = clients.join_all().await.into_iter().flatten().collect();
        server = server.killed_and_restarted();
        let held = held(&server).await;
        for (key, value) in acked.lock().unwrap().iter() {
            assert_eq!(held.get(key), Some(value), "round {round}: {key:?} was acknowledged");
        }
        // What was not answered can be sent again under the same id, whether it had been accepted or not.
        for request in unanswered {
            let area = request.observations[0].area.clone();
            server
                .observations()
                .await
                .push_observations(request)
                .await
                .unwrap_or_else(|error| panic!("{area}: {error}"));
        }
    }
    let total = acked.lock().unwrap().len();
    println!("{rounds} kills, {total} acknowledged submissions, 0 lost, 0 starts refused");
    server.terminate();
    let verified =
        std::process::Command::new(tenseven_tests::binary::path()).arg("verify").arg(server.data()).status();
    assert!(verified.is_ok_and(|status| status.success()), "the journal is not sound after {rounds} kills");
    assert!(total > 100, "only {total} submissions were acknowledged; the test sees too little");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scores_after_a_kill_are_those_before_it() {
    let server = Server::start();
    let mut client = server.observations().await;
    for turn in 0..50 {
        let draft = Draft::new().with("migrant-casualties", "LBY", "2016", number(f64::from(turn)));
        client.push_observations(draft.request()).await.unwrap();
    }
    let request = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "LBY".into(),
        period: "2016".into(),
        ..Default::default()
    };
    let before = server.scores().await.get_scores(request.clone()).await.unwrap().into_inner();
    let server = server.killed_and_restarted();
    assert_eq!(server.scores().await.get_scores(request).await.unwrap().into_inner(), before);
}
