//! Which partner made a change: shown to all, or, where the operator hides that, to the partner itself and to admins.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use prost::Message as _;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use tenseven_api::v1::{
    Coding, CodingUnit, ExplainScoreRequest, ExportObservationsRequest, GetObservationRequest,
    GetPracticeRequest, GetServerStatusRequest, ListCodingsRequest, ListObservationRevisionsRequest,
    ListObservationsRequest, ListPracticeRevisionsRequest, ListPracticesRequest, Practice,
    PushObservationsRequest, PutPracticeRequest, Role, SearchPracticesRequest, SubmitCodingRequest,
    WatchObservationsRequest, admin_service_client::AdminServiceClient,
    assessment_service_client::AssessmentServiceClient, coding::Judgement,
    observation_service_client::ObservationServiceClient, practice_service_client::PracticeServiceClient,
};
use tenseven_tests::{
    Draft,
    admin::{Guarded, messages_of, with_key},
    coding::{coder, curator},
    level,
};
use tonic::transport::Channel;

use super::{
    matrix::methods,
    registry::{everything, id, partner},
};

/// The partner that makes the changes. Its id is nowhere else in an answer.
const MAKER: &str = "zz-maker";
/// A stream that sends nothing for so long sends no more.
const SILENCE: Duration = Duration::from_secs(1);

/// A request of each method whose answer names the makers of changes.
fn requests() -> Vec<(&'static str, Vec<u8>)> {
    let name = str::to_owned;
    let (indicator, area, period) = (name("dual-nationality"), name("MAR"), name("2020"));
    let source = name("registry");
    let practice = name("quays");
    vec![
        ("AssessmentService/ListCodings", {
            ListCodingsRequest { caller: curator("rosa"), ..Default::default() }.encode_to_vec()
        }),
        ("ObservationService/ExportObservations", ExportObservationsRequest::default().encode_to_vec()),
        ("ObservationService/GetObservation", {
            let (indicator, area, period, source) =
                (indicator.clone(), area.clone(), period.clone(), source.clone());
            GetObservationRequest { indicator, area, period, source, read_at: None }.encode_to_vec()
        }),
        ("ObservationService/ListObservationRevisions", {
            let (area, period) = (area.clone(), period.clone());
            let request =
                ListObservationRevisionsRequest { indicator, area, period, source, ..Default::default() };
            request.encode_to_vec()
        }),
        ("ObservationService/ListObservations", ListObservationsRequest::default().encode_to_vec()),
        ("ObservationService/WatchObservations", {
            WatchObservationsRequest { after_revision: Some(0), ..Default::default() }.encode_to_vec()
        }),
        ("PracticeService/GetPractice", {
            GetPracticeRequest { practice: practice.clone(), ..Default::default() }.encode_to_vec()
        }),
        ("PracticeService/ListPracticeRevisions", {
            ListPracticeRevisionsRequest { practice, ..Default::default() }.encode_to_vec()
        }),
        ("PracticeService/ListPractices", ListPracticesRequest::default().encode_to_vec()),
        ("PracticeService/SearchPractices", {
            SearchPracticesRequest { query: name("fishermen"), ..Default::default() }.encode_to_vec()
        }),
        ("ScoreService/ExplainScore", {
            ExplainScoreRequest { framework: name("target-10-7"), area, period, ..Default::default() }
                .encode_to_vec()
        }),
    ]
}

/// Whether a message has a field that names a partner, at any depth.
fn names_partners(message: &MessageDescriptor, seen: &mut BTreeSet<String>) -> bool {
    if !seen.insert(message.full_name().to_owned()) {
        return false;
    }
    message.fields().any(|field| {
        let kind = field.kind();
        let below = kind.as_message().is_some_and(|message| names_partners(message, seen));
        field.name() == "partner" || below
    })
}

/// The methods whose answers name the makers of changes; those of admins aside, who see all.
fn naming() -> Vec<String> {
    let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).unwrap();
    // The status names partners by what they use now, which has a test of its own.
    let of_admins = ["AccessService", "AuditService", "AdminService/GetServerStatus"];
    methods()
        .into_iter()
        .filter(|method| !of_admins.iter().any(|service| method.starts_with(service)))
        .filter(|method| {
            let (service, method) = method.split_once('/').unwrap();
            let service = pool.get_service_by_name(&format!("tenseven.v1.{service}")).unwrap();
            let method = service.methods().find(|one| one.name() == method).unwrap();
            names_partners(&method.output(), &mut BTreeSet::new())
        })
        .collect()
}

