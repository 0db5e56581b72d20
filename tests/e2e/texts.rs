//! Texts of frameworks: all that is wrong with one, and what differs between two.

use tenseven_api::v1::{
    ChangeKind, DiffFrameworksRequest, DiffFrameworksResponse, FrameworkSource, GetFrameworkRequest,
    PublicationState, PublishFrameworkRequest, ValidateFrameworkRequest, ValidateFrameworkResponse,
    framework_source::Source,
};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, number};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::publishing::small;

async fn validate(server: &Server, definition: &str) -> Result<ValidateFrameworkResponse, Status> {
    let request = ValidateFrameworkRequest { definition: definition.to_owned(), ..Default::default() };
    server.frameworks().await.validate_framework(request).await.map(tonic::Response::into_inner)
}

async fn publish(server: &Server, definition: &str) {
    let (submission_id, definition) = (Uuid::new_v4().to_string(), definition.to_owned());
    let request = PublishFrameworkRequest { submission_id, definition, validate_only: false };
    let mut answers = server.frameworks().await.publish_framework(request).await.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {}
}

#[tokio::test]
async fn every_finding_has_its_place_its_remedy_and_what_was_meant() {
    let server = Server::start();
    let wrong =
        small("1.0.0").replace("\"number\"", "\"numbr\"").replace("parent = \"overall\"", "parnt = 1");
    let answer = validate(&server, &wrong).await.unwrap();
    let reported: Vec<_> = answer
        .findings
        .iter()
        .map(|one| {
            (
                one.line,
                one.column,
                one.part.as_str(),
                one.key.as_str(),
                one.message.as_str(),
                one.remedy.as_str(),
                one.suggestion.as_str(),
            )
        })
        .collect();
    let part = "indicator own-figure";
    assert_eq!(
        reported,
        [
            (13, 8, part, "kind", "\"numbr\" is not known", "did you mean number?", "number"),
            (16, 1, part, "parnt", "is no key here", "did you mean parent?", "parent"),
        ]
    );
    assert_eq!((answer.framework, answer.publication, answer.revision), (None, None, START_REVISION));
    let none = validate(&server, "id = ").await.unwrap();
    assert_eq!(none.findings.len(), 1);
    assert!(none.findings[0].message.starts_with("the text is no TOML"), "{none:?}");
}

#[tokio::test]
async fn a_right_text_is_answered_with_what_was_read_and_what_publishing_would_meet() {
    let server = Server::start();
    let outlook = async |text: &str| {
        let answer = validate(&server, text).await.unwrap();
        assert_eq!(answer.findings, []);
        let publication = answer.publication.unwrap();
        (publication.state(), publication.highest_version, publication.clashes)
    };
    assert_eq!(outlook(&small("1.0.0")).await, (PublicationState::Ready, String::new(), vec![]));
    let read = validate(&server, &small("1.0.0")).await.unwrap().framework.unwrap();
    assert_eq!(
        (read.id.as_str(), read.version.as_str(), read.frequency.as_str()),
        ("small", "1.0.0", "annual")
    );
    assert_eq!((read.node_count, read.indicator_count, read.scored_indicator_count), (2, 1, 1));
    publish(&server, &small("1.1.0")).await;
    let state = async |text: &str| outlook(text).await.0;
    assert_eq!(state(&small("1.1.0")).await, PublicationState::Published);
    assert_eq!(state(&small("1.1.0").replace("Small", "Large")).await, PublicationState::VersionExists);
    assert_eq!(state(&small("1.0.0")).await, PublicationState::VersionNotHigher);
    let draft = Draft::new().with("own-figure", "MAR", "2020", number(0.5));
    server.observations().await.push_observations(draft.request()).await.unwrap();
    let (state, highest, clashes) =
        outlook(&small("2.0.0").replace("\"number\"\nmin = 0", "\"count\"")).await;
    assert_eq!((state, highest.as_str()), (PublicationState::IndicatorClash, "1.1.0"));
    assert_eq!((clashes[0].indicator.as_str(), clashes[0].aspect.as_str()), ("own-figure", "observations"));
    assert!(
        clashes[0].message.contains("MAR 2020 from test: the count 0.5 is no whole number"),
        "{clashes:?}"
    );
}

#[tokio::test]
async fn a_text_that_is_too_long_or_empty_is_refused() {
    let server = Server::start();
    let refusal = Refusal::of(validate(&server, "").await);
    assert_eq!(refusal.faults(), [("definition", "REQUIRED")]);
    let refusal = Refusal::of(validate(&server, &"#".repeat(1024 * 1024 + 1)).await);
    assert_eq!(refusal.faults(), [("definition", "TOO_LONG")]);
    assert!(validate(&server, &"#".repeat(1024 * 1024)).await.is_ok());
}

