//! The scores of one area over periods.

use tenseven_api::v1::{
    CompareScoresRequest, GetTrendRequest, MissingReason, Page, ReadAt, ScoreGap, TrendPoint, read_at::AsOf,
};
use tenseven_tests::{Draft, Refusal, Server, journal::RANKED, level, missing};
use tonic::Code;

fn of(nodes: &[&str]) -> GetTrendRequest {
    GetTrendRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        nodes: nodes.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

async fn filled() -> Server {
    let server = Server::start();
    let draft = Draft::new()
        .with("multi-entry-visas", "MAR", "2014", level("basic"))
        .with("dual-nationality", "MAR", "2015", level("elaborated"))
        .with("dual-nationality", "MAR", "2016", missing(MissingReason::Confidential))
        .with("dual-nationality", "MAR", "2017", level("comprehensive"))
        .with("dual-nationality", "CAN", "2024", level("comprehensive"));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

async fn points(server: &Server, request: GetTrendRequest) -> Vec<TrendPoint> {
    server.scores().await.get_trend(request).await.unwrap().into_inner().points
}

fn reported(points: &[TrendPoint]) -> Vec<(&str, Option<f64>, Option<f64>, &str)> {
    let reported = |point: &TrendPoint| point.node.as_ref().unwrap().score;
    points
        .iter()
        .map(|one| (one.period.as_str(), reported(one), one.change, one.change_since.as_str()))
        .collect()
}

#[tokio::test]
async fn every_period_has_a_point_with_its_change_or_the_reason_for_none() {
    let server = filled().await;
    let found =
        points(&server, GetTrendRequest { period_to: "2018".into(), ..of(&["dual-nationality"]) }).await;
    assert_eq!(
        reported(&found),
        [
            ("2014", None, None, ""),
            ("2015", Some(50.0), None, ""),
            ("2016", None, None, ""),
            ("2017", Some(100.0), Some(50.0), "2015"),
            ("2018", Some(100.0), Some(0.0), "2017"),
        ]
    );
    let gaps: Vec<_> = found.iter().map(|point| point.node.as_ref().unwrap().gap()).collect();
    assert_eq!((gaps[0], gaps[2]), (ScoreGap::NeverReported, ScoreGap::Confidential));
    assert_eq!(found[4].node.as_ref().unwrap().coverage.unwrap().carried, 1);
}

#[tokio::test]
async fn a_trend_is_of_the_root_and_all_that_is_known_unless_more_is_named() {
    let server = filled().await;
    let answer = server.scores().await.get_trend(of(&[])).await.unwrap().into_inner();
    assert_eq!((answer.area_name.as_str(), answer.framework.as_str()), ("Morocco", "target-10-7@1.1.0"));
    let ends = [answer.points.first(), answer.points.last()].map(|point| point.unwrap().period.as_str());
    assert_eq!(ends, ["2014", "2022"], "what was observed for 2017 is carried for five years");
    assert!(answer.points.iter().all(|point| point.node.as_ref().unwrap().node == "overall"));
    let further = GetTrendRequest { period_from: "2012".into(), period_to: "2026".into(), ..of(&[]) };
    assert_eq!(points(&server, further).await.len(), 15);
    let nowhere = GetTrendRequest { area: "NZL".into(), ..of(&[]) };
    assert_eq!(points(&server, nowhere.clone()).await, []);
    let named = GetTrendRequest { period_from: "2019".into(), ..nowhere };
    assert_eq!(reported(&points(&server, named).await), [("2019", None, None, "")]);
}

#[tokio::test]
async fn pages_put_together_are_the_whole_and_show_one_revision() {
    let server = filled().await;
    let mut client = server.scores().await;
    let nodes = ["mobility", "overall", "dual-nationality"];
    let whole = client.get_trend(of(&nodes)).await.unwrap().into_inner();
    assert_eq!(whole.points.len(), 27);
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let request = GetTrendRequest { page: Some(Page { size: 4, token }), ..of(&nodes) };
        let page = client.get_trend(request).await.unwrap().into_inner();
        assert_eq!(page.revision, whole.revision);
        found.extend(page.points);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
        let later = Draft::new().with("dual-nationality", "MAR", "2013", level("basic"));
        server.observations().await.push_observations(later.request()).await.unwrap();
    }
    assert_eq!(found, whole.points);
    let order: Vec<_> = found.iter().step_by(9).map(|point| point.node.clone().unwrap().node).collect();
    assert_eq!(order, ["overall", "mobility", "dual-nationality"], "in the framework's order");
}

#[tokio::test]
async fn a_past_trend_is_given_again_bit_for_bit() {
    let server = filled().await;
    let mut client = server.scores().await;
    let then = client.get_trend(of(&["mobility"])).await.unwrap().into_inner();
    let draft = Draft::new().with("dual-nationality", "MAR", "2017", level("basic"));
    let moment = server.observations().await.push_observations(draft.request()).await.unwrap().into_inner();
    let read_at = Some(ReadAt::revision(then.revision));
    let again =
        client.get_trend(GetTrendRequest { read_at, ..of(&["mobility"]) }).await.unwrap().into_inner();
    assert_eq!(again, then);
    let read_at = ReadAt { as_of: moment.accept_time.map(AsOf::AtTime), ..Default::default() };
    let now = client
        .get_trend(GetTrendRequest { read_at: Some(read_at), ..of(&["mobility"]) })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(now.revision, moment.revision);
    assert_ne!(now.points, then.points);
}

#[tokio::test]
async fn what_has_no_trend_is_refused_by_name() {
    let server = filled().await;
    let mut client = server.scores().await;
    for (request, faults) in [
        (of(&["overall", "mobilty"]), vec![("nodes[1]", "UNKNOWN_NODE")]),
        (GetTrendRequest { area: "m49:015".into(), ..of(&[]) }, vec![("area", "NOT_ALLOWED")]),
        (
            GetTrendRequest { period_from: "2019-06".into(), ..of(&[]) },
            vec![("period_from", "WRONG_FREQUENCY")],
        ),
        (
            GetTrendRequest {
                area: String::new(),
                page: Some(Page::of_size(-1)),
                period_from: "x".into(),
                ..of(&[])
            },
            vec![("page.size", "OUT_OF_RANGE"), ("area", "REQUIRED"), ("period_from", "MALFORMED")],
        ),
        (
            GetTrendRequest { period_from: "2020".into(), period_to: "2019".into(), ..of(&[]) },
            vec![("period_to", "OUT_OF_RANGE")],
        ),
    ] {
        let refusal = Refusal::of(client.get_trend(request).await);
        assert_eq!(refusal.faults(), faults);
    }
    let token = client
        .get_trend(GetTrendRequest { page: Some(Page::of_size(2)), ..of(&[]) })
        .await
        .unwrap()
        .into_inner();
    let page_token = token.next_page_token;
    let refusal = Refusal::of(
        client
            .get_trend(GetTrendRequest {
                page: Some(Page { token: page_token, ..Default::default() }),
                ..of(&["mobility"])
            })
            .await,
    );
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_PAGE_TOKEN"));
    let unknown = GetTrendRequest { area: "MRA".into(), ..of(&[]) };
    assert_eq!(Refusal::of(client.get_trend(unknown).await).reason, "UNKNOWN_AREA");
}

/// Visas of 2014 are carried for five years: in 2020 they lapse, and the mean of 0 and 100 becomes 100 without any change of policy.
#[tokio::test]
async fn a_change_that_comes_from_coverage_is_listed_separately() {
    let server = Server::start();
    let draft = Draft::new()
        .with("multi-entry-visas", "MAR", "2014", level("basic"))
        .with("dual-nationality", "MAR", "2018", level("elaborated"))
        .with("dual-nationality", "MAR", "2019", level("comprehensive"));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let request =
        GetTrendRequest { period_from: "2018".into(), period_to: "2020".into(), ..of(&["mobility"]) };
    let found = points(&server, request).await;
    assert_eq!(
        reported(&found),
        [
            ("2018", Some(25.0), None, ""),
            ("2019", Some(50.0), Some(25.0), "2018"),
            ("2020", Some(100.0), Some(50.0), "2019")
        ]
    );
    assert_eq!(found[1].coverage_change, None);
    let change = found[2].coverage_change.clone().unwrap();
    assert_eq!((change.came, change.lapsed), (vec![], vec!["multi-entry-visas".to_owned()]));
    assert_eq!((change.like_for_like, change.from_coverage), (Some(0.0), Some(50.0)));
    let compared = server
        .scores()
        .await
        .compare_scores(CompareScoresRequest {
            framework: "target-10-7".into(),
            areas: vec!["MAR".into()],
            periods: vec!["2020".into(), "2019".into()],
            nodes: vec!["mobility".into()],
            read_at: None,
        })
        .await
        .unwrap()
        .into_inner();
    let change = compared.nodes[0].scores[1].coverage_change.clone().unwrap();
    assert_eq!((change.came, change.from_coverage), (vec!["multi-entry-visas".to_owned()], Some(-50.0)));
    assert_eq!(compared.nodes[0].scores[0].coverage_change, None);
}

#[tokio::test]
async fn a_trend_over_more_than_a_thousand_periods_is_refused() {
    let server = Server::start_with_framework(&format!("frequency = \"monthly\"\n{RANKED}"));
    let mut client = server.scores().await;
    let months = |to: &str| GetTrendRequest {
        framework: "ranked".into(),
        period_from: "1950-01".into(),
        period_to: to.into(),
        page: Some(Page::of_size(1_000)),
        ..of(&[])
    };
    let found = client.get_trend(months("2033-04")).await.unwrap().into_inner();
    assert_eq!((found.points.len(), found.next_page_token.as_str()), (1_000, ""));
    let refusal = Refusal::of(client.get_trend(months("2033-05")).await);
    assert_eq!(refusal.faults(), [("period_to", "TOO_MANY")]);
    assert!(refusal.message.contains("1001"), "{}", refusal.message);
}