/// Makes an observation, a practice and a coding.
async fn change(channel: &Channel, key: &str) {
    let push: PushObservationsRequest =
        Draft::new().with("dual-nationality", "MAR", "2020", level("basic")).request();
    let mut push = push;
    "registry".clone_into(&mut push.observations[0].source);
    ObservationServiceClient::new(channel.clone()).push_observations(with_key(key, push)).await.unwrap();
    let practice = Practice {
        id: "quays".to_owned(),
        areas: vec!["MAR".to_owned()],
        title: "Welcoming fishermen".to_owned(),
        description: "Quays have offices.".to_owned(),
        citation: "Harbour Act (2019)".to_owned(),
        domains: vec!["mobility".to_owned()],
        ..Practice::default()
    };
    let put = PutPracticeRequest {
        submission_id: id(),
        caller: curator("rosa"),
        practice: Some(practice),
        ..Default::default()
    };
    PracticeServiceClient::new(channel.clone()).put_practice(with_key(key, put)).await.unwrap();
    let unit = CodingUnit {
        indicator: "dual-nationality".to_owned(),
        area: "MAR".to_owned(),
        period: "2021".to_owned(),
    };
    let judgement = Some(Judgement::Level("basic".to_owned()));
    let coding = Some(Coding { unit: Some(unit), judgement, ..Coding::default() });
    let submit =
        SubmitCodingRequest { submission_id: id(), caller: coder("ada"), coding, validate_only: false };
    AssessmentServiceClient::new(channel.clone()).submit_coding(with_key(key, submit)).await.unwrap();
}

/// Whether the answers to each request name the maker, by method.
async fn naming_maker(channel: &Channel, key: &str) -> Vec<(&'static str, bool)> {
    let mut found = Vec::new();
    for (method, request) in requests() {
        let path = format!("/tenseven.v1.{method}");
        let answers = messages_of(channel, &path, key, Bytes::from(request), SILENCE).await.unwrap();
        assert!(answers.iter().any(|answer| !answer.is_empty()), "{method} answers");
        let bytes = answers.concat();
        found.push((method, bytes.windows(MAKER.len()).any(|part| part == MAKER.as_bytes())));
    }
    found
}

fn all(is_named: bool) -> Vec<(&'static str, bool)> {
    requests().into_iter().map(|(method, _)| (method, is_named)).collect()
}

#[test]
fn every_method_that_names_makers_of_changes_is_tried() {
    let tried: Vec<_> = requests().into_iter().map(|(method, _)| method.to_owned()).collect();
    assert_eq!(naming(), tried);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn makers_are_shown_to_all_unless_the_operator_hides_them_from_others() {
    let of_all = [Role::Reader, Role::Contributor, Role::Coder, Role::Curator].map(everything);
    for (arguments, shown_to_others) in [(&[][..], true), (&["--hide-partners"], false)] {
        let guarded = Guarded::start(&[arguments, &["--allow-anonymous", "read"]].concat());
        let channel = guarded.server.channel().await;
        let maker = partner(&guarded, &channel, MAKER, of_all.to_vec()).await;
        let other = partner(&guarded, &channel, "other", of_all.to_vec()).await;
        change(&channel, &maker).await;
        // In turns, so that nobody gets what was kept for somebody else.
        for _ in 0..2 {
            assert_eq!(naming_maker(&channel, &other).await, all(shown_to_others), "{arguments:?}");
            assert_eq!(naming_maker(&channel, &maker).await, all(true), "{arguments:?}");
            assert_eq!(naming_maker(&channel, &guarded.admin).await, all(true), "{arguments:?}");
        }
        let anonymous = naming_maker_but_ratings(&channel).await;
        assert!(anonymous.iter().all(|(_, is_named)| *is_named == shown_to_others), "{anonymous:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_shows_operators_who_uses_what_unless_the_operator_of_the_server_hides_it() {
    for (arguments, shown_to_operators) in [(&[][..], true), (&["--hide-partners"], false)] {
        let guarded = Guarded::start(arguments);
        let channel = guarded.server.channel().await;
        let maker = partner(&guarded, &channel, MAKER, vec![everything(Role::Reader)]).await;
        let operator = partner(&guarded, &channel, "other", vec![everything(Role::Operator)]).await;
        let watch =
            with_key(&maker, WatchObservationsRequest { after_revision: Some(0), ..Default::default() });
        let _watching =
            ObservationServiceClient::new(channel.clone()).watch_observations(watch).await.unwrap();
        let shown = async |key: &str| {
            let mut service = AdminServiceClient::new(channel.clone());
            let request = with_key(key, GetServerStatusRequest::default());
            let status = service.get_server_status(request).await.unwrap().into_inner();
            status.quotas.iter().flat_map(|quota| &quota.uses).any(|one| one.partner == MAKER)
        };
        assert_eq!(shown(&operator).await, shown_to_operators, "{arguments:?}");
        assert!(shown(&guarded.admin).await, "{arguments:?}");
    }
}

/// The same for a caller without a key, who sees no ratings.
async fn naming_maker_but_ratings(channel: &Channel) -> Vec<(&'static str, bool)> {
    let mut found = Vec::new();
    for (method, request) in requests().into_iter().filter(|(method, _)| !method.starts_with("Assessment")) {
        let path = format!("/tenseven.v1.{method}");
        let answers = messages_of(channel, &path, "", Bytes::from(request), SILENCE).await.unwrap();
        let bytes = answers.concat();
        found.push((method, bytes.windows(MAKER.len()).any(|part| part == MAKER.as_bytes())));
    }
    found
}
