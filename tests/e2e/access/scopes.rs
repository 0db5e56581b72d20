//! Scopes: what a grant covers, judged for each row of a batch.

use std::process::Command;

use tenseven_api::v1::{
    Coding, CodingUnit, Grant, ListObservationRevisionsRequest, Observation, PushObservationsRequest, Role,
    SubmitCodingRequest, Value, WithdrawObservationsRequest, Withdrawal,
    assessment_service_client::AssessmentServiceClient, coding::Judgement,
    observation_service_client::ObservationServiceClient,
};
use tenseven_tests::{
    Refusal, Server,
    admin::{Guarded, with_key},
    binary,
    coding::coder,
    level,
};
use tonic::{Code, Status, transport::Channel};

use super::registry::{all, everything, id, partner};

fn contributor(areas: &[&str], sources: &[&str]) -> Grant {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Grant {
        role: Role::Contributor.into(),
        indicators: all(),
        areas: names(areas),
        sources: names(sources),
        ..Grant::default()
    }
}

async fn push(
    channel: &Channel,
    key: &str,
    observations: Vec<Observation>,
    validate_only: bool,
) -> Result<u64, Status> {
    let request = PushObservationsRequest { submission_id: id(), observations, validate_only };
    let mut service = ObservationServiceClient::new(channel.clone());
    Ok(service.push_observations(with_key(key, request)).await?.into_inner().revision)
}

/// An observation of dual nationality in 2020.
fn draft(area: &str, source: &str) -> Observation {
    Observation {
        indicator: "dual-nationality".to_owned(),
        area: area.to_owned(),
        period: "2020".to_owned(),
        source: source.to_owned(),
        value: Some(Value { kind: Some(level("basic")) }),
        ..Observation::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_judged_whole_and_every_row_outside_the_grants_is_listed() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let grants = vec![everything(Role::Reader), contributor(&["MAR", "m49:015"], &["hcp"])];
    let key = partner(&guarded, &channel, "hcp", grants).await;
    let before = push(&channel, &key, vec![draft("MAR", "hcp"), draft("LBY", "hcp")], false).await.unwrap();
    for validate_only in [false, true] {
        let rows = vec![draft("MAR", "hcp"), draft("ITA", "hcp"), draft("TUN", "hcp"), draft("MAR", "iom")];
        let refused = Refusal::of(push(&channel, &key, rows, validate_only).await);
        assert_eq!((refused.code, refused.reason.as_str()), (Code::PermissionDenied, "NOT_GRANTED"));
        let outside = [("observations[1]", "OUTSIDE_GRANTS"), ("observations[3]", "OUTSIDE_GRANTS")];
        assert_eq!(refused.faults(), outside, "{refused:?}");
        assert_eq!(refused.metadata["violation_count"], "2");
    }
    let after = push(&channel, &key, vec![draft("MAR", "hcp")], true).await.unwrap();
    assert_eq!(after, before, "nothing was stored of what was refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_partner_pushed_is_replaced_only_with_its_source_by_name_and_history_names_both() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let first = partner(&guarded, &channel, "iom", vec![contributor(&["*"], &["*"])]).await;
    let second = partner(&guarded, &channel, "hcp", vec![contributor(&["*"], &["*"])]).await;
    let named = partner(&guarded, &channel, "desk", vec![contributor(&["*"], &["panel"])]).await;
    push(&channel, &first, vec![draft("MAR", "panel")], false).await.unwrap();
    let refused = Refusal::of(push(&channel, &second, vec![draft("MAR", "panel")], false).await);
    assert_eq!(refused.faults(), [("observations[0]", "OUTSIDE_GRANTS")]);
    assert!(refused.message.contains("made by another partner"), "{}", refused.message);
    let value = Some(Value { kind: Some(level("comprehensive")) });
    let revised = Observation { value, ..draft("MAR", "panel") };
    push(&channel, &named, vec![revised], false).await.unwrap();
    let Observation { indicator, area, period, source, .. } = draft("MAR", "panel");
    let withdrawal = Withdrawal {
        indicator: indicator.clone(),
        area: area.clone(),
        period: period.clone(),
        source: source.clone(),
        reason: "sent by mistake".to_owned(),
    };
    let request = WithdrawObservationsRequest {
        submission_id: id(),
        withdrawals: vec![withdrawal],
        ..Default::default()
    };
    let mut service = ObservationServiceClient::new(channel.clone());
    let refused = Refusal::of(service.withdraw_observations(with_key(&second, request.clone())).await);
    assert_eq!(refused.faults(), [("withdrawals[0]", "OUTSIDE_GRANTS")]);
    service.withdraw_observations(with_key(&named, request)).await.unwrap();
    let request = ListObservationRevisionsRequest { indicator, area, period, source, ..Default::default() };
    let listed =
        service.list_observation_revisions(with_key(&guarded.admin, request)).await.unwrap().into_inner();
    let mut authors: Vec<&str> = listed.versions.iter().map(|one| one.partner.as_str()).collect();
    authors.sort_unstable();
    assert_eq!(authors, ["desk", "desk", "iom"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partners_and_their_grants_come_back_from_a_backup() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    push(&channel, &key, vec![draft("MAR", "hcp")], false).await.unwrap();
    let Guarded { server, admin, .. } = &guarded;
    let copy = tempfile::tempdir().unwrap();
    let backup = copy.path().join("backup");
    let status = Command::new(binary::path())
        .args(["backup", backup.to_str().unwrap(), "--server", server.address()])
        .env("TENSEVEN_KEY", admin)
        .status()
        .unwrap();
    assert!(status.success());
    let restored = copy.path().join("data");
    let status = Command::new(binary::path())
        .args(["restore", backup.to_str().unwrap(), "--data", restored.to_str().unwrap()])
        .status()
        .unwrap();
    assert!(status.success());
    let again = Server::start_on(&restored, &[]);
    let channel = again.channel().await;
    push(&channel, &key, vec![draft("MAR", "hcp")], true).await.unwrap();
    let refused = Refusal::of(push(&channel, "", vec![draft("MAR", "hcp")], true).await);
    assert_eq!(refused.code, Code::Unauthenticated, "a backup has the partners, too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coder_rates_under_its_own_ids() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let grant = Grant {
        role: Role::Coder.into(),
        coders: vec!["ada".to_owned()],
        indicators: vec!["dual-nationality".to_owned()],
        ..Grant::default()
    };
    let key = partner(&guarded, &channel, "university", vec![grant]).await;
    let request = |by: &str| {
        let Observation { indicator, area, period, .. } = draft("MAR", "");
        let unit = Some(CodingUnit { indicator, area, period });
        let judgement = Some(Judgement::Level("basic".to_owned()));
        let coding = Some(Coding { unit, judgement, ..Coding::default() });
        SubmitCodingRequest { submission_id: id(), caller: coder(by), coding, validate_only: false }
    };
    let mut service = AssessmentServiceClient::new(channel.clone());
    service.submit_coding(with_key(&key, request("ada"))).await.unwrap();
    let refused = Refusal::of(service.submit_coding(with_key(&key, request("ben"))).await);
    assert_eq!(refused.reason, "NOT_GRANTED");
    assert_eq!(refused.metadata["missing"], "coder with coder ben and indicator dual-nationality");
}
