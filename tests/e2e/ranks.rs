//! Ranks, where a framework allows them.

use tenseven_api::v1::{MissingReason, RankAreasRequest, RankAreasResponse, ReadAt, ScoreGap, ScoreStatus};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, journal::RANKED, level, missing};
use tonic::Code;
use tonic_types::StatusExt as _;

fn of(areas: &[&str], node: &str) -> RankAreasRequest {
    RankAreasRequest {
        framework: "ranked".into(),
        node: node.into(),
        period: "2020".into(),
        areas: areas.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

async fn filled() -> Server {
    let server = Server::start_with_framework(RANKED);
    let draft = Draft::new()
        .with("access", "MAR", "2020", level("elaborated"))
        .with("access", "LBY", "2020", level("comprehensive"))
        .with("access", "TUN", "2018", level("elaborated"))
        .with("access", "EGY", "2020", level("basic"))
        .with("access", "DZA", "2020", missing(MissingReason::NotCollected))
        .with("access", "CAN", "2020", level("comprehensive"));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

async fn ranks(server: &Server, request: RankAreasRequest) -> RankAreasResponse {
    server.scores().await.rank_areas(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn equal_scores_share_the_best_rank_and_areas_without_one_are_listed_separately_with_the_reason() {
    let answer = ranks(&filled().await, of(&["m49:015"], "access")).await;
    let ranked: Vec<_> =
        answer.ranked.iter().map(|one| (one.rank, one.area.as_str(), one.score, one.band.as_str())).collect();
    assert_eq!(
        ranked,
        [
            (1, "LBY", 100.0, "high"),
            (2, "MAR", 50.0, "high"),
            (2, "TUN", 50.0, "high"),
            (4, "EGY", 0.0, "low")
        ]
    );
    assert_eq!(answer.ranked[2].status(), ScoreStatus::Filled);
    assert_eq!(answer.ranked[2].coverage.unwrap().carried, 1);
    let unranked: Vec<_> = answer.unranked.iter().map(|one| (one.area.as_str(), one.gap())).collect();
    assert_eq!(
        unranked,
        [("DZA", ScoreGap::NotCollected), ("ESH", ScoreGap::NeverReported), ("SDN", ScoreGap::NeverReported)]
    );
    assert_eq!((answer.area_count, answer.node_name.as_str()), (7, "Access to services"));
    assert_eq!((answer.framework.as_str(), answer.revision), ("ranked@1.0.0", START_REVISION + 2));
}

#[tokio::test]
async fn a_rank_is_among_the_areas_asked_for_and_by_the_root_unless_a_node_is_named() {
    let server = filled().await;
    let answer = ranks(&server, of(&["EGY", "MAR"], "")).await;
    let ranked: Vec<_> = answer.ranked.iter().map(|one| (one.rank, one.area.as_str())).collect();
    assert_eq!((answer.node.as_str(), ranked), ("whole", vec![(1, "MAR"), (2, "EGY")]));
    let world = ranks(&server, of(&[], "")).await;
    assert_eq!((world.areas.as_slice(), world.area_count), (["world".to_owned()].as_slice(), 250));
    assert_eq!((world.ranked.len(), world.unranked.len()), (5, 245));
}

#[tokio::test]
async fn a_period_that_nothing_was_observed_for_is_ranked_by_what_is_carried_to_it() {
    let server = filled().await;
    let of_period = |period: &str| RankAreasRequest { period: period.into(), ..of(&["m49:015", "XAA"], "") };
    let carried = ranks(&server, of_period("2022")).await;
    let ranked: Vec<_> = carried.ranked.iter().map(|one| (one.rank, one.area.as_str())).collect();
    assert_eq!(ranked, [(1, "LBY"), (2, "MAR"), (2, "TUN"), (4, "EGY")]);
    assert!(carried.ranked.iter().all(|one| one.status() == ScoreStatus::Filled));
    let before = ranks(&server, of_period("1990")).await;
    assert_eq!((before.ranked.len(), before.unranked.len()), (0, 8));
}

#[tokio::test]
async fn past_ranks_are_given_again_bit_for_bit() {
    let server = filled().await;
    let then = ranks(&server, of(&["m49:015"], "")).await;
    let draft = Draft::new().with("access", "EGY", "2020", level("comprehensive"));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let now = ranks(
        &server,
        RankAreasRequest { read_at: Some(ReadAt::not_before(then.revision + 1)), ..of(&["m49:015"], "") },
    )
    .await;
    assert_ne!(now.ranked, then.ranked);
    let read_at = Some(ReadAt::revision(then.revision));
    assert_eq!(ranks(&server, RankAreasRequest { read_at, ..of(&["m49:015"], "") }).await, then);
}

#[tokio::test]
async fn a_framework_that_must_not_rank_does_not() {
    let server = Server::start();
    for (framework, named) in [("target-10-7", "target-10-7@1.1.0"), ("sdg-10-7-2@1.0.0", "sdg-10-7-2@1.0.0")]
    {
        let request = RankAreasRequest { framework: framework.into(), ..of(&["MAR"], "") };
        let status = server.scores().await.rank_areas(request).await.unwrap_err();
        let refusal = Refusal::from(&status);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "RANKING_DISABLED"));
        assert_eq!(refusal.metadata["framework"], named);
        let details = status.get_error_details();
        let failed = &details.precondition_failure().unwrap().violations;
        assert_eq!(failed.len(), 1);
        assert_eq!((failed[0].r#type.as_str(), &failed[0].subject), ("RANKING", &named.to_owned()));
    }
}

#[tokio::test]
async fn what_cannot_be_ranked_is_refused_by_name() {
    let server = Server::start_with_framework(RANKED);
    let mut client = server.scores().await;
    let not_found = [
        (RankAreasRequest { framework: "rankt".into(), ..of(&[], "") }, "UNKNOWN_FRAMEWORK"),
        (of(&["MRA"], ""), "UNKNOWN_AREA"),
    ];
    for (request, reason) in not_found {
        let refusal = Refusal::of(client.rank_areas(request).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, reason));
    }
    for (request, fault) in [
        (of(&[], "acess"), ("node", "UNKNOWN_NODE")),
        (of(&["MAR", "MAR/rabat"], ""), ("areas[1]", "NOT_ALLOWED")),
        (RankAreasRequest { period: "2020-Q1".into(), ..of(&[], "") }, ("period", "WRONG_FREQUENCY")),
        (RankAreasRequest { period: String::new(), ..of(&[], "") }, ("period", "REQUIRED")),
    ] {
        let refusal = Refusal::of(client.rank_areas(request).await);
        assert_eq!(refusal.faults(), [fault]);
    }
    let refusal = Refusal::of(client.rank_areas(of(&[], "acess")).await);
    assert!(refusal.message.ends_with("did you mean access?"), "{}", refusal.message);
}
