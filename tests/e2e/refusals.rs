//! Refusals: each lists exactly what was wrong, everything at once, and leaves no trace.

use tenseven_api::v1::{
    Evidence, ListObservationsRequest, Observation, PushObservationsRequest, Ratio, Value, value::Kind,
};
use tenseven_tests::{Draft, Refusal, Server, level, number, ratio};
use tonic::Code;

use crate::raw;

async fn refused(server: &Server, request: PushObservationsRequest) -> Refusal {
    Refusal::of(server.observations().await.push_observations(request).await)
}

/// A sound batch with one observation changed.
fn spoilt(change: impl FnOnce(&mut Observation)) -> PushObservationsRequest {
    Draft::new()
        .with("migrant-casualties", "LBY", "2015", number(3266.0))
        .with("migrant-casualties", "LBY", "2016", number(3653.0))
        .but(change)
        .request()
}

fn give(observation: &mut Observation, kind: Kind) {
    observation.value = Some(Value { kind: Some(kind) });
}

type Change = fn(&mut Observation);

#[tokio::test]
async fn each_fault_is_named_with_its_path_and_reason() {
    let server = Server::start();
    let cases: &[(Change, &str, &str)] = &[
        (|one| one.indicator = "migrant-casualtys".into(), "observations[1].indicator", "UNKNOWN_INDICATOR"),
        (|one| one.indicator = "no such".into(), "observations[1].indicator", "MALFORMED"),
        (|one| one.indicator = String::new(), "observations[1].indicator", "REQUIRED"),
        (|one| one.area = "LBB".into(), "observations[1].area", "UNKNOWN_AREA"),
        (|one| one.area = "lby".into(), "observations[1].area", "MALFORMED"),
        (|one| one.area = "m49:015".into(), "observations[1].area", "NOT_ALLOWED"),
        (|one| one.period = "2016-13".into(), "observations[1].period", "MALFORMED"),
        (|one| one.period = "2016-Q1".into(), "observations[1].period", "WRONG_FREQUENCY"),
        (|one| one.source = String::new(), "observations[1].source", "REQUIRED"),
        (|one| one.value = None, "observations[1].value", "REQUIRED"),
        (|one| give(one, Kind::Number(f64::NAN)), "observations[1].value.number", "OUT_OF_RANGE"),
        (|one| give(one, Kind::Number(f64::INFINITY)), "observations[1].value.number", "OUT_OF_RANGE"),
        (|one| give(one, Kind::Number(f64::NEG_INFINITY)), "observations[1].value.number", "OUT_OF_RANGE"),
        (|one| give(one, Kind::Number(-1.0)), "observations[1].value.number", "OUT_OF_RANGE"),
        (|one| give(one, Kind::Number(1.5)), "observations[1].value.number", "OUT_OF_RANGE"),
        (|one| give(one, Kind::Flag(true)), "observations[1].value", "WRONG_KIND"),
        (|one| give(one, level("basic")), "observations[1].value", "WRONG_KIND"),
        (|one| give(one, Kind::Missing(0)), "observations[1].value.missing", "REQUIRED"),
        (|one| give(one, Kind::Missing(99)), "observations[1].value.missing", "MALFORMED"),
        (|one| one.status = "Z".into(), "observations[1].status", "MALFORMED"),
        (|one| one.status = "O".into(), "observations[1].status", "CONTRADICTION"),
        (|one| one.comment = "x".repeat(4_001), "observations[1].comment", "TOO_LONG"),
        (|one| one.period = "2015".into(), "observations[1]", "DUPLICATE_KEY"),
        (|one| one.evidence = vec![Evidence::default()], "observations[1].evidence[0]", "REQUIRED"),
    ];
    for (change, path, reason) in cases {
        let refusal = refused(&server, spoilt(change)).await;
        assert_eq!(
            (refusal.code, refusal.reason.as_str()),
            (Code::InvalidArgument, "INVALID_REQUEST"),
            "{path}"
        );
        assert_eq!(refusal.faults(), [(*path, *reason)], "{refusal:?}");
    }
}

