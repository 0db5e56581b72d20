//! Coders code blind, a curator adjudicates, and everybody sees it afterwards.

use tenseven_api::v1::{
    AdjudicationRule, AgreementCoefficient, AgreementGap, AgreementStatistic, Caller, GetAdjudicationRequest,
    GetAgreementRequest, GetAgreementResponse, GetScoresRequest, ListAdjudicationsRequest,
    ListCodingsRequest, ListCodingsResponse, ListObservationRevisionsRequest, ListObservationsRequest, Page,
    ReadAt, RoundState, SubmitCodingRequest, UnitSelection,
    assessment_service_client::AssessmentServiceClient, coding::Judgement, value::Kind,
};
use tenseven_tests::{
    Draft, Refusal, Server,
    coding::{adjudicate, coder, coding, curator, decide},
    journal::CODED,
    level,
};
use tonic::{Code, transport::Channel};

type Client = AssessmentServiceClient<Channel>;

fn listed(response: &ListCodingsResponse) -> Vec<(String, String, u32)> {
    let one = |recorded: &tenseven_api::v1::RecordedCoding| {
        let coding = recorded.coding.clone().unwrap();
        let level = match coding.judgement.unwrap() {
            Judgement::Level(level) => level,
            Judgement::Missing(_) => "missing".to_owned(),
        };
        (coding.coder, level, recorded.round)
    };
    response.codings.iter().map(one).collect()
}

async fn codings(client: &mut Client, caller: Option<Caller>, at: Option<u64>) -> ListCodingsResponse {
    let read_at = at.map(ReadAt::revision);
    let request = ListCodingsRequest { caller, read_at, include_superseded: true, ..Default::default() };
    client.list_codings(request).await.unwrap().into_inner()
}

async fn agreement(client: &mut Client, caller: Option<Caller>, at: Option<u64>) -> GetAgreementResponse {
    let read_at = at.map(ReadAt::revision);
    let request = GetAgreementRequest {
        caller,
        selection: Some(UnitSelection { indicator: "judged".into(), ..Default::default() }),
        read_at,
        ..Default::default()
    };
    client.get_agreement(request).await.unwrap().into_inner()
}

async fn submit(client: &mut Client, request: &SubmitCodingRequest) -> u64 {
    client.submit_coding(request.clone()).await.unwrap().into_inner().revision
}

fn named(codes: &[(&str, &str, u32)]) -> Vec<(String, String, u32)> {
    codes.iter().map(|(coder, level, round)| ((*coder).to_owned(), (*level).to_owned(), *round)).collect()
}