#[tokio::test]
async fn hostile_texts_are_answered_and_hold_nobody_up() {
    let server = Server::start();
    let texts = [
        "[".repeat(1024 * 1024),
        "[[indicators]]\n".repeat(9_900),
        (0..60_000).map(|place| format!("k{place} = 1")).collect::<Vec<_>>().join("\n"),
        format!("a = {}1{}", "{ b = ".repeat(50_000), " }".repeat(50_000)),
    ];
    let mut calls = tokio::task::JoinSet::new();
    for text in texts.into_iter().cycle().take(12) {
        let mut client = server.frameworks().await;
        calls.spawn(async move {
            let request = ValidateFrameworkRequest { definition: text, ..Default::default() };
            client.validate_framework(request).await.unwrap().into_inner().findings.len()
        });
    }
    let draft = Draft::new().with("migrant-casualties", "MAR", "2020", number(1.0));
    let mut observations = server.observations().await;
    let pushed = observations.push_observations(draft.request());
    tokio::time::timeout(std::time::Duration::from_secs(20), pushed).await.unwrap().unwrap();
    assert!(calls.join_all().await.into_iter().all(|findings| findings > 0));
}

fn published(framework: &str) -> FrameworkSource {
    FrameworkSource { source: Some(Source::Framework(framework.to_owned())) }
}

fn text(definition: String) -> FrameworkSource {
    FrameworkSource { source: Some(Source::Definition(definition)) }
}

async fn diff(
    server: &Server,
    before: impl Into<Option<FrameworkSource>>,
    after: impl Into<Option<FrameworkSource>>,
) -> Result<DiffFrameworksResponse, Status> {
    let request = DiffFrameworksRequest { before: before.into(), after: after.into(), ..Default::default() };
    server.frameworks().await.diff_frameworks(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn a_published_version_and_a_text_are_compared_key_by_key() {
    let server = Server::start();
    publish(&server, &small("1.0.0")).await;
    let more = "\n[[indicators]]\nid = \"another\"\nname = \"Another\"\nkind = \"count\"\nparent = \"overall\"\nweight = 2\n";
    let later = small("1.1.0").replace("upper = 50", "upper = 40").replace("min = 0\n", "") + more;
    let answer = diff(&server, published("small"), text(later)).await.unwrap();
    assert_eq!((answer.before.as_str(), answer.after.as_str()), ("small@1.0.0", "small@1.1.0"));
    let reported: Vec<_> = answer
        .changes
        .iter()
        .map(|one| (one.kind(), one.path.as_str(), one.before.as_str(), one.after.as_str()))
        .collect();
    assert_eq!(
        reported,
        [
            (ChangeKind::Changed, "version", "1.0.0", "1.1.0"),
            (ChangeKind::Removed, "indicators[own-figure].min", "0", ""),
            (ChangeKind::Added, "indicators[another]", "", "Another"),
            (ChangeKind::Changed, "nodes[own-figure].normalise.upper", "50", "40"),
            (ChangeKind::Added, "nodes[another]", "", "Another"),
        ]
    );
}

#[tokio::test]
async fn a_framework_does_not_differ_from_its_own_text() {
    let server = Server::start();
    let request = GetFrameworkRequest { framework: "target-10-7".into(), ..Default::default() };
    let whole = server.frameworks().await.get_framework(request).await.unwrap().into_inner();
    let answer = diff(&server, published("target-10-7"), text(whole.framework.unwrap().definition)).await;
    assert_eq!(answer.unwrap().changes, []);
    let other = diff(&server, published("target-10-7"), published("sdg-10-7-2@1.0.0")).await.unwrap();
    assert!(other.changes.len() > 50);
}

#[tokio::test]
async fn what_cannot_be_compared_is_refused_with_its_path() {
    let server = Server::start();
    let refusal = Refusal::of(diff(&server, None, published("target-10-7@one")).await);
    assert_eq!(refusal.faults(), [("before", "REQUIRED"), ("after.framework", "MALFORMED")]);
    let refusal = Refusal::of(diff(&server, published("target-10-8"), published("target-10-7")).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_FRAMEWORK"));
    let refusal = Refusal::of(diff(&server, published("target-10-7"), text("id = 1".into())).await);
    assert!(
        refusal.faults().iter().all(|fault| *fault == ("after.definition", "INVALID_DEFINITION")),
        "{refusal:?}"
    );
}