#[tokio::test]
async fn a_part_larger_than_its_whole_is_refused() {
    let server = Server::start();
    for (numerator, denominator, part) in [
        (5.0, 4.0, "numerator"),
        (-1.0, 4.0, "numerator"),
        (0.0, 0.0, "denominator"),
        (1.0, f64::NAN, "denominator"),
    ] {
        let draft =
            Draft::new().with("regularisation", "ITA", "2020", Kind::Ratio(Ratio { numerator, denominator }));
        let refusal = refused(&server, draft.request()).await;
        let path = format!("observations[0].value.ratio.{part}");
        assert_eq!(refusal.faults(), [(path.as_str(), "OUT_OF_RANGE")]);
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_listed_at_once() {
    let server = Server::start();
    let request = Draft::new()
        .with("migrant-casualties", "LBY", "2016", number(-1.0))
        .with("no-such-indicator", "QQQ", "2016", number(1.0))
        .with("regularization", "ITA", "20x6", ratio(3.0, 2.0))
        .with("dual-nationality", "MAR", "2020", level("good"))
        .request();
    let request = PushObservationsRequest { submission_id: "not-a-uuid".into(), ..request };
    let refusal = refused(&server, request).await;
    let mut faults = refusal.faults();
    faults.sort_unstable();
    assert_eq!(
        faults,
        [
            ("observations[0].value.number", "OUT_OF_RANGE"),
            ("observations[1].area", "UNKNOWN_AREA"),
            ("observations[1].indicator", "UNKNOWN_INDICATOR"),
            ("observations[2].indicator", "UNKNOWN_INDICATOR"),
            ("observations[2].period", "MALFORMED"),
            ("observations[2].value.ratio.numerator", "OUT_OF_RANGE"),
            ("observations[3].value.level", "UNKNOWN_LEVEL"),
            ("submission_id", "MALFORMED"),
        ]
    );
    assert_eq!(refusal.metadata["violation_count"], "8");
}

#[tokio::test]
async fn a_refused_batch_leaves_no_trace() {
    let server = Server::start();
    let mut client = server.observations().await;
    let all = ListObservationsRequest::default();
    let before = client.list_observations(all.clone()).await.unwrap().into_inner();
    let request = spoilt(|one| one.area = "LBB".into());
    refused(&server, request.clone()).await;
    let after = client.list_observations(all.clone()).await.unwrap().into_inner();
    assert_eq!((after.revision, after.observations), (before.revision, Vec::new()));
    // Nor is the submission id used up.
    let mut mended = request;
    mended.observations[1].area = "LBY".into();
    client.push_observations(mended).await.unwrap();
    let server = server.killed_and_restarted();
    let kept = server.observations().await.list_observations(all).await.unwrap().into_inner();
    assert_eq!((kept.revision, kept.observations.len()), (before.revision + 1, 2));
}

#[tokio::test]
async fn an_unknown_name_has_a_suggestion() {
    let server = Server::start();
    let refusal = refused(&server, spoilt(|one| one.indicator = "migrant-casualtys".into())).await;
    assert!(refusal.violations[0].2.contains("did you mean migrant-casualties?"), "{refusal:?}");
}

#[tokio::test]
async fn an_empty_batch_is_refused() {
    let server = Server::start();
    let refusal = refused(&server, Draft::new().request()).await;
    assert_eq!(refusal.faults(), [("observations", "REQUIRED")]);
}

#[tokio::test]
async fn a_batch_of_too_many_observations_is_refused_for_that_alone() {
    let server = Server::start();
    let one = Draft::new().with("dual-nationality", "lower case", "2020", level("basic")).request();
    let request = PushObservationsRequest { observations: vec![one.observations[0].clone(); 10_001], ..one };
    let refusal = refused(&server, request).await;
    assert_eq!(refusal.faults(), [("observations", "TOO_MANY")]);
    assert!(refusal.message.contains("10000"), "{}", refusal.message);
}

#[tokio::test]
async fn a_batch_of_the_largest_size_is_accepted() {
    let server = Server::start();
    let mut draft = Draft::new();
    for city in 0..10_000 {
        draft = draft.with("cities-with-crisis-measures", &format!("MAR/city-{city}"), "2020", number(1.0));
    }
    let answer = server.observations().await.push_observations(draft.request()).await.unwrap().into_inner();
    assert_eq!(answer.new_count, 10_000);
}

#[tokio::test]
async fn a_batch_of_the_largest_size_with_evidence_is_accepted() {
    let server = Server::start();
    let mut draft = Draft::new();
    for city in 0..10_000 {
        let area = format!("MAR/city-{city}");
        draft = draft.with("cities-with-crisis-measures", &area, "2020", number(1.0)).but(|one| {
            one.evidence = vec![Evidence { citation: "a register".into(), ..Evidence::default() }];
        });
    }
    let answer = server.observations().await.push_observations(draft.request()).await.unwrap().into_inner();
    assert_eq!(answer.new_count, 10_000);
}

#[tokio::test]
async fn a_message_of_millions_of_empty_fields_is_refused_undecoded() {
    let server = Server::start();
    let path = "/tenseven.v1.ObservationService/PushObservations";
    let observations = [0x12, 0x00].repeat(2_000_000);
    let evidence = [0x3a, 0x00].repeat(2_000_000);
    let mut observation = vec![0x12];
    prost::encode_length_delimiter(evidence.len(), &mut observation).unwrap();
    observation.extend(evidence);
    for message in [observations, observation] {
        let refusal = raw::refused(&server, path, message).await;
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
        assert!(refusal.message.contains("too many fields"), "{}", refusal.message);
    }
}

#[tokio::test]
async fn a_message_of_too_many_bytes_is_refused_with_the_limit() {
    let server = Server::start();
    let one = Draft::new().with("dual-nationality", "MAR", "2020", level("basic"));
    let one = one.but(|one| one.comment = "x".repeat(17 * 1024 * 1024)).request();
    let refusal = refused(&server, one).await;
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    assert_eq!(refusal.metadata["limit_bytes"], (16 * 1024 * 1024).to_string());
}

#[tokio::test]
async fn a_refusal_of_very_many_observations_with_long_texts_still_reaches_the_client() {
    let server = Server::start();
    let mut draft = Draft::new();
    let long = "x".repeat(48);
    for city in 0..5_000 {
        let indicator = format!("no-such-indicator-{long}");
        draft = draft.with(&indicator, &format!("QQQ/{city}-{}", &long[..40]), "2020-Q1", number(-1.0));
    }
    let refusal = refused(&server, draft.request()).await;
    assert_eq!(refusal.metadata["violation_count"], "10000");
    assert!((10..=100).contains(&refusal.violations.len()), "{} are listed", refusal.violations.len());
    assert!(refusal.message.contains("10000 fields"), "{}", refusal.message);
}
