//! Listing observations.

use tenseven_api::v1::{
    Evidence, ListObservationRevisionsRequest, ListObservationsRequest, ObservationSelection, Page,
    RecordedObservation,
};
use tenseven_tests::{Draft, Refusal, Server, level, number};
use tonic::Code;

async fn filled() -> Server {
    let server = Server::start();
    let mut draft = Draft::new();
    for area in ["MAR", "LBY", "XAA"] {
        for year in ["2018", "2019", "2020"] {
            draft = draft.with("dual-nationality", area, year, level("basic"));
            draft = draft.with("migrant-casualties", area, year, number(1.0));
        }
    }
    draft = draft.but(|one| one.status = "P".into());
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

fn keys(listed: &[RecordedObservation]) -> Vec<String> {
    let key = |one: &RecordedObservation| {
        let one = one.observation.as_ref().unwrap();
        format!("{} {} {}", one.indicator, one.area, one.period)
    };
    listed.iter().map(key).collect()
}

async fn listed(server: &Server, request: ListObservationsRequest) -> Vec<String> {
    keys(&server.observations().await.list_observations(request).await.unwrap().into_inner().observations)
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let server = filled().await;
    let select = async |selection| {
        listed(&server, ListObservationsRequest { selection: Some(selection), ..Default::default() }).await
    };
    let dual = || ObservationSelection { indicator: "dual-nationality".into(), ..Default::default() };
    assert_eq!(select(dual()).await.len(), 9);
    let selection = ObservationSelection { area: "MAR".into(), period_from: "2019".into(), ..dual() };
    assert_eq!(select(selection).await, ["dual-nationality MAR 2019", "dual-nationality MAR 2020"]);
    let selection = ObservationSelection { area: "m49:015".into(), period_to: "2018".into(), ..dual() };
    assert_eq!(select(selection).await, ["dual-nationality LBY 2018", "dual-nationality MAR 2018"]);
    assert_eq!(select(ObservationSelection { area: "world".into(), ..dual() }).await.len(), 6);
    let selection = ObservationSelection { status: "P".into(), ..Default::default() };
    assert_eq!(select(selection).await, ["migrant-casualties XAA 2020"]);
    let selection = ObservationSelection { source: "nobody".into(), ..Default::default() };
    assert_eq!(select(selection).await, Vec::<String>::new());
}

#[tokio::test]
async fn all_pages_show_the_revision_of_the_first() {
    let server = filled().await;
    let mut client = server.observations().await;
    let request = ListObservationsRequest { page: Some(Page::of_size(4)), ..Default::default() };
    let first = client.list_observations(request.clone()).await.unwrap().into_inner();
    let later = Draft::new().with("dual-nationality", "CAN", "2020", level("comprehensive"));
    client.push_observations(later.request()).await.unwrap();
    let (mut all, mut token) = (keys(&first.observations), first.next_page_token);
    while !token.is_empty() {
        let next = ListObservationsRequest { page: Some(Page { size: 4, token }), ..request.clone() };
        let page = client.list_observations(next).await.unwrap().into_inner();
        assert_eq!(page.revision, first.revision);
        all.extend(keys(&page.observations));
        token = page.next_page_token;
    }
    assert_eq!(all.len(), 18);
    assert!(all.is_sorted() && !all.iter().any(|key| key.contains("CAN")), "{all:?}");
}

#[tokio::test]
async fn a_token_of_another_query_is_refused() {
    let server = filled().await;
    let mut client = server.observations().await;
    let request = ListObservationsRequest { page: Some(Page::of_size(4)), ..Default::default() };
    let token = client.list_observations(request).await.unwrap().into_inner().next_page_token;
    for page_token in [token, "nonsense".to_owned()] {
        let other = ListObservationsRequest {
            selection: Some(ObservationSelection { area: "MAR".into(), ..Default::default() }),
            page: Some(Page { token: page_token, ..Default::default() }),
            ..Default::default()
        };
        let refusal = Refusal::of(client.list_observations(other).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_PAGE_TOKEN"));
    }
}

#[tokio::test]
async fn bad_filters_are_all_named() {
    let server = Server::start();
    let request = ListObservationsRequest {
        selection: Some(ObservationSelection {
            indicator: "a b".into(),
            area: "mar".into(),
            source: "?".into(),
            period_from: "2020".into(),
            period_to: "2019".into(),
            status: "1".into(),
        }),
        page: Some(Page::of_size(10_001)),
        ..Default::default()
    };
    let refusal = Refusal::of(server.observations().await.list_observations(request).await);
    let paths: Vec<_> = refusal.violations.iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "page.size",
            "selection.indicator",
            "selection.area",
            "selection.source",
            "selection.period_to",
            "selection.status",
        ]
    );
}

#[tokio::test]
async fn the_versions_of_a_group_are_none_and_refused() {
    let server = Server::start();
    let request = ListObservationRevisionsRequest {
        indicator: "dual-nationality".into(),
        area: "m49:015".into(),
        period: "2020".into(),
        source: "ministry".into(),
        ..Default::default()
    };
    let refusal = Refusal::of(server.observations().await.list_observation_revisions(request).await);
    assert_eq!(refusal.faults(), [("area", "NOT_ALLOWED")]);
}

#[tokio::test]
async fn a_page_of_versions_with_long_texts_ends_before_it_is_more_than_stock_clients_read() {
    let server = Server::start();
    let mut client = server.observations().await;
    let long = |turn: u8| {
        let one =
            Evidence { citation: turn.to_string(), quote: "\u{10384}".repeat(4_000), ..Evidence::default() };
        let draft = Draft::new().with("dual-nationality", "MAR", "2020", level("basic"));
        draft.but(|reported| reported.evidence = vec![one; 16]).request()
    };
    for turn in 0..18 {
        client.push_observations(long(turn)).await.unwrap();
    }
    let (mut sizes, mut page_token) = (Vec::new(), None);
    while page_token != Some(String::new()) {
        let request = ListObservationRevisionsRequest {
            indicator: "dual-nationality".into(),
            area: "MAR".into(),
            period: "2020".into(),
            source: "test".into(),
            page: Some(Page { size: 1_000, token: page_token.unwrap_or_default() }),
            ..Default::default()
        };
        let page = client.list_observation_revisions(request).await.unwrap().into_inner();
        sizes.push(page.versions.len());
        page_token = Some(page.next_page_token);
    }
    assert_eq!(sizes, [9, 9]);
}
