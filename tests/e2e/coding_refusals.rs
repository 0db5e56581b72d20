//! What is refused of codings and adjudications, each with its reason and the remedy.

use tenseven_api::v1::{
    AdjudicationRule, Caller, CodingUnit, GetAgreementRequest, ListCodingsRequest, MissingReason,
    UnitSelection, assessment_service_client::AssessmentServiceClient, coding::Judgement,
};
use tenseven_tests::{
    Refusal, Server,
    coding::{adjudicate, coder, coding, curator, decide, uncoded},
    journal::CODED,
};
use tonic::{Code, transport::Channel};

async fn submit(client: &mut AssessmentServiceClient<Channel>, by: &str, year: &str, level: &str) -> u64 {
    client.submit_coding(coding(by, "MAR", year, level)).await.unwrap().into_inner().revision
}

#[tokio::test]
async fn a_rule_without_an_answer_is_refused_with_the_codings_and_leaves_no_trace() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    let refused = async |client: &mut AssessmentServiceClient<Channel>, year: &str, rule| {
        let refusal = Refusal::of(client.adjudicate_codings(adjudicate("MAR", year, rule)).await);
        assert_eq!(refusal.code, Code::FailedPrecondition);
        assert_eq!(refusal.metadata["round"], "1");
        refusal
    };
    let none = refused(&mut client, "2020", AdjudicationRule::Median).await;
    assert_eq!(none.reason, "NO_CODINGS");
    assert_eq!(none.preconditions[0].1, "judged of MAR for 2020");
    let mut decided = adjudicate("MAR", "2020", AdjudicationRule::Decision);
    decided.decision = decide("five", "Out of the blue");
    assert_eq!(Refusal::of(client.adjudicate_codings(decided).await).reason, "NO_CODINGS");

    let first = submit(&mut client, "ada", "2020", "two").await;
    let second = submit(&mut client, "ben", "2020", "four").await;
    let between = refused(&mut client, "2020", AdjudicationRule::Median).await;
    assert_eq!(between.reason, "MEDIAN_BETWEEN_LEVELS");
    assert_eq!((between.metadata["lower"].as_str(), between.metadata["upper"].as_str()), ("two", "four"));
    let kind = || "MEDIAN_BETWEEN_LEVELS".to_owned();
    let named = [
        (kind(), format!("revision {first}"), "ada says two".to_owned()),
        (kind(), format!("revision {second}"), "ben says four".to_owned()),
    ];
    assert_eq!(between.preconditions, named);
    assert!(between.message.ends_with("adjudicate with a decision"), "{}", between.message);
    assert_eq!(refused(&mut client, "2020", AdjudicationRule::Majority).await.reason, "NO_MAJORITY");

    client.submit_coding(uncoded("ada", "MAR", "2021", MissingReason::NotAvailable)).await.unwrap();
    let without = refused(&mut client, "2021", AdjudicationRule::Majority).await;
    assert_eq!(
        (without.reason.as_str(), without.preconditions[0].2.as_str()),
        ("NO_CODED_LEVEL", "ada says missing (not_available)")
    );
    // Nothing was closed by what was refused.
    let mut decided = adjudicate("MAR", "2020", AdjudicationRule::Decision);
    decided.decision = decide("three", "Half of the law is in force");
    let made = client.adjudicate_codings(decided).await.unwrap().into_inner().adjudication.unwrap();
    assert_eq!((made.round, made.rationale.as_str()), (1, "Half of the law is in force"));
    let method = made.observation.unwrap().method;
    let expected = format!(
        "Decision of the curator rosa on 2 codings in round 1 (revisions {first}, {second}): Half of the law is in force"
    );
    assert_eq!(method, expected);
}

