//! The registry that is attacked.

use tenseven_api::v1::{
    GetScoresRequest, ListScoresRequest, Page, ReadAt, ScoreSelection, WatchScoresRequest,
};
use tenseven_catalog::Catalog;
use tenseven_tests::{Draft, level, number};

use crate::target::Target;

/// Revisions that are pushed.
pub(crate) const REVISIONS: u16 = 600;
/// The first of them comes after those of a new registry.
pub(crate) const FIRST: u64 = tenseven_tests::START_REVISION + 1;
const AREAS: u16 = 200;

/// The last of them.
pub(crate) fn last() -> u64 {
    FIRST + u64::from(REVISIONS) - 1
}

/// Fills a registry with a few thousand observations, in many revisions.
pub(crate) async fn fill(target: &Target) {
    let codes: Vec<String> =
        Catalog::bundled().areas().iter().map(|area| area.alpha3.to_string()).take(AREAS.into()).collect();
    let mut client = target.others_observations().await;
    for revision in 0..REVISIONS {
        let mut draft = Draft::new();
        for place in 0..5 {
            let area = &codes[usize::from((revision * 5 + place) % AREAS)];
            let year = (2_000 + revision * 5 / AREAS % 25).to_string();
            draft = draft.with("dual-nationality", area, &year, level("basic"));
            draft = draft.with("migrant-casualties", area, &year, number(f64::from(revision)));
        }
        client.push_observations(draft.request()).await.expect("a push is accepted");
    }
}

/// Asks for all kinds of things, so that what the server keeps for the next question is there already.
pub(crate) async fn warm(target: &Target) {
    let mut scores = target.others_scores().await;
    for revision in (FIRST..FIRST + u64::from(REVISIONS)).step_by(12) {
        let request = GetScoresRequest { read_at: Some(ReadAt::revision(revision)), ..question() };
        scores.get_scores(request).await.expect("scores of the past");
    }
    let selection = Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() });
    let request = ListScoresRequest { selection, page: Some(Page::of_size(1_000)), ..Default::default() };
    scores.list_scores(request).await.expect("a listing");
    let selection = Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() });
    let request = WatchScoresRequest { selection, after_revision: Some(FIRST), ..Default::default() };
    let mut watch = scores.watch_scores(request).await.expect("a watch").into_inner();
    while watch.message().await.expect("a change").expect("no end").revision < last() {}
}

/// What others ask meanwhile.
pub(crate) fn question() -> GetScoresRequest {
    GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2010".into(),
        ..Default::default()
    }
}