#[tokio::test]
async fn coders_are_blind_until_the_curator_adjudicates_and_as_of_before_for_ever() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    let first = submit(&mut client, &coding("ada", "MAR", "2020", "two")).await;
    submit(&mut client, &coding("ben", "MAR", "2020", "five")).await;
    submit(&mut client, &coding("ben", "MAR", "2020", "two")).await;
    let open = submit(&mut client, &coding("ada", "LBY", "2020", "three")).await;

    // At every revision at which the round is open each sees its own, and nothing of another's but their number.
    let (own_a, own_b) = ([("ada", "three", 1), ("ada", "two", 1)], [("ben", "five", 1), ("ben", "two", 1)]);
    let check_blind = async |client: &mut Client| {
        let a = codings(client, coder("ada"), Some(open)).await;
        assert_eq!((listed(&a), a.withheld_count), (named(&own_a), 1));
        let b = codings(client, coder("ben"), Some(open)).await;
        assert_eq!((listed(&b), b.withheld_count), (named(&own_b), 2));
        let early = codings(client, coder("ben"), Some(first)).await;
        assert_eq!((listed(&early).len(), early.withheld_count), (0, 1));
        let stranger = codings(client, None, Some(open)).await;
        assert_eq!((stranger.codings.len(), stranger.withheld_count), (0, 0));
        assert_eq!(codings(client, curator("rosa"), Some(open)).await.codings.len(), 4);
        for caller in [coder("ada"), coder("ben"), None] {
            let figures = agreement(client, caller.clone(), Some(open)).await;
            assert_eq!((figures.round_count, figures.coders.len()), (0, 0), "{caller:?}");
            assert!(figures.statistics.iter().all(|one| one.value.is_none() && one.unit_count == 0));
        }
        let figures = agreement(client, curator("rosa"), Some(open)).await;
        assert_eq!((figures.round_count, figures.open_round_count), (2, 2));
    };
    check_blind(&mut client).await;
    assert_eq!(codings(&mut client, coder("ada"), None).await.codings.len(), 2);

    // The filter for another's codings gives none, and a call that changes nothing reveals nothing.
    let request = ListCodingsRequest { caller: coder("ada"), coder: "ben".into(), ..Default::default() };
    let others = client.list_codings(request).await.unwrap().into_inner();
    assert_eq!((others.codings.len(), others.withheld_count), (0, 1));
    let mut again = adjudicate("MAR", "2020", AdjudicationRule::Median);
    again.validate_only = true;
    again.caller = coder("ada");
    let refusal = Refusal::of(client.adjudicate_codings(again).await);
    assert_eq!(refusal.faults(), [("caller", "WRONG_ROLE")]);
    let mut observed = server.observations().await;
    let observations =
        observed.list_observations(ListObservationsRequest::default()).await.unwrap().into_inner();
    assert!(observations.observations.is_empty());

    let answer =
        client.adjudicate_codings(adjudicate("MAR", "2020", AdjudicationRule::Median)).await.unwrap();
    let made = answer.into_inner().adjudication.unwrap();
    assert_eq!((made.round, made.curator.as_str(), made.codings.len()), (1, "rosa", 2));

    // Everybody sees the round now, what was revised included; the other unit is as blind as before.
    let all = [("ada", "two", 1), ("ben", "five", 1), ("ben", "two", 1)];
    assert_eq!(listed(&codings(&mut client, None, None).await), named(&all));
    let b = codings(&mut client, coder("ben"), None).await;
    assert_eq!((listed(&b), b.withheld_count), (named(&all), 1));
    assert_eq!(agreement(&mut client, coder("ben"), None).await.round_count, 1);
    check_blind(&mut client).await;
    // The next coding opens the next round, which is blind again.
    submit(&mut client, &coding("ada", "MAR", "2020", "four")).await;
    assert_eq!(codings(&mut client, coder("ben"), None).await.withheld_count, 2);
    let server = server.killed_and_restarted();
    check_blind(&mut server.assessment().await).await;
}

