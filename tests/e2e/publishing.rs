//! An author's own framework: published, pushed for, scored; and everything that is refused.

use tenseven_api::v1::{
    GetFrameworkRequest, GetScoresRequest, ListFrameworksRequest, PublicationReceipt, PublicationStage,
    PublishFrameworkRequest, PublishFrameworkResponse, ReadAt, publish_framework_response::Step,
};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, number};
use tonic::{Code, Status};
use uuid::Uuid;

/// A small framework with an indicator of its own.
pub(crate) fn small(version: &str) -> String {
    format!(
        r#"id = "small"
version = "{version}"
title = "Small"

[[nodes]]
id = "overall"
name = "Overall"
normalise = {{ method = "goalposts", lower = 0, upper = 50, reason = "for the test" }}

[[indicators]]
id = "own-figure"
name = "A figure of its own"
kind = "number"
min = 0
unit = "persons"
parent = "overall"
"#
    )
}

fn request(definition: &str) -> PublishFrameworkRequest {
    let (submission_id, definition) = (Uuid::new_v4().to_string(), definition.to_owned());
    PublishFrameworkRequest { submission_id, definition, validate_only: false }
}

/// All answers to a publication.
async fn steps(server: &Server, request: PublishFrameworkRequest) -> Result<Vec<Step>, Status> {
    let mut answers = server.frameworks().await.publish_framework(request).await?.into_inner();
    let mut steps = Vec::new();
    while let Some(PublishFrameworkResponse { step }) = answers.message().await? {
        steps.push(step.unwrap());
    }
    Ok(steps)
}

async fn publish(server: &Server, request: PublishFrameworkRequest) -> Result<PublicationReceipt, Status> {
    match steps(server, request).await?.pop() {
        Some(Step::Receipt(receipt)) => Ok(receipt),
        other => panic!("the last answer is {other:?}"),
    }
}

async fn newest(server: &Server) -> Vec<String> {
    let listed = server.frameworks().await.list_frameworks(ListFrameworksRequest::default()).await.unwrap();
    let newest = listed.into_inner().frameworks.into_iter().filter(|one| one.newest);
    newest.map(|one| format!("{}@{}", one.id, one.version)).collect()
}

async fn score(server: &Server, framework: &str) -> Option<f64> {
    let (framework, area, period) = (framework.to_owned(), "MAR".to_owned(), "2020".to_owned());
    let request = GetScoresRequest { framework, area, period, ..Default::default() };
    let answer = server.scores().await.get_scores(request).await.unwrap().into_inner();
    answer.scores.unwrap().nodes[0].score
}

#[tokio::test]
async fn an_own_framework_is_published_pushed_for_and_scored() {
    let server = Server::start();
    let mut steps = steps(&server, request(&small("1.0.0"))).await.unwrap();
    let Some(Step::Receipt(receipt)) = steps.pop() else { panic!("{steps:?}") };
    assert_eq!((receipt.framework.as_str(), receipt.revision), ("small@1.0.0", START_REVISION + 1));
    assert!(receipt.accept_time.is_some());
    for step in &steps {
        let Step::Progress(progress) = step else { panic!("{step:?}") };
        assert!(
            (0.0..=1.0).contains(&progress.fraction) && progress.scored_revision == START_REVISION,
            "{progress:?}"
        );
        assert_ne!(progress.stage(), PublicationStage::Unspecified);
    }
    let draft = Draft::new().with("own-figure", "MAR", "2020", number(20.0));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    assert_eq!(score(&server, "small").await, Some(40.0));
    // A second version is scored over what is there already.
    let kinder = small("1.1.0").replace("upper = 50", "upper = 40");
    assert_eq!(publish(&server, request(&kinder)).await.unwrap().revision, START_REVISION + 3);
    assert_eq!(score(&server, "small").await, Some(50.0));
    assert_eq!(score(&server, "small@1.0.0").await, Some(40.0));
    assert_eq!(newest(&server).await, ["sdg-10-7-2@1.0.0", "small@1.1.0", "target-10-7@1.1.0"]);
    let server = server.killed_and_restarted();
    assert_eq!(score(&server, "small").await, Some(50.0));
    assert_eq!(score(&server, "small@1.0.0").await, Some(40.0));
}

