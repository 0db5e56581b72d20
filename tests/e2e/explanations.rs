//! From a score back to its sources.

use tenseven_api::v1::{
    Evidence, ExplainScoreRequest, ExplainedLeaf, ExplainedNode, ExplainedRead, NodeScore, ReadAt, ReadRole,
    RecordedObservation, ScoreExplanation, ScoreGap, StageValue, explained_node::Composition,
};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, journal::RANKED, level, number};
use tonic::Code;

fn of(node: &str) -> ExplainScoreRequest {
    ExplainScoreRequest {
        framework: "ranked".into(),
        area: "MAR".into(),
        period: "2020".into(),
        node: node.into(),
        ..Default::default()
    }
}

/// Everything of MAR, and fees of two others to compare with.
async fn filled() -> Server {
    let server = Server::start_with_framework(RANKED);
    let law = Evidence {
        citation: "Law 1-58".into(),
        url: "https://example.org/law".into(),
        quote: "Access is granted.".into(),
    };
    let draft = Draft::new()
        .with("access", "MAR", "2018", level("elaborated"))
        .but(|one| {
            one.evidence = vec![law];
            one.comment = "Checked twice.".into();
            one.status = "P".into();
        })
        .with("victims", "MAR/nador", "2020", number(3.0))
        .with("victims", "MAR/tangier", "2020", number(1.0))
        .with("arrivals", "MAR", "2020", number(8_000.0))
        .with("fees", "MAR", "2018", number(10.0))
        .with("inhabitants", "MAR", "2018", number(1_000.0))
        .with("fees", "MAR", "2022", number(40.0))
        .with("inhabitants", "MAR", "2022", number(2_000.0))
        .with("fees", "LBY", "2020", number(0.0))
        .with("inhabitants", "LBY", "2020", number(500.0))
        .with("fees", "CAN", "2020", number(99.0))
        .with("inhabitants", "CAN", "2019", number(1_000.0));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    server
}

async fn explained(server: &Server, request: ExplainScoreRequest) -> ScoreExplanation {
    server.scores().await.explain_score(request).await.unwrap().into_inner().explanation.unwrap()
}

fn score(node: &ExplainedNode) -> &NodeScore {
    node.node.as_ref().unwrap()
}

fn node<'a>(explanation: &'a ScoreExplanation, id: &str) -> &'a ExplainedNode {
    explanation.nodes.iter().find(|node| score(node).node == id).unwrap_or_else(|| panic!("no node {id}"))
}

fn leaf<'a>(explanation: &'a ScoreExplanation, id: &str) -> &'a ExplainedLeaf {
    match &node(explanation, id).composition {
        Some(Composition::Leaf(leaf)) => leaf,
        other => panic!("{id} is no leaf: {other:?}"),
    }
}

fn keys(read: &ExplainedRead) -> Vec<String> {
    let key = |one: &RecordedObservation| {
        let one = one.observation.as_ref().unwrap();
        format!("{} {} {} {}", one.indicator, one.area, one.period, one.source)
    };
    read.observations.iter().map(key).collect()
}

fn near(found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} is not {expected}");
}

fn stage(value: Option<StageValue>) -> Option<f64> {
    value.unwrap().number
}

/// What the children add, and the branch itself, is the branch; what the leaves add is the whole.
fn adds_up(explanation: &ScoreExplanation) {
    for branch in &explanation.nodes {
        let (Some(Composition::Branch(made)), Some(whole)) = (&branch.composition, score(branch).score)
        else {
            continue;
        };
        let below = explanation.nodes.iter().filter(|below| score(below).parent == score(branch).node);
        near(Some(below.filter_map(|below| below.contribution).sum::<f64>() + made.own), whole);
        near(Some(made.parts.iter().map(|part| part.contribution).sum::<f64>() + made.own), whole);
    }
    let leaves =
        explanation.nodes.iter().filter(|node| matches!(node.composition, Some(Composition::Leaf(_))));
    near(
        Some(leaves.filter_map(|leaf| leaf.contribution_to_root).sum()),
        score(&explanation.nodes[0]).score.unwrap(),
    );
}

#[tokio::test]
async fn contributions_add_up_to_the_parent_and_to_the_whole() {
    let explanation = explained(&filled().await, of("")).await;
    adds_up(&explanation);
    let order: Vec<_> =
        explanation.nodes.iter().map(|node| (score(node).node.as_str(), score(node).depth)).collect();
    assert_eq!(
        order,
        [
            ("whole", 0),
            ("policies", 1),
            ("access", 2),
            ("training", 2),
            ("outcomes", 1),
            ("safety", 2),
            ("fees", 2)
        ]
    );
    let policies = node(&explanation, "policies");
    assert_eq!((policies.weight, policies.effective_weight), (3.0, Some(0.75)));
    let (access, training) = (node(&explanation, "access"), node(&explanation, "training"));
    assert_eq!((access.weight, access.effective_weight, access.contribution), (2.0, Some(1.0), Some(50.0)));
    assert_eq!((training.effective_weight, training.contribution), (None, None));
    assert_eq!(score(training).gap(), ScoreGap::NeverReported);
    assert_eq!((explanation.nodes[0].contribution, explanation.nodes[0].effective_weight), (None, None));
}