#[tokio::test]
async fn what_is_wrong_with_a_coding_is_reported_whole() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    let mut request = coding("ada", "MAR", "2020", "two");
    request.submission_id = "x".into();
    let wrong = request.coding.as_mut().unwrap();
    wrong.unit = Some(CodingUnit { area: "m49:015".into(), period: "2020-13".into(), ..Default::default() });
    wrong.coder = "ben".into();
    wrong.judgement = None;
    let refusal = Refusal::of(client.submit_coding(request).await);
    assert_eq!(
        refusal.faults(),
        [
            ("submission_id", "MALFORMED"),
            ("coding.unit.indicator", "REQUIRED"),
            ("coding.unit.period", "MALFORMED"),
            ("coding.coder", "CONTRADICTION"),
            ("coding", "REQUIRED"),
        ]
    );
    let faults =
        async |client: &mut AssessmentServiceClient<Channel>, indicator: &str, area, period, level| {
            let mut request = coding("ada", area, period, level);
            request.validate_only = true;
            request.coding.as_mut().unwrap().unit.as_mut().unwrap().indicator = indicator.into();
            let refusal = Refusal::of(client.submit_coding(request).await);
            let faults = refusal.faults();
            faults.into_iter().map(|(path, reason)| format!("{path} {reason}")).collect::<Vec<_>>()
        };
    let found = faults(&mut client, "judged", "MRA", "2020-Q1", "six").await;
    assert_eq!(
        found,
        ["coding.unit.area UNKNOWN_AREA", "coding.unit.period WRONG_FREQUENCY", "coding.level UNKNOWN_LEVEL"]
    );
    let found = faults(&mut client, "counted", "MAR", "2020", "two").await;
    assert_eq!(found, ["coding.unit.indicator NO_RUBRIC"]);
    let mut request = coding("ada", "MAR", "2020", "two");
    request.coding.as_mut().unwrap().judgement = Some(Judgement::Missing(99));
    let refusal = Refusal::of(client.submit_coding(request).await);
    assert_eq!(refusal.faults(), [("coding.missing", "MALFORMED")]);
    let found = faults(&mut client, "jugded", "MAR", "2020", "two").await;
    assert_eq!(found, ["coding.unit.indicator UNKNOWN_INDICATOR"]);
}

#[tokio::test]
async fn each_call_takes_its_role_and_names_who_calls() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    for (caller, fault) in [
        (None, ("caller", "REQUIRED")),
        (curator("rosa"), ("caller", "WRONG_ROLE")),
        (coder("no coder"), ("caller.coder", "MALFORMED")),
        (Some(Caller { role: None }), ("caller", "REQUIRED")),
    ] {
        let mut request = coding("ada", "MAR", "2020", "two");
        request.caller = caller;
        assert_eq!(Refusal::of(client.submit_coding(request).await).faults(), [fault]);
    }
    for (caller, fault) in [(None, ("caller", "REQUIRED")), (coder("ada"), ("caller", "WRONG_ROLE"))] {
        let mut request = adjudicate("MAR", "2020", AdjudicationRule::Median);
        request.caller = caller;
        assert_eq!(Refusal::of(client.adjudicate_codings(request).await).faults(), [fault]);
    }
    let request = ListCodingsRequest { caller: Some(Caller { role: None }), ..Default::default() };
    assert_eq!(Refusal::of(client.list_codings(request).await).faults(), [("caller", "REQUIRED")]);
    let mut request = adjudicate("MAR", "2020", AdjudicationRule::Median);
    request.decision = decide("two", "");
    request.source = String::new();
    let refusal = Refusal::of(client.adjudicate_codings(request).await);
    assert_eq!(refusal.faults(), [("source", "REQUIRED"), ("decision", "CONTRADICTION")]);
    let mut request = adjudicate("MAR", "2020", AdjudicationRule::Decision);
    request.decision = decide("two", " ");
    assert_eq!(
        Refusal::of(client.adjudicate_codings(request).await).faults(),
        [("decision.rationale", "REQUIRED")]
    );
    let request = GetAgreementRequest {
        selection: Some(UnitSelection { indicator: "counted".into(), ..Default::default() }),
        coders: vec!["ada".into()],
        ..Default::default()
    };
    assert_eq!(
        Refusal::of(client.get_agreement(request).await).faults(),
        [("selection.indicator", "NO_RUBRIC")]
    );
    let request = GetAgreementRequest {
        selection: Some(UnitSelection { indicator: "judged".into(), ..Default::default() }),
        coders: vec!["ada".into(), "ada".into()],
        ..Default::default()
    };
    assert_eq!(Refusal::of(client.get_agreement(request).await).faults(), [("coders[1]", "DUPLICATE")]);
}

#[tokio::test]
async fn a_text_that_could_make_codings_wrong_is_refused_for_any_codings() {
    let server = Server::start_with_framework(CODED);
    let mut client = server.assessment().await;
    submit(&mut client, "ada", "2020", "one").await;
    let text = CODED.replace("version = \"1.0.0\"", "version = \"2.0.0\"");
    let text = text.replace("  { code = \"five\", label = \"Five\", score = 5 },\n", "");
    let request = tenseven_api::v1::PublishFrameworkRequest {
        submission_id: uuid::Uuid::new_v4().to_string(),
        definition: text,
        validate_only: true,
    };
    let refusal = Refusal::of(server.frameworks().await.publish_framework(request).await);
    assert_eq!(refusal.reason, "INDICATOR_CLASH");
    let (_, subject, description) = &refusal.preconditions[0];
    assert_eq!(subject, "judged");
    assert!(description.starts_with("has no level five here, and was coded on a rubric"), "{description}");
}