#[tokio::test]
async fn past_reads_know_what_was_published_then() {
    let server = Server::start();
    publish(&server, request(&small("1.0.0"))).await.unwrap();
    publish(&server, request(&small("2.0.0"))).await.unwrap();
    let at = |revision| GetFrameworkRequest {
        framework: "small".into(),
        read_at: Some(ReadAt::revision(revision)),
    };
    let mut client = server.frameworks().await;
    let then = client.get_framework(at(START_REVISION + 1)).await.unwrap().into_inner().framework.unwrap();
    let summary = then.summary.unwrap();
    assert_eq!(
        (summary.version.as_str(), summary.newest, summary.published_revision),
        ("1.0.0", true, START_REVISION + 1)
    );
    assert_eq!(then.definition, small("1.0.0"));
    let refusal = Refusal::of(client.get_framework(at(START_REVISION)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_FRAMEWORK"));
}

#[tokio::test]
async fn a_draft_is_published_but_is_not_what_the_id_means() {
    let server = Server::start();
    publish(&server, request(&small("1.0.0"))).await.unwrap();
    publish(&server, request(&small("2.0.0-draft.1"))).await.unwrap();
    assert!(newest(&server).await.contains(&"small@1.0.0".to_owned()));
    publish(&server, request(&small("2.0.0"))).await.unwrap();
    assert!(newest(&server).await.contains(&"small@2.0.0".to_owned()));
}

#[tokio::test]
async fn the_same_submission_has_its_first_receipt_also_after_a_restart() {
    let server = Server::start();
    let request = request(&small("1.0.0"));
    let first = publish(&server, request.clone()).await.unwrap();
    assert_eq!(publish(&server, request.clone()).await.unwrap(), first);
    let server = server.killed_and_restarted();
    assert_eq!(publish(&server, request.clone()).await.unwrap(), first);
    let other = PublishFrameworkRequest { definition: small("2.0.0"), ..request };
    let refusal = Refusal::of(publish(&server, other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::AlreadyExists, "SUBMISSION_ID_REUSED"));
}

#[tokio::test]
async fn a_caller_that_goes_away_ends_nothing() {
    let server = Server::start();
    let request = request(&small("1.0.0"));
    drop(server.frameworks().await.publish_framework(request.clone()).await.unwrap());
    assert_eq!(publish(&server, request).await.unwrap().revision, START_REVISION + 1);
}

#[tokio::test]
async fn versions_only_rise() {
    let server = Server::start();
    publish(&server, request(&small("1.2.0"))).await.unwrap();
    let refusal = Refusal::of(publish(&server, request(&small("1.1.9"))).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "VERSION_NOT_HIGHER"));
    assert_eq!(refusal.metadata["highest_version"], "1.2.0");
    for (text, same) in [(small("1.2.0"), "true"), (small("1.2.0").replace("Small", "Large"), "false")] {
        let refusal = Refusal::of(publish(&server, request(&text)).await);
        assert_eq!(
            (refusal.code, refusal.reason.as_str()),
            (Code::AlreadyExists, "FRAMEWORK_VERSION_EXISTS")
        );
        assert_eq!(
            (refusal.metadata["same_text"].as_str(), refusal.metadata["revision"].as_str()),
            (same, (START_REVISION + 1).to_string().as_str())
        );
    }
    assert_eq!(newest(&server).await, ["sdg-10-7-2@1.0.0", "small@1.2.0", "target-10-7@1.1.0"]);
}

#[tokio::test]
async fn an_indicator_that_the_registry_knows_otherwise_is_refused_by_name() {
    let server = Server::start();
    let clashing = small("1.0.0").replace("own-figure", "migrant-casualties");
    let refusal = Refusal::of(publish(&server, request(&clashing)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "INDICATOR_CLASH"));
    assert_eq!(refusal.metadata["violation_count"], "1");
    assert!(
        refusal
            .message
            .contains("migrant-casualties: is a number here, and a count there, in target-10-7@1.1.0"),
        "{}",
        refusal.message
    );
    let status = publish(&server, request(&clashing)).await.unwrap_err();
    let details = tonic_types::StatusExt::get_error_details(&status);
    let failed = details.precondition_failure().unwrap();
    assert_eq!(
        (failed.violations[0].r#type.as_str(), failed.violations[0].subject.as_str()),
        ("INDICATOR_CLASH", "migrant-casualties")
    );
}

#[tokio::test]
async fn a_text_with_findings_is_refused_with_their_places_and_leaves_no_trace() {
    let server = Server::start();
    let wrong = small("1.0.0").replace("\"number\"", "\"numbr\"").replace("goalposts", "goalpots");
    let request = request(&wrong);
    let refusal = Refusal::of(publish(&server, request.clone()).await);
    assert_eq!(
        refusal.faults(),
        [("definition", "INVALID_DEFINITION"), ("definition", "INVALID_DEFINITION")]
    );
    let reported: Vec<_> = refusal.violations.iter().map(|one| one.2.as_str()).collect();
    assert_eq!(
        reported,
        [
            "8:24: node overall, normalise.method: \"goalpots\" is not known; did you mean goalposts?",
            "13:8: indicator own-figure, kind: \"numbr\" is not known; did you mean number?",
        ]
    );
    assert_eq!(newest(&server).await.len(), 2);
    // Nor is the submission id used up.
    let mended = PublishFrameworkRequest { definition: small("1.0.0"), ..request };
    assert_eq!(publish(&server, mended).await.unwrap().revision, START_REVISION + 1);
}

#[tokio::test]
async fn a_refusal_of_a_text_with_very_many_findings_still_reaches_the_client() {
    let server = Server::start();
    let line = format!("\"{}\" = 1\n", "x".repeat(100));
    let lines: String = (0..5_000).map(|place| line.replacen('x', &format!("k{place}-"), 1)).collect();
    let refusal = Refusal::of(publish(&server, request(&format!("{lines}{}", small("1.0.0")))).await);
    assert_eq!(refusal.metadata["violation_count"], "1001");
    assert!((5..=100).contains(&refusal.violations.len()), "{} are listed", refusal.violations.len());
    assert!(refusal.message.contains("all by ValidateFramework"), "{}", refusal.message);
}

#[tokio::test]
async fn what_is_no_publication_is_refused_with_its_paths() {
    let server = Server::start();
    let refusal = Refusal::of(publish(&server, PublishFrameworkRequest::default()).await);
    assert_eq!(refusal.faults(), [("submission_id", "REQUIRED"), ("definition", "REQUIRED")]);
    let long = format!("{}#{}", small("1.0.0"), "x".repeat(1024 * 1024));
    let refusal = Refusal::of(publish(&server, request(&long)).await);
    assert_eq!(refusal.faults(), [("definition", "TOO_LONG")]);
}

#[tokio::test]
async fn a_publication_that_is_only_checked_stores_nothing() {
    let server = Server::start();
    let checked = PublishFrameworkRequest { validate_only: true, ..request(&small("1.0.0")) };
    let steps = steps(&server, checked.clone()).await.unwrap();
    let [Step::Receipt(receipt)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(
        (receipt.framework.as_str(), receipt.revision, &receipt.accept_time),
        ("small@1.0.0", START_REVISION, &None)
    );
    assert_eq!(newest(&server).await.len(), 2);
    let clashing = small("1.0.0").replace("own-figure", "migrant-casualties");
    let refusal =
        Refusal::of(publish(&server, PublishFrameworkRequest { definition: clashing, ..checked }).await);
    assert_eq!(refusal.reason, "INDICATOR_CLASH");
}

#[tokio::test]
async fn pushes_are_answered_while_a_framework_is_published() {
    let server = Server::start();
    let mut draft = Draft::new();
    for (place, area) in ["MAR", "CAN", "ITA", "ESP", "FRA", "DEU", "XAA", "XAB"].into_iter().enumerate() {
        for year in 1900..2000 {
            draft = draft.with("migrant-casualties", area, &year.to_string(), number(place as f64));
        }
    }
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let (server, mut pushed) = (&server, server.observations().await);
    let publishing = async { publish(server, request(&small("1.0.0"))).await.unwrap() };
    let pushing = async {
        let mut newest = 0;
        for year in 1990..2020 {
            let draft = Draft::new().with("migrant-casualties", "LBY", &year.to_string(), number(1.0));
            newest = pushed.push_observations(draft.request()).await.unwrap().into_inner().revision;
        }
        newest
    };
    let (receipt, newest) = tokio::join!(publishing, pushing);
    assert!(receipt.revision > START_REVISION + 1 || newest > START_REVISION + 31, "{receipt:?}, {newest}");
    assert_eq!(newest.max(receipt.revision), START_REVISION + 32);
}