#[tokio::test]
async fn the_illustration_adds_up_with_the_frameworks_that_ship() {
    let server = Server::start();
    let draft = Draft::new()
        .with("dual-nationality", "MAR", "2020", level("elaborated"))
        .with("migrant-casualties", "MAR", "2020", number(27.0))
        .with("anti-racism-policies", "MAR", "2020", level("comprehensive"))
        .with("cities-with-crisis-measures", "MAR", "2020", number(4.0));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let request = ExplainScoreRequest { framework: "target-10-7".into(), ..of("") };
    let explanation = explained(&server, request).await;
    assert_eq!(explanation.nodes.len(), 17);
    adds_up(&explanation);
    let deaths = leaf(&explanation, "migrant-casualties");
    assert_eq!((deaths.normalisation.as_str(), deaths.transform.as_str()), ("goalposts", "log1p"));
    near(stage(deaths.transformed), 28_f64.ln());
    assert!(deaths.lower_is_better);
}

#[tokio::test]
async fn a_leaf_is_traced_to_its_source_time_and_evidence() {
    let explanation = explained(&filled().await, of("")).await;
    let access = leaf(&explanation, "access");
    assert_eq!((access.reads.len(), access.reads[0].observation_count), (1, 1));
    let RecordedObservation { observation, revision, accept_time, submission_id, withdrawal: _, partner: _ } =
        &access.reads[0].observations[0];
    let observation = observation.as_ref().unwrap();
    assert_eq!((observation.period.as_str(), observation.status.as_str()), ("2018", "P"));
    assert_eq!((observation.source.as_str(), observation.comment.as_str()), ("test", "Checked twice."));
    assert_eq!(observation.evidence[0].quote, "Access is granted.");
    assert_eq!(observation.evidence[0].url, "https://example.org/law");
    assert!(*revision == START_REVISION + 2 && accept_time.is_some() && submission_id.len() == 36);
    assert_eq!((stage(access.resolved), stage(access.normalised)), (Some(1.0), Some(50.0)));
    assert_eq!(
        (access.denominated, access.imputed, access.treated, access.transformed),
        (None, None, None, None)
    );
}

#[tokio::test]
async fn a_formula_names_its_inputs_with_their_sources_and_periods() {
    let explanation = explained(&filled().await, of("safety")).await;
    assert_eq!(explanation.nodes.len(), 1);
    let safety = leaf(&explanation, "safety");
    assert_eq!(safety.formula, "1000 - 1000 * [victims] / [arrivals]");
    assert_eq!(stage(safety.resolved), Some(999.5));
    near(stage(safety.normalised), 99.95);
    let [victims, arrivals] = safety.reads.as_slice() else { panic!("{:?}", safety.reads) };
    assert_eq!((victims.role(), victims.name.as_str()), (ReadRole::Value, "Victims on the way"));
    assert_eq!(stage(victims.value), Some(4.0));
    assert_eq!(keys(victims), ["victims MAR/nador 2020 test", "victims MAR/tangier 2020 test"]);
    assert_eq!(keys(arrivals), ["arrivals MAR 2020 test"]);
}

/// The ministry reports that nothing is granted, and has lower precedence than the source that the framework names.
#[tokio::test]
async fn a_source_that_was_passed_over_is_listed_with_its_value() {
    let server =
        Server::start_with_framework(&RANKED.replace("max_age = 5", "max_age = 5\nsources = [\"test\"]"));
    let draft = Draft::new()
        .with("access", "MAR", "2019", level("comprehensive"))
        .with("access", "MAR", "2019", level("basic"))
        .but(|one| one.source = "ministry".into());
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let explanation = explained(&server, of("access")).await;
    let read = &leaf(&explanation, "access").reads[0];
    assert_eq!(keys(read), ["access MAR 2019 test"]);
    assert_eq!(read.passed_over_count, 1);
    let other = read.passed_over[0].observation.clone().unwrap();
    assert_eq!((other.source.as_str(), other.value.unwrap().kind.unwrap()), ("ministry", level("basic")));
    let posts =
        explanation.nodes[0].settings.iter().find(|setting| setting.key == "normalise.scores").unwrap();
    assert_eq!(posts.value, "0, 50, 100");
}

