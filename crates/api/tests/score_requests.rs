//! Requests for scores are read whole, or refused with everything that is wrong with them.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use prost_types::{FieldMask, Timestamp};
use tenseven_api::{
    Violations,
    convert::{CompareScores, ExplainScore, GetScores, GetTrend, ListScores, RankAreas, WatchScores},
    v1,
};
use tenseven_model::{AreaSelection, AsOf, Revision};

fn faults<T: std::fmt::Debug>(read: Result<T, Violations>) -> Vec<(String, &'static str)> {
    let told = |one: tenseven_api::Violation| (one.path, one.reason.as_str_name());
    read.unwrap_err().0.into_iter().map(told).collect()
}

fn at(path: &str, reason: &'static str) -> (String, &'static str) {
    (path.to_owned(), reason)
}

fn unknown_field() -> FieldMask {
    FieldMask { paths: vec!["nothing".into()] }
}

#[test]
fn what_is_left_out_of_ranks_is_the_root_and_the_world() {
    let request = v1::RankAreasRequest {
        framework: "x@1.0.0".into(),
        period: "2020".into(),
        min_revision: 7,
        as_of: Some(v1::rank_areas_request::AsOf::AtRevision(9)),
        ..Default::default()
    };
    let RankAreas { framework, node, period, areas, freshness } = request.try_into().unwrap();
    assert_eq!((framework.to_string().as_str(), period.to_string().as_str()), ("x@1.0.0", "2020"));
    assert_eq!((node, areas), (None, vec![AreaSelection::World]));
    assert_eq!(
        (freshness.min_revision, freshness.as_of),
        (Revision::new(7), AsOf::Revision(Revision::new(9)))
    );
}

#[test]
fn a_trend_has_pages_of_a_hundred_points_unless_told_otherwise() {
    let request = v1::GetTrendRequest { framework: "x".into(), area: "MAR".into(), ..Default::default() };
    let read = GetTrend::try_from(request.clone()).unwrap();
    assert_eq!((read.page.size, read.nodes.len(), read.read_mask), (100, 0, None));
    let largest = v1::GetTrendRequest { page_size: 1_000, ..request.clone() };
    assert_eq!(GetTrend::try_from(largest).unwrap().page.size, 1_000);
    let too_large = v1::GetTrendRequest { page_size: 1_001, ..request };
    assert_eq!(faults(GetTrend::try_from(too_large)), [at("page_size", "FIELD_REASON_OUT_OF_RANGE")]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let (required, malformed) = ("FIELD_REASON_REQUIRED", "FIELD_REASON_MALFORMED");
    let unknown = at("read_mask.paths[0]", "FIELD_REASON_UNKNOWN_FIELD");
    let never = Timestamp { seconds: 0, nanos: -1 };
    let request = v1::GetTrendRequest {
        nodes: vec!["fine".into(), "not fine".into()],
        period_from: "soon".into(),
        as_of: Some(v1::get_trend_request::AsOf::AtTime(never)),
        read_mask: Some(unknown_field()),
        ..Default::default()
    };
    assert_eq!(
        faults(GetTrend::try_from(request)),
        [
            at("framework", required),
            at("area", required),
            at("nodes[1]", malformed),
            at("period_from", malformed),
            at("at_time", malformed),
            unknown.clone()
        ]
    );
    let request = v1::CompareScoresRequest { periods: vec!["2020".into(), "x".into()], ..Default::default() };
    assert_eq!(
        faults(CompareScores::try_from(request)),
        [at("framework", required), at("areas", required), at("periods[1]", malformed)]
    );
    let request = v1::RankAreasRequest { areas: vec!["mar".into()], node: " ".into(), ..Default::default() };
    assert_eq!(
        faults(RankAreas::try_from(request)),
        [at("framework", required), at("node", malformed), at("period", required), at("areas[0]", malformed)]
    );
    let request = v1::ExplainScoreRequest { read_mask: Some(unknown_field()), ..Default::default() };
    assert_eq!(
        faults(ExplainScore::try_from(request)),
        [at("framework", required), at("area", required), at("period", required), unknown.clone()]
    );
}

#[test]
fn trees_take_nodes_and_a_mask() {
    let request = v1::GetScoresRequest {
        framework: "x".into(),
        area: "MAR".into(),
        period: "2020".into(),
        nodes: vec!["a".into(), "b".into()],
        read_mask: Some(FieldMask { paths: vec!["nodes.score".into()] }),
        ..Default::default()
    };
    let read = GetScores::try_from(request).unwrap();
    assert_eq!((read.nodes.len(), read.read_mask.is_some()), (2, true));
    let request = v1::ListScoresRequest {
        framework: "x".into(),
        read_mask: Some(unknown_field()),
        ..Default::default()
    };
    assert_eq!(
        faults(ListScores::try_from(request)),
        [at("read_mask.paths[0]", "FIELD_REASON_UNKNOWN_FIELD")]
    );
}

#[test]
fn no_request_names_more_than_a_thousand_nodes() {
    let request = v1::CompareScoresRequest {
        framework: "x".into(),
        areas: vec!["MAR".into()],
        periods: vec!["2020".into()],
        nodes: vec!["n".into(); 1_001],
        ..Default::default()
    };
    assert_eq!(faults(CompareScores::try_from(request)), [at("nodes", "FIELD_REASON_TOO_MANY")]);
}

#[test]
fn a_watch_of_scores_is_of_the_root_unless_nodes_or_all_are_named() {
    let request = v1::WatchScoresRequest { framework: "x".into(), ..Default::default() };
    let read = WatchScores::try_from(request.clone()).unwrap();
    assert_eq!((read.nodes, read.after_revision, read.snapshot), (Some(vec![]), None, false));
    let nodes = |nodes: &[&str]| {
        let nodes = nodes.iter().map(|node| (*node).to_owned()).collect();
        WatchScores::try_from(v1::WatchScoresRequest { nodes, ..request.clone() })
    };
    assert_eq!(nodes(&["*"]).unwrap().nodes, None);
    assert_eq!(nodes(&["a", "b"]).unwrap().nodes.map(|nodes| nodes.len()), Some(2));
    assert_eq!(faults(nodes(&["a", "*"])), [at("nodes[1]", "FIELD_REASON_NOT_ALLOWED")]);
    assert_eq!(faults(nodes(&["*", "*"])), [at("nodes[0]", "FIELD_REASON_NOT_ALLOWED")]);
    let wrong = v1::WatchScoresRequest {
        areas: vec!["nowhere".into()],
        period_from: "2021".into(),
        period_to: "2020".into(),
        after_revision: Some(0),
        ..Default::default()
    };
    let paths: Vec<_> = faults(WatchScores::try_from(wrong)).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["framework", "areas[0]", "period_to"]);
}