#[tokio::test]
async fn an_adjudicated_observation_is_an_observation_like_any_other() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    let mut observations = server.observations().await;
    let mut draft = Draft::new().with("judged", "MAR", "2020", level("one"));
    draft = draft.but(|one| one.source = "panel".into());
    let pushed = observations.push_observations(draft.request()).await.unwrap().into_inner().revision;
    let mut cited = Vec::new();
    for (by, level) in [("ada", "two"), ("ben", "four"), ("eva", "four")] {
        cited.push(submit(&mut client, &coding(by, "MAR", "2020", level)).await);
    }
    let request = adjudicate("MAR", "2020", AdjudicationRule::Majority);
    let mut check = request.clone();
    check.validate_only = true;
    let would = client.adjudicate_codings(check).await.unwrap().into_inner().adjudication.unwrap();
    let answer = client.adjudicate_codings(request.clone()).await.unwrap().into_inner();
    let made = answer.adjudication.clone().unwrap();
    assert_eq!((would.observation, would.accept_time), (made.observation.clone(), None));
    let revision = answer.revision;
    assert_eq!(made.codings.iter().map(|one| one.revision).collect::<Vec<_>>(), cited);
    let observation = made.observation.clone().unwrap();
    assert_eq!(observation.value.as_ref().unwrap().kind, Some(Kind::Level("four".into())));
    let [a, b, c] = cited[..] else { panic!("{cited:?}") };
    let method = format!("Majority of 3 codings in round 1 (revisions {a}, {b}, {c}), adjudicated by rosa.");
    assert_eq!(observation.method, method);

    let versions = ListObservationRevisionsRequest {
        indicator: "judged".into(),
        area: "MAR".into(),
        period: "2020".into(),
        source: "panel".into(),
        ..Default::default()
    };
    let versions = observations.list_observation_revisions(versions).await.unwrap().into_inner().versions;
    assert_eq!(versions.iter().map(|one| one.revision).collect::<Vec<_>>(), [revision, pushed]);
    assert_eq!(versions[0].observation, Some(observation));
    let scores = GetScoresRequest {
        framework: "coded".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    };
    let scores = server.scores().await.get_scores(scores).await.unwrap().into_inner().scores.unwrap();
    assert_eq!(scores.nodes[0].score, Some(4.0));

    // A retry gets the first answer, also after a restart, and also after the next round.
    submit(&mut client, &coding("ada", "MAR", "2020", "one")).await;
    let again = client.adjudicate_codings(request.clone()).await.unwrap().into_inner();
    assert_eq!(again, answer);
    let server = server.killed_and_restarted();
    let mut client = server.assessment().await;
    assert_eq!(client.adjudicate_codings(request.clone()).await.unwrap().into_inner(), answer);
    let request = GetAdjudicationRequest { revision, ..Default::default() };
    assert_eq!(client.get_adjudication(request).await.unwrap().into_inner().adjudication, Some(made.clone()));
    let all = client.list_adjudications(ListAdjudicationsRequest::default()).await.unwrap().into_inner();
    assert_eq!(all.adjudications, [made]);
    let other = GetAdjudicationRequest { revision: pushed, ..Default::default() };
    let refusal = Refusal::of(client.get_adjudication(other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_ADJUDICATION"));
}

#[tokio::test]
async fn a_watcher_gets_adjudications_and_no_codings() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    submit(&mut client, &coding("ada", "MAR", "2020", "two")).await;
    let made = client
        .adjudicate_codings(adjudicate("MAR", "2020", AdjudicationRule::Median))
        .await
        .unwrap()
        .into_inner();
    let request =
        tenseven_api::v1::WatchObservationsRequest { after_revision: Some(0), ..Default::default() };
    let mut events = server.observations().await.watch_observations(request).await.unwrap().into_inner();
    loop {
        let event = events.message().await.unwrap().unwrap();
        if event.observations.is_empty() {
            continue;
        }
        assert_eq!(event.revision, made.revision);
        assert_eq!(event.observations, [made.adjudication.unwrap().observation.unwrap()]);
        break;
    }
}

