//! Scores side by side.

use tenseven_api::v1::{CompareScoresRequest, CompareScoresResponse, ComparedScore, ReadAt, ScoreGap};
use tenseven_tests::{Draft, Refusal, Server, level};

fn of(areas: &[&str], periods: &[&str], nodes: &[&str]) -> CompareScoresRequest {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
    CompareScoresRequest {
        framework: "target-10-7".into(),
        areas: texts(areas),
        periods: texts(periods),
        nodes: texts(nodes),
        ..Default::default()
    }
}

async fn filled() -> Server {
    let server = Server::start();
    let draft = Draft::new()
        .with("dual-nationality", "MAR", "2019", level("elaborated"))
        .with("dual-nationality", "MAR", "2020", level("comprehensive"))
        .with("dual-nationality", "LBY", "2020", level("basic"));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

async fn compared(server: &Server, request: CompareScoresRequest) -> CompareScoresResponse {
    server.scores().await.compare_scores(request).await.unwrap().into_inner()
}

fn columns(answer: &CompareScoresResponse) -> Vec<String> {
    answer.columns.iter().map(|column| format!("{} {}", column.area, column.period)).collect()
}

fn numbers(scores: &[ComparedScore]) -> Vec<(Option<f64>, Option<f64>)> {
    scores.iter().map(|one| (one.score, one.difference)).collect()
}

#[tokio::test]
async fn differences_are_from_the_first_column() {
    let request = of(&["MAR", "LBY"], &["2020", "2019"], &["dual-nationality"]);
    let answer = compared(&filled().await, request).await;
    assert_eq!(columns(&answer), ["MAR 2020", "MAR 2019", "LBY 2020", "LBY 2019"]);
    assert_eq!(answer.columns[0].area_name, "Morocco");
    let scores = &answer.nodes[0].scores;
    assert_eq!(
        numbers(scores),
        [(Some(100.0), Some(0.0)), (Some(50.0), Some(-50.0)), (Some(0.0), Some(-100.0)), (None, None)]
    );
    assert_eq!(scores[3].gap(), ScoreGap::NeverReported);
    assert_eq!(scores[0].leaf.as_ref().unwrap().source, "test");
    assert_eq!(answer.criteria.len(), 6);
    assert!(answer.criteria.iter().all(|criterion| criterion.scores.len() == 4));
}

#[tokio::test]
async fn without_a_score_in_the_first_column_there_is_no_difference() {
    let answer = compared(&filled().await, of(&["NZL", "MAR"], &["2020"], &["mobility"])).await;
    assert_eq!(numbers(&answer.nodes[0].scores), [(None, None), (Some(100.0), None)]);
}

#[tokio::test]
async fn columns_come_as_named_and_each_once() {
    let request = of(&["MAR", "m49:015", "MAR"], &["2020", "2020"], &[]);
    let answer = compared(&filled().await, request).await;
    assert_eq!(
        columns(&answer),
        ["MAR 2020", "DZA 2020", "EGY 2020", "ESH 2020", "LBY 2020", "SDN 2020", "TUN 2020"]
    );
    assert_eq!(answer.nodes.len(), 17);
    assert_eq!((answer.nodes[0].node.as_str(), answer.nodes[1].depth), ("overall", 1));
}

#[tokio::test]
async fn a_past_comparison_is_given_again_bit_for_bit() {
    let server = filled().await;
    let then = compared(&server, of(&["MAR", "LBY"], &["2020"], &[])).await;
    let draft = Draft::new().with("dual-nationality", "MAR", "2020", level("basic"));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let read_at = Some(ReadAt::revision(then.revision));
    let request = CompareScoresRequest { read_at, ..of(&["MAR", "LBY"], &["2020"], &[]) };
    assert_eq!(compared(&server, request).await, then);
}

#[tokio::test]
async fn too_many_columns_and_what_does_not_exist_are_refused_by_name() {
    let server = filled().await;
    let mut client = server.scores().await;
    for (request, faults) in [
        (of(&[], &[], &[]), vec![("areas", "REQUIRED"), ("periods", "REQUIRED")]),
        (of(&["world"], &["2020"], &[]), vec![("areas", "TOO_MANY")]),
        (of(&["MAR", "MAR/rabat"], &["2020"], &[]), vec![("areas[1]", "NOT_ALLOWED")]),
        (of(&["MAR"], &["2020", "2020-Q1"], &[]), vec![("periods", "WRONG_FREQUENCY")]),
        (of(&["MAR"], &["2020", "soon"], &[]), vec![("periods[1]", "MALFORMED")]),
        (of(&["MAR"], &["2020"], &["mobilty"]), vec![("nodes[0]", "UNKNOWN_NODE")]),
    ] {
        let refusal = Refusal::of(client.compare_scores(request).await);
        assert_eq!(refusal.faults(), faults, "{}", refusal.message);
    }
    let refusal = Refusal::of(client.compare_scores(of(&["world"], &["2020"], &[])).await);
    assert!(refusal.message.contains("250") && refusal.message.contains("at most 50"), "{}", refusal.message);
    let unknown = Refusal::of(client.compare_scores(of(&["MRA"], &["2020"], &[])).await);
    assert_eq!(unknown.reason, "UNKNOWN_AREA");
}
