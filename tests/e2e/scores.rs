//! Scores.

use tenseven_api::v1::{
    GetScoresRequest, ListScoresRequest, MissingReason, NodeScore, Page, ScoreGap, ScoreSelection,
    ScoreStatus, ScoreTree, ValueOrigin,
};
use tenseven_tests::{Draft, Refusal, Server, level, missing, number, ratio};
use tonic::Code;

async fn tree(server: &Server, framework: &str, area: &str, period: &str) -> ScoreTree {
    let request = GetScoresRequest {
        framework: framework.into(),
        area: area.into(),
        period: period.into(),
        ..Default::default()
    };
    server.scores().await.get_scores(request).await.unwrap().into_inner().scores.unwrap()
}

fn node<'a>(tree: &'a ScoreTree, id: &str) -> &'a NodeScore {
    tree.nodes.iter().find(|node| node.node == id).unwrap_or_else(|| panic!("no node {id}"))
}

async fn push(server: &Server, draft: Draft) {
    server.observations().await.push_observations(draft.request()).await.unwrap();
}

#[tokio::test]
async fn a_country_with_two_of_eleven_indicators_states_its_coverage() {
    let server = Server::start();
    let draft = Draft::new().with("dual-nationality", "MAR", "2020", level("elaborated")).with(
        "regularisation",
        "MAR",
        "2020",
        ratio(9.0, 10.0),
    );
    push(&server, draft).await;
    let tree = tree(&server, "target-10-7", "MAR", "2020").await;
    assert_eq!((tree.framework.as_str(), tree.area_name.as_str()), ("target-10-7@1.1.0", "Morocco"));
    let overall = node(&tree, "overall");
    let coverage = overall.coverage.unwrap();
    assert_eq!((coverage.with_data, coverage.applicable), (2, 11));
    // Of mobility half is known, of human rights one of four, and of five domains one is not enough.
    assert_eq!((overall.score, overall.gap()), (None, ScoreGap::BelowMinCoverage));
    assert_eq!(node(&tree, "mobility").score, Some(50.0));
    let rights = node(&tree, "human-rights");
    assert_eq!((rights.score, rights.gap()), (None, ScoreGap::BelowMinCoverage));
    assert_eq!((rights.coverage.unwrap().with_data, rights.coverage.unwrap().applicable), (1, 4));
    let crisis = node(&tree, "crisis");
    assert_eq!(
        (crisis.score, crisis.gap(), crisis.status()),
        (None, ScoreGap::NoChildWithData, ScoreStatus::Missing)
    );
    // The first version made a score of what there is, and is read as it was published: of 50 and 100 their plain mean.
    let first = self::tree(&server, "target-10-7@1.0.0", "MAR", "2020").await;
    assert_eq!((first.framework.as_str(), node(&first, "overall").score), ("target-10-7@1.0.0", Some(75.0)));
}

#[tokio::test]
async fn three_domains_of_which_half_is_known_have_an_overall_score() {
    let server = Server::start();
    let two = Draft::new().with("dual-nationality", "MAR", "2020", level("comprehensive")).with(
        "entitlement-portability",
        "MAR",
        "2020",
        level("basic"),
    );
    push(&server, two).await;
    let overall = async || node(&tree(&server, "target-10-7", "MAR", "2020").await, "overall").clone();
    assert_eq!(overall().await.gap(), ScoreGap::BelowMinCoverage);
    push(&server, Draft::new().with("cities-with-crisis-measures", "MAR", "2020", number(5.0))).await;
    assert_eq!(overall().await.score, Some(50.0));
}

#[tokio::test]
async fn a_country_without_any_data_has_gaps_and_no_score() {
    let server = Server::start();
    let tree = tree(&server, "target-10-7", "NZL", "2020").await;
    assert_eq!(tree.nodes.len(), 17);
    assert!(tree.nodes.iter().all(|node| node.score.is_none() && node.gap() != ScoreGap::Unspecified));
    let coverage = node(&tree, "overall").coverage.unwrap();
    assert_eq!((coverage.with_data, coverage.applicable, coverage.share), (0, 11, 0.0));
}