#[tokio::test]
async fn a_coding_is_accepted_once_and_its_history_is_kept() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    let request = coding("ada", "MAR", "2020", "two");
    let first = client.submit_coding(request.clone()).await.unwrap().into_inner();
    assert_eq!((first.round, first.revises), (1, false));
    let revised = client.submit_coding(coding("ada", "MAR", "2020", "three")).await.unwrap().into_inner();
    assert_eq!((revised.round, revised.revises), (1, true));
    client
        .adjudicate_codings({
            let mut decided = adjudicate("MAR", "2020", AdjudicationRule::Decision);
            decided.decision = decide("five", "The law was read wrongly");
            decided
        })
        .await
        .unwrap();
    let third = client.submit_coding(coding("ada", "MAR", "2020", "one")).await.unwrap().into_inner();
    assert_eq!((third.round, third.revises), (2, false));
    let server = server.killed_and_restarted();
    let mut client = server.assessment().await;
    assert_eq!(client.submit_coding(request.clone()).await.unwrap().into_inner(), first);
    let mut other = coding("ada", "MAR", "2020", "four");
    other.submission_id = request.submission_id;
    let refusal = Refusal::of(client.submit_coding(other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::AlreadyExists, "SUBMISSION_ID_REUSED"));

    let mut request =
        ListCodingsRequest { caller: curator("rosa"), page: Some(Page::of_size(1)), ..Default::default() };
    let mut pages = Vec::new();
    request.include_superseded = true;
    loop {
        let page = client.list_codings(request.clone()).await.unwrap().into_inner();
        pages.extend(page.codings);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page = Some(Page { size: 1, token: page.next_page_token });
    }
    let seen: Vec<_> =
        pages.iter().map(|one| (one.revision, one.previous_revision, one.superseded, one.round)).collect();
    assert_eq!(
        seen,
        [
            (first.revision, 0, true, 1),
            (revised.revision, first.revision, false, 1),
            (third.revision, 0, false, 2)
        ]
    );
    assert_eq!(pages[0].adjudicated_revision, third.revision - 1);
    for (state, expected) in
        [(RoundState::Open, 1), (RoundState::Adjudicated, 1), (RoundState::Unspecified, 2)]
    {
        let request = ListCodingsRequest { caller: coder("ada"), state: state.into(), ..Default::default() };
        assert_eq!(client.list_codings(request).await.unwrap().into_inner().codings.len(), expected);
    }
    // A token of one caller is none of another's.
    let mut request =
        ListCodingsRequest { caller: curator("rosa"), page: Some(Page::of_size(1)), ..Default::default() };
    let token = client.list_codings(request.clone()).await.unwrap().into_inner().next_page_token;
    request.page = Some(Page { size: 1, token });
    request.caller = coder("ben");
    assert_eq!(Refusal::of(client.list_codings(request).await).reason, "INVALID_PAGE_TOKEN");
}

#[tokio::test]
async fn agreement_states_its_data_or_why_it_is_undefined() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    // Units 1-1, 1-2, 2-2, as a hand can reckon: nominal alpha 4/9; kappa (2/3 − 4/9)/(1 − 4/9) = 2/5; and a unit alone.
    for (year, codes) in [("2001", ["one", "one"]), ("2002", ["one", "two"]), ("2003", ["two", "two"])] {
        for (by, level) in ["ada", "ben"].into_iter().zip(codes) {
            submit(&mut client, &coding(by, "MAR", year, level)).await;
        }
    }
    submit(&mut client, &coding("ada", "MAR", "2004", "five")).await;
    let figures = agreement(&mut client, curator("rosa"), None).await;
    assert_eq!((figures.round_count, figures.coders.len()), (4, 2));
    let value = |coefficient: AgreementCoefficient| {
        figures.statistics.iter().find(|one| one.coefficient() == coefficient).unwrap()
    };
    let alpha = value(AgreementCoefficient::AlphaNominal);
    assert!((alpha.value.unwrap() - 4.0 / 9.0).abs() < 1e-15);
    assert_eq!((alpha.unit_count, alpha.coder_count, alpha.value_count), (3, 2, 6));
    let kappa = value(AgreementCoefficient::KappaPlain);
    assert!((kappa.value.unwrap() - 2.0 / 5.0).abs() < 1e-15, "{kappa:?}");
    let fleiss = value(AgreementCoefficient::KappaFleiss);
    assert_eq!((fleiss.value, fleiss.gap()), (None, AgreementGap::NotBalanced));
    submit(&mut client, &coding("eva", "MAR", "2001", "one")).await;
    let figures = agreement(&mut client, curator("rosa"), None).await;
    let gaps: Vec<_> = figures.statistics.iter().map(AgreementStatistic::gap).collect();
    let (has, two) = (AgreementGap::Unspecified, AgreementGap::NotTwoCoders);
    assert_eq!(gaps, [has, has, has, has, two, two, two, AgreementGap::NotBalanced]);
    let request = GetAgreementRequest {
        caller: curator("rosa"),
        selection: Some(UnitSelection { indicator: "judged".into(), ..Default::default() }),
        coders: vec!["eva".into(), "ada".into()],
        ..Default::default()
    };
    let named = client.get_agreement(request).await.unwrap().into_inner();
    assert_eq!(named.coders, ["eva", "ada"]);
    assert!(named.statistics[..7].iter().all(|one| one.gap() == AgreementGap::NoVariation), "{named:?}");
}
