//! Codings and adjudications that are refused.

use tenseven_api::v1::{
    AdjudicateCodingsRequest, AdjudicationRule as Rule, CodingUnit, GetAdjudicationRequest, MissingReason,
    SubmitCodingRequest,
};
use tenseven_tests::{
    Server,
    coding::{self, coder},
};
use tonic::Status;

use super::asked::refused;

/// As many as may code a round.
const CODERS_MAX: usize = 100;

fn unit(indicator: &str, period: &str) -> CodingUnit {
    CodingUnit { indicator: indicator.into(), ..coding::unit("MAR", period) }
}

/// The same coding, of an indicator of a framework that ships.
fn shipped(mut request: SubmitCodingRequest, indicator: &str) -> SubmitCodingRequest {
    let one = request.coding.as_mut().unwrap();
    let period = one.unit.take().unwrap().period;
    one.unit = Some(unit(indicator, &period));
    request
}

fn rated(by: &str, period: &str, level: &str) -> SubmitCodingRequest {
    shipped(coding::coding(by, "MAR", period, level), "dual-nationality")
}

async fn submit(server: &Server, request: SubmitCodingRequest) {
    server.assessment().await.submit_coding(request).await.unwrap();
}

fn closing(period: &str, rule: Rule) -> AdjudicateCodingsRequest {
    AdjudicateCodingsRequest {
        unit: Some(unit("dual-nationality", period)),
        ..coding::adjudicate("MAR", period, rule)
    }
}

async fn adjudicated(server: &Server, request: AdjudicateCodingsRequest) -> Status {
    refused(server.assessment().await.adjudicate_codings(request).await)
}

pub(super) async fn a_round_without_codings(server: &Server) -> Status {
    adjudicated(server, closing("2001", Rule::Median)).await
}

pub(super) async fn a_round_without_levels(server: &Server) -> Status {
    let request = coding::uncoded("ada", "MAR", "2002", MissingReason::NotAvailable);
    submit(server, shipped(request, "dual-nationality")).await;
    adjudicated(server, closing("2002", Rule::Majority)).await
}

pub(super) async fn a_median_between_levels(server: &Server) -> Status {
    submit(server, rated("ada", "2003", "basic")).await;
    submit(server, rated("ben", "2003", "comprehensive")).await;
    adjudicated(server, closing("2003", Rule::Median)).await
}

pub(super) async fn a_round_without_majority(server: &Server) -> Status {
    submit(server, rated("ada", "2004", "basic")).await;
    submit(server, rated("ben", "2004", "comprehensive")).await;
    adjudicated(server, closing("2004", Rule::Majority)).await
}

pub(super) async fn a_coder_too_many(server: &Server) -> Status {
    for one in 0..CODERS_MAX {
        submit(server, rated(&format!("coder-{one}"), "2005", "basic")).await;
    }
    refused(server.assessment().await.submit_coding(rated("late", "2005", "basic")).await)
}

pub(super) async fn no_adjudication(server: &Server) -> Status {
    let request = GetAdjudicationRequest { revision: 1, ..Default::default() };
    refused(server.assessment().await.get_adjudication(request).await)
}

pub(super) async fn a_coder_who_adjudicates(server: &Server) -> Status {
    let request = AdjudicateCodingsRequest { caller: coder("ada"), ..closing("2006", Rule::Median) };
    adjudicated(server, request).await
}

pub(super) async fn a_coding_without_a_rubric(server: &Server) -> Status {
    let request = shipped(coding::coding("ada", "MAR", "2007", "basic"), "migrant-casualties");
    refused(server.assessment().await.submit_coding(request).await)
}