#[tokio::test]
async fn deaths_are_scored_on_a_logarithmic_scale_where_less_is_better() {
    let server = Server::start();
    let draft = Draft::new()
        .with("migrant-casualties", "LBY", "2016", number(3653.0))
        .with("migrant-casualties", "NZL", "2016", number(0.0))
        .with("migrant-casualties", "XAA", "2016", number(9000.0));
    push(&server, draft).await;
    let score =
        async |area| node(&tree(&server, "target-10-7", area, "2016").await, "migrant-casualties").score;
    let expected = 100.0 * (5001_f64.ln() - 3654_f64.ln()) / 5001_f64.ln();
    let found = score("LBY").await.unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    assert_eq!((score("NZL").await, score("XAA").await), (Some(100.0), Some(0.0)));
}

#[tokio::test]
async fn a_policy_is_carried_forward_and_marked() {
    let server = Server::start();
    push(&server, Draft::new().with("dual-nationality", "MAR", "2018", level("comprehensive"))).await;
    let later = tree(&server, "target-10-7", "MAR", "2020").await;
    let leaf = node(&later, "dual-nationality");
    assert_eq!((leaf.score, leaf.status()), (Some(100.0), ScoreStatus::Filled));
    let value = leaf.leaf.clone().unwrap();
    assert_eq!((value.origin(), value.observed_period.as_str()), (ValueOrigin::Carried, "2018"));
    assert_eq!(node(&later, "overall").coverage.unwrap().carried, 1);
    let too_late = tree(&server, "target-10-7", "MAR", "2024").await;
    assert_eq!(node(&too_late, "dual-nationality").gap(), ScoreGap::NeverReported);
}

#[tokio::test]
async fn cities_add_up_to_their_country() {
    let server = Server::start();
    let draft = Draft::new()
        .with("cities-with-crisis-measures", "MAR/casablanca", "2020", number(1.0))
        .with("cities-with-crisis-measures", "MAR/rabat", "2020", number(1.0))
        .with("cities-with-crisis-measures", "MAR/oujda", "2020", number(0.0));
    push(&server, draft).await;
    let tree = tree(&server, "target-10-7", "MAR", "2020").await;
    let value = node(&tree, "cities-with-crisis-measures").leaf.clone().unwrap();
    assert_eq!((value.origin(), value.number, value.local_unit_count), (ValueOrigin::RolledUp, 2.0, 3));
}

#[tokio::test]
async fn what_does_not_apply_leaves_the_denominator() {
    let server = Server::start();
    let draft = Draft::new().with("dual-nationality", "CHE", "2020", level("comprehensive")).with(
        "multi-entry-visas",
        "CHE",
        "2020",
        missing(MissingReason::NotApplicable),
    );
    push(&server, draft).await;
    let tree = tree(&server, "target-10-7", "CHE", "2020").await;
    let coverage = node(&tree, "overall").coverage.unwrap();
    assert_eq!((coverage.with_data, coverage.applicable), (1, 10));
    assert_eq!(node(&tree, "multi-entry-visas").gap(), ScoreGap::NotApplicable);
}

#[tokio::test]
async fn criteria_are_scored_across_the_domains() {
    let server = Server::start();
    let draft = Draft::new().with("dual-nationality", "MAR", "2020", level("comprehensive")).with(
        "anti-racism-policies",
        "MAR",
        "2020",
        level("basic"),
    );
    push(&server, draft).await;
    let tree = tree(&server, "target-10-7", "MAR", "2020").await;
    assert_eq!(tree.criteria.len(), 6);
    let with_data: u32 = tree.criteria.iter().map(|one| one.coverage.unwrap().with_data).sum();
    assert!(with_data >= 2, "each of the two indicators bears on some criterion");
    for one in &tree.criteria {
        let coverage = one.coverage.unwrap();
        assert_eq!(one.score.is_some(), coverage.with_data * 2 >= coverage.applicable, "{one:?}");
        let expected =
            if coverage.with_data == 0 { ScoreGap::NoChildWithData } else { ScoreGap::BelowMinCoverage };
        assert!(one.score.is_some() || one.gap() == expected, "{one:?}");
    }
}

