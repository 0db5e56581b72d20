//! Requests for scores are read whole, or refused with everything that is wrong with them.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use prost_types::{FieldMask, Timestamp};
use tenseven_api::{
    HasPage, HasReadAt, Violations,
    convert::{Page, ReadRequest, Reader, read_page, read_read_at},
    v1,
};
use tenseven_model::{AreaSelection, AsOf, RankSelection, ReadAt, Revision};

/// What a request asks for, and as of when, as the server reads it.
fn read<R: ReadRequest + HasReadAt>(mut request: R) -> Result<(R::Query, ReadAt), Violations> {
    let mut reader = Reader::default();
    let read_at = read_read_at(&mut reader, request.read_at_mut().take(), R::OF_THE_PAST);
    let query = request.read(&mut reader);
    reader.finish(query.zip(read_at))
}

fn faults<T: std::fmt::Debug>(read: Result<T, Violations>) -> Vec<(String, &'static str)> {
    let summary = |one: tenseven_api::Violation| (one.path, one.reason.as_str_name());
    read.unwrap_err().0.into_iter().map(summary).collect()
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
        read_at: Some(v1::ReadAt { min_revision: 7, ..v1::ReadAt::revision(9) }),
        ..Default::default()
    };
    let (RankSelection { framework, node, period, areas }, read_at) = read(request).unwrap();
    assert_eq!((framework.to_string().as_str(), period.to_string().as_str()), ("x@1.0.0", "2020"));
    assert_eq!((node, areas), (None, vec![AreaSelection::World]));
    assert_eq!((read_at.min_revision, read_at.as_of), (Revision::new(7), AsOf::Revision(Revision::new(9))));
}

#[test]
fn a_trend_has_pages_of_a_hundred_points_by_default() {
    let page = |page| {
        let mut request = v1::GetTrendRequest { page, ..Default::default() };
        let mut reader = Reader::default();
        let page = read_page(&mut reader, v1::GetTrendRequest::PAGE, request.page_mut().take());
        reader.finish(page)
    };
    let of_size = |size| Page { size, token: String::new() };
    assert_eq!(page(None).unwrap(), of_size(100));
    assert_eq!(page(Some(v1::Page::default())).unwrap(), of_size(100));
    assert_eq!(page(Some(v1::Page::of_size(1_000))).unwrap(), of_size(1_000));
    for size in [1_001, -1] {
        let refused = page(Some(v1::Page::of_size(size)));
        assert_eq!(faults(refused), [at("page.size", "FIELD_REASON_OUT_OF_RANGE")]);
    }
}

#[test]
fn all_violations_are_reported_at_once() {
    let (required, malformed) = ("FIELD_REASON_REQUIRED", "FIELD_REASON_MALFORMED");
    let unknown = at("read_mask.paths[0]", "FIELD_REASON_UNKNOWN_FIELD");
    let never = Timestamp { seconds: 0, nanos: -1 };
    let request = v1::GetTrendRequest {
        nodes: vec!["fine".into(), "not fine".into()],
        period_from: "soon".into(),
        read_at: Some(v1::ReadAt { as_of: Some(v1::read_at::AsOf::AtTime(never)), ..Default::default() }),
        read_mask: Some(unknown_field()),
        ..Default::default()
    };
    assert_eq!(
        faults(read(request)),
        [
            at("read_at.at_time", malformed),
            at("framework", required),
            at("area", required),
            at("nodes[1]", malformed),
            at("period_from", malformed),
            unknown.clone()
        ]
    );
    let request = v1::CompareScoresRequest { periods: vec!["2020".into(), "x".into()], ..Default::default() };
    assert_eq!(
        faults(read(request)),
        [at("framework", required), at("areas", required), at("periods[1]", malformed)]
    );
    let request = v1::RankAreasRequest { areas: vec!["mar".into()], node: " ".into(), ..Default::default() };
    assert_eq!(
        faults(read(request)),
        [at("framework", required), at("node", malformed), at("period", required), at("areas[0]", malformed)]
    );
    let request = v1::ExplainScoreRequest { read_mask: Some(unknown_field()), ..Default::default() };
    assert_eq!(
        faults(read(request)),
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
    let ((selection, read_mask), _) = read(request).unwrap();
    assert_eq!((selection.nodes.len(), read_mask.is_some()), (2, true));
    let request = v1::ListScoresRequest {
        selection: Some(v1::ScoreSelection { framework: "x".into(), ..Default::default() }),
        read_mask: Some(unknown_field()),
        ..Default::default()
    };
    assert_eq!(faults(read(request)), [at("read_mask.paths[0]", "FIELD_REASON_UNKNOWN_FIELD")]);
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
    assert_eq!(faults(read(request)), [at("nodes", "FIELD_REASON_TOO_MANY")]);
}

#[test]
fn a_watch_of_scores_is_of_all_nodes_unless_some_are_named_and_of_the_present() {
    let watch = |selection| v1::WatchScoresRequest { selection: Some(selection), ..Default::default() };
    let of = |nodes: &[&str]| v1::ScoreSelection {
        framework: "x".into(),
        nodes: nodes.iter().map(|node| (*node).to_owned()).collect(),
        ..Default::default()
    };
    let (all, _) = read(watch(of(&[]))).unwrap();
    assert_eq!((all.selection.nodes, all.after_revision, all.snapshot), (vec![], None, false));
    let (two, _) = read(watch(of(&["a", "b"]))).unwrap();
    assert_eq!(two.selection.nodes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(faults(read(watch(of(&["a", "*"])))), [at("selection.nodes[1]", "FIELD_REASON_MALFORMED")]);
    let wrong = v1::ScoreSelection {
        areas: vec!["nowhere".into()],
        period_from: "2021".into(),
        period_to: "2020".into(),
        ..Default::default()
    };
    let wrong = v1::WatchScoresRequest { read_at: Some(v1::ReadAt::revision(1)), ..watch(wrong) };
    assert_eq!(
        faults(read(wrong)),
        [
            at("read_at.at_revision", "FIELD_REASON_NOT_ALLOWED"),
            at("selection.framework", "FIELD_REASON_REQUIRED"),
            at("selection.areas[0]", "FIELD_REASON_MALFORMED"),
            at("selection.period_to", "FIELD_REASON_OUT_OF_RANGE"),
        ]
    );
}
