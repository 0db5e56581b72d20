//! Read masks: only what a reader wants of a large tree.

use prost_types::FieldMask;
use tenseven_api::v1::{
    ExplainScoreRequest, GetScoresRequest, GetTrendRequest, ListScoresRequest, Page, ScoreSelection,
    explained_node::Composition,
};
use tenseven_tests::{Draft, Refusal, Server, level};

fn mask(paths: &[&str]) -> FieldMask {
    FieldMask { paths: paths.iter().map(ToString::to_string).collect() }
}

async fn filled() -> Server {
    let server = Server::start();
    let draft = Draft::new().with("dual-nationality", "MAR", "2020", level("elaborated")).with(
        "dual-nationality",
        "LBY",
        "2020",
        level("basic"),
    );
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

fn scores(paths: &[&str]) -> GetScoresRequest {
    GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        read_mask: Some(mask(paths)),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_tree_comes_with_the_fields_that_are_asked_for_alone() {
    let server = filled().await;
    let mut client = server.scores().await;
    let whole = client.get_scores(scores(&[])).await.unwrap().into_inner();
    let part = client.get_scores(scores(&["nodes.node", "nodes.score"])).await.unwrap().into_inner();
    assert_eq!(part.revision, whole.revision);
    let (whole, part) = (whole.scores.unwrap(), part.scores.unwrap());
    assert_eq!((part.area.as_str(), part.criteria.len(), part.nodes.len()), ("", 0, 17));
    for (node, known) in part.nodes.iter().zip(&whole.nodes) {
        assert_eq!((&node.node, node.score), (&known.node, known.score));
        assert!(node.name.is_empty() && node.coverage.is_none() && node.leaf.is_none());
    }
    let request = GetScoresRequest { nodes: vec!["mobility".into()], ..scores(&["*"]) };
    let chosen = client.get_scores(request).await.unwrap().into_inner().scores.unwrap();
    assert_eq!(
        (chosen.nodes.len(), &chosen.nodes[0]),
        (1, &whole.nodes.iter().find(|one| one.node == "mobility").unwrap().clone())
    );
    assert_eq!(chosen.criteria, whole.criteria);
}

#[tokio::test]
async fn lists_trends_and_explanations_take_a_mask_for_each_entry() {
    let server = filled().await;
    let mut client = server.scores().await;
    let request = ListScoresRequest {
        selection: Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() }),
        page: Some(Page::of_size(1)),
        read_mask: Some(mask(&["area", "criteria.score"])),
        ..Default::default()
    };
    let page = client.list_scores(request).await.unwrap().into_inner();
    assert_eq!((page.scores[0].area.as_str(), page.scores[0].nodes.len()), ("LBY", 0));
    assert!(page.scores[0].criteria.iter().all(|one| one.criterion.is_empty()));
    assert!(!page.next_page_token.is_empty() && page.revision > 0);
    let request = GetTrendRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        nodes: vec!["mobility".into()],
        read_mask: Some(mask(&["period", "node.score"])),
        ..Default::default()
    };
    let trend = client.get_trend(request).await.unwrap().into_inner();
    let point = &trend.points[0];
    assert_eq!((point.period.as_str(), point.node.as_ref().unwrap().score), ("2020", Some(50.0)));
    assert!(point.node.as_ref().unwrap().name.is_empty());
    let request = ExplainScoreRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        read_mask: Some(mask(&["nodes.node.node", "nodes.contribution", "nodes.leaf.normalised"])),
        ..Default::default()
    };
    let explanation = client.explain_score(request).await.unwrap().into_inner().explanation.unwrap();
    let found = explanation.nodes.iter().find(|one| one.node.as_ref().unwrap().node == "dual-nationality");
    let leaf = found.unwrap();
    let Some(Composition::Leaf(made)) = &leaf.composition else { panic!("{leaf:?}") };
    assert_eq!(
        (leaf.contribution, made.normalised.unwrap().number, made.reads.len()),
        (Some(50.0), Some(50.0), 0)
    );
}

#[tokio::test]
async fn an_unknown_path_is_refused_with_what_may_have_been_meant() {
    let server = filled().await;
    let mut client = server.scores().await;
    let refusal = Refusal::of(client.get_scores(scores(&["nodes.score", "nodes.skore", "revision"])).await);
    assert_eq!(
        refusal.faults(),
        [("read_mask.paths[1]", "UNKNOWN_FIELD"), ("read_mask.paths[2]", "UNKNOWN_FIELD")]
    );
    assert!(refusal.violations[0].2.ends_with("did you mean nodes.score?"), "{:?}", refusal.violations);
    let many = vec!["area"; 101];
    assert_eq!(Refusal::of(client.get_scores(scores(&many)).await).faults(), [("read_mask", "TOO_MANY")]);
    let request = ExplainScoreRequest { read_mask: Some(mask(&["node"])), ..Default::default() };
    let refusal = Refusal::of(client.explain_score(request).await);
    assert_eq!(refusal.faults().last(), Some(&("read_mask.paths[0]", "UNKNOWN_FIELD")), "after all others");
    let request = GetScoresRequest { nodes: vec!["mobilty".into()], ..scores(&[]) };
    assert_eq!(Refusal::of(client.get_scores(request).await).faults(), [("nodes[0]", "UNKNOWN_NODE")]);
}