#[tokio::test]
async fn a_domain_of_10_7_2_needs_all_its_items() {
    let server = Server::start();
    let mut items = server.frameworks().await;
    let request =
        tenseven_api::v1::GetFrameworkRequest { framework: "sdg-10-7-2".into(), ..Default::default() };
    let framework = items.get_framework(request).await.unwrap().into_inner().framework.unwrap();
    let leaves: Vec<_> = framework.nodes.iter().filter(|node| !node.indicator.is_empty()).collect();
    let yes = |indicator: &str| {
        let known = framework.indicators.iter().find(|one| one.id == indicator).unwrap();
        level(&known.levels.last().unwrap().code)
    };
    let all_but_one = leaves[..29]
        .iter()
        .fold(Draft::new(), |draft, leaf| draft.with(&leaf.indicator, "HRV", "2021", yes(&leaf.indicator)));
    push(&server, all_but_one).await;
    let before = tree(&server, "sdg-10-7-2", "HRV", "2021").await;
    assert_eq!(
        (node(&before, "d1").score, node(&before, "d6").gap()),
        (Some(100.0), ScoreGap::BelowMinCoverage)
    );
    let last = leaves[29];
    push(&server, Draft::new().with(&last.indicator, "HRV", "2021", level("no"))).await;
    let after = tree(&server, "sdg-10-7-2", "HRV", "2021").await;
    assert_eq!(node(&after, "d6").score, Some(80.0));
    assert_eq!(node(&after, "d6").band, "meets");
    let overall = node(&after, "overall").score.unwrap();
    assert!((overall - 100.0 * 29.0 / 30.0).abs() < 1e-9, "{overall}");
    push(&server, Draft::new().with(&last.indicator, "HRV", "2021", yes(&last.indicator))).await;
    let full = tree(&server, "sdg-10-7-2", "HRV", "2021").await;
    let overall = node(&full, "overall");
    assert_eq!((overall.score, overall.band.as_str()), (Some(100.0), "fully-meets"));
}

#[tokio::test]
async fn a_list_of_scores_is_paged_by_area_then_period() {
    let server = Server::start();
    let mut draft = Draft::new();
    for area in ["MAR", "CAN", "XAA"] {
        for year in ["2018", "2019"] {
            draft = draft.with("migrant-casualties", area, year, number(1.0));
        }
    }
    push(&server, draft).await;
    let mut client = server.scores().await;
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListScoresRequest {
            selection: Some(ScoreSelection {
                framework: "target-10-7".into(),
                nodes: vec!["migrant-casualties".into(), "overall".into()],
                ..Default::default()
            }),
            page: Some(Page { size: 4, token }),
            ..Default::default()
        };
        let page = client.list_scores(request).await.unwrap().into_inner();
        found.extend(page.scores);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let places: Vec<_> = found.iter().map(|tree| format!("{} {}", tree.area, tree.period)).collect();
    assert_eq!(places, ["CAN 2018", "CAN 2019", "MAR 2018", "MAR 2019", "XAA 2018", "XAA 2019"]);
    for tree in &found {
        let nodes: Vec<_> = tree.nodes.iter().map(|node| node.node.as_str()).collect();
        assert_eq!(nodes, ["overall", "migrant-casualties"], "in the framework's order");
    }
}

#[tokio::test]
async fn unknown_things_are_refused_by_name() {
    let server = Server::start();
    let mut client = server.scores().await;
    let ask = |framework: &str, area: &str, period: &str| GetScoresRequest {
        framework: framework.into(),
        area: area.into(),
        period: period.into(),
        ..Default::default()
    };
    for (request, code, reason) in [
        (ask("target-10-9", "MAR", "2020"), Code::NotFound, "UNKNOWN_FRAMEWORK"),
        (ask("target-10-7", "MRA", "2020"), Code::NotFound, "UNKNOWN_AREA"),
        (ask("target-10-7", "m49:015", "2020"), Code::InvalidArgument, "INVALID_REQUEST"),
        (ask("target-10-7", "MAR", "2020-Q1"), Code::InvalidArgument, "INVALID_REQUEST"),
        (ask("target-10-7", "MAR", "soon"), Code::InvalidArgument, "INVALID_REQUEST"),
        (ask("", "", ""), Code::InvalidArgument, "INVALID_REQUEST"),
    ] {
        let refusal = Refusal::of(client.get_scores(request.clone()).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (code, reason), "{request:?}");
    }
    let request = ListScoresRequest {
        selection: Some(ScoreSelection {
            framework: "target-10-7".into(),
            nodes: vec!["overall".into(), "mobilty".into()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let refusal = Refusal::of(client.list_scores(request).await);
    assert_eq!(refusal.faults(), [("selection.nodes[1]", "UNKNOWN_NODE")]);
}