#[tokio::test]
async fn an_interpolated_value_is_traced_to_the_periods_around_it() {
    let explanation = explained(&filled().await, of("outcomes")).await;
    let fees = leaf(&explanation, "fees");
    assert_eq!(fees.resolved.unwrap().gap(), ScoreGap::NeverReported);
    assert_eq!(stage(fees.denominated), None);
    near(stage(fees.imputed), 15.0);
    near(stage(fees.transformed), 16_f64.ln());
    // In the indicator's own sign, though less is better.
    let basis = fees.basis.clone().unwrap();
    near(basis.min, 0.0);
    near(basis.max, 100_f64.ln());
    let compared: Vec<_> =
        basis.compared.iter().map(|other| (other.area.as_str(), other.values[0].number.unwrap())).collect();
    assert_eq!(basis.compared_count, 3);
    assert_eq!(compared.iter().map(|(area, _)| *area).collect::<Vec<_>>(), ["CAN", "LBY", "MAR"]);
    near(Some(compared[2].1), 16_f64.ln());
    assert_eq!(basis.compared[2].period, "2020");
    near(stage(fees.normalised), 1.0 + 99.0 * (100_f64.ln() - 16_f64.ln()) / 100_f64.ln());
    let reported: Vec<_> = fees
        .reads
        .iter()
        .map(|read| (read.role(), read.indicator.as_str(), read.period.as_str(), keys(read)))
        .collect();
    let key = |text: &str| vec![text.to_owned()];
    assert_eq!(
        reported,
        [
            (ReadRole::Value, "fees", "2020", vec![]),
            (ReadRole::Denominator, "inhabitants", "2020", key("inhabitants MAR 2018 test")),
            (ReadRole::StandIn, "fees", "2018", key("fees MAR 2018 test")),
            (ReadRole::Denominator, "inhabitants", "2018", key("inhabitants MAR 2018 test")),
            (ReadRole::StandIn, "fees", "2022", key("fees MAR 2022 test")),
            (ReadRole::Denominator, "inhabitants", "2022", key("inhabitants MAR 2022 test")),
        ]
    );
}

#[tokio::test]
async fn a_past_explanation_is_given_again_with_the_texts_of_then() {
    let server = filled().await;
    let then = explained(&server, of("")).await;
    let draft = Draft::new()
        .with("access", "MAR", "2018", level("comprehensive"))
        .but(|one| one.comment = "Amended.".into());
    let pushed = server.observations().await.push_observations(draft.request()).await.unwrap().into_inner();
    let now = explained(
        &server,
        ExplainScoreRequest { read_at: Some(ReadAt::not_before(pushed.revision)), ..of("") },
    )
    .await;
    let comment = |explanation: &ScoreExplanation| {
        leaf(explanation, "access").reads[0].observations[0].observation.clone().unwrap().comment
    };
    assert_eq!((comment(&then).as_str(), comment(&now).as_str()), ("Checked twice.", "Amended."));
    let server = server.killed_and_restarted();
    let read_at = Some(ReadAt::revision(pushed.revision - 1));
    assert_eq!(explained(&server, ExplainScoreRequest { read_at, ..of("") }).await, then);
}

#[tokio::test]
async fn an_area_without_data_is_explained_as_gaps() {
    let server = filled().await;
    let explanation = explained(&server, ExplainScoreRequest { area: "NZL".into(), ..of("") }).await;
    assert_eq!((explanation.area_name.as_str(), explanation.nodes.len()), ("New Zealand", 7));
    for node in &explanation.nodes {
        assert_eq!((score(node).score, node.contribution, node.effective_weight), (None, None, None));
    }
    assert_eq!(leaf(&explanation, "access").reads[0].observation_count, 0);
}

#[tokio::test]
async fn more_texts_than_fit_are_left_out_and_counted() {
    let server = Server::start_with_framework(RANKED);
    let evidence = |place: usize| Evidence {
        citation: format!("{place}"),
        url: String::new(),
        quote: "é".repeat(4_000),
    };
    let draft = (0..60).fold(Draft::new().with("arrivals", "MAR", "2020", number(1e6)), |draft, unit| {
        draft
            .with("victims", &format!("MAR/unit-{unit:02}"), "2020", number(1.0))
            .but(|one| one.evidence = (0..16).map(evidence).collect())
    });
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let explanation = explained(&server, of("")).await;
    let victims = &leaf(&explanation, "safety").reads[0];
    assert_eq!((victims.observations.len(), victims.observation_count), (50, 60));
    let with_texts =
        victims.observations.iter().filter(|one| !one.observation.as_ref().unwrap().evidence.is_empty());
    let (with_texts, left_out) = (with_texts.count(), explanation.omitted_text_count as usize);
    assert!(with_texts > 5 && with_texts + left_out == 50, "{with_texts} with texts and {left_out} without");
}

#[tokio::test]
async fn what_cannot_be_explained_is_refused_by_name() {
    let server = Server::start_with_framework(RANKED);
    let mut client = server.scores().await;
    for (request, fault) in [
        (of("acess"), ("node", "UNKNOWN_NODE")),
        (ExplainScoreRequest { area: "m49:015".into(), ..of("") }, ("area", "NOT_ALLOWED")),
        (ExplainScoreRequest { area: "MAR/rabat".into(), ..of("") }, ("area", "NOT_ALLOWED")),
        (ExplainScoreRequest { period: "2020-06".into(), ..of("") }, ("period", "WRONG_FREQUENCY")),
        (ExplainScoreRequest { period: String::new(), ..of("") }, ("period", "REQUIRED")),
    ] {
        let refusal = Refusal::of(client.explain_score(request).await);
        assert_eq!((refusal.code, refusal.faults()), (Code::InvalidArgument, vec![fault]));
    }
    let unknown =
        Refusal::of(client.explain_score(ExplainScoreRequest { area: "MRA".into(), ..of("") }).await);
    assert_eq!(unknown.reason, "UNKNOWN_AREA");
}
