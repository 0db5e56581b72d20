//! What is measured.

use tenseven_api::v1::{
    GetFrameworkRequest, GetIndicatorRequest, IndicatorKind, ListFrameworksRequest, ListIndicatorsRequest,
    Page,
};
use tenseven_tests::{Refusal, Server};
use tonic::Code;

#[tokio::test]
async fn both_frameworks_ship() {
    let server = Server::start();
    let answer = server.frameworks().await.list_frameworks(ListFrameworksRequest::default()).await;
    let listed: Vec<_> = answer
        .unwrap()
        .into_inner()
        .frameworks
        .into_iter()
        .map(|one| (one.id, one.version, one.scored_indicator_count, one.newest))
        .collect();
    assert_eq!(
        listed,
        [
            ("sdg-10-7-2".into(), "1.0.0".into(), 30, true),
            ("target-10-7".into(), "1.1.0".into(), 11, true),
            ("target-10-7".into(), "1.0.0".into(), 11, false),
        ]
    );
}

#[tokio::test]
async fn the_target_has_five_domains_and_eleven_scored_indicators() {
    let server = Server::start();
    let request = GetFrameworkRequest { framework: "target-10-7".into(), ..Default::default() };
    let answer = server.frameworks().await.get_framework(request).await.unwrap().into_inner();
    let framework = answer.framework.unwrap();
    let root = &framework.nodes[0];
    assert_eq!((root.id.as_str(), root.parent.as_str()), ("overall", ""));
    assert_eq!(framework.nodes.iter().filter(|node| node.parent == "overall").count(), 5);
    assert_eq!(framework.nodes.iter().filter(|node| !node.indicator.is_empty()).count(), 11);
    assert!(!framework.ranking);
    let criteria: Vec<_> = framework.criteria.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(criteria, ["orderly", "safe", "regular", "responsible", "planned", "well-managed"]);
    for indicator in framework.indicators.iter().filter(|one| one.breakdown_of.is_empty()) {
        assert!(
            !indicator.criteria.is_empty() && !indicator.measures.is_empty(),
            "{} has no tags",
            indicator.id
        );
        assert!(!indicator.instruments.is_empty(), "{} cites no guidance", indicator.id);
    }
    assert!(framework.definition.contains("id = \"target-10-7\""));
}

#[tokio::test]
async fn an_indicator_is_listed_with_its_rubric_and_who_uses_it() {
    let server = Server::start();
    let request = GetIndicatorRequest { indicator: "dual-nationality".into(), ..Default::default() };
    let answer = server.frameworks().await.get_indicator(request).await.unwrap().into_inner();
    let indicator = answer.indicator.unwrap();
    assert_eq!(indicator.kind(), IndicatorKind::Rubric);
    let levels: Vec<_> = indicator.levels.iter().map(|level| (level.code.as_str(), level.score)).collect();
    assert_eq!(levels, [("basic", 0.0), ("elaborated", 50.0), ("comprehensive", 100.0)]);
    assert_eq!(answer.frameworks, ["target-10-7@1.1.0"]);
}

#[tokio::test]
async fn pages_of_indicators_make_the_whole_list() {
    let server = Server::start();
    let mut client = server.frameworks().await;
    let whole = ListIndicatorsRequest { page: Some(Page::of_size(1000)), ..Default::default() };
    let whole = client.list_indicators(whole).await.unwrap().into_inner().indicators;
    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListIndicatorsRequest { page: Some(Page { size: 7, token }), ..Default::default() };
        let page = client.list_indicators(request).await.unwrap().into_inner();
        assert!(page.indicators.len() <= 7);
        paged.extend(page.indicators);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert!(whole.len() >= 41, "{} indicators", whole.len());
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn an_unknown_framework_version_and_indicator_are_not_found() {
    let server = Server::start();
    let mut client = server.frameworks().await;
    for (framework, hint) in [("target-10-8", "target-10-7"), ("target-10-7@9.0.0", "target-10-7@1.1.0")] {
        let request = GetFrameworkRequest { framework: framework.into(), ..Default::default() };
        let refusal = Refusal::of(client.get_framework(request).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_FRAMEWORK"));
        assert!(refusal.message.contains(hint), "{}", refusal.message);
    }
    let request = GetIndicatorRequest { indicator: "dual-nationalty".into(), ..Default::default() };
    let refusal = Refusal::of(client.get_indicator(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_INDICATOR"));
    let request = GetFrameworkRequest { framework: "target-10-7@one".into(), ..Default::default() };
    let refusal = Refusal::of(client.get_framework(request).await);
    assert_eq!(refusal.faults(), [("framework", "MALFORMED")]);
}
