//! `AssessmentService`.

use std::sync::Arc;

use tenseven_api::{
    Violations,
    convert::{self, FieldReason, Reader},
    v1::{self, assessment_service_server::AssessmentService},
};
use tenseven_model::SubmissionId;
use tenseven_observatory::{
    AdjudicateCodings, AgreementSelection, CodingSelection, Observatory, QueryFingerprint, UnitSelection,
};
use tonic::{Request, Response, Status};

use super::{
    caller::viewer,
    reading::{Reading, next_token, wait_max},
};
use crate::{present, status::OrRefuse as _};

/// `AssessmentService` over the observatory.
pub(crate) struct AssessmentAdapter {
    pub(crate) observatory: Arc<Observatory>,
    pub(crate) reading: Reading,
}

#[tonic::async_trait]
impl AssessmentService for AssessmentAdapter {
    async fn submit_coding(
        &self,
        request: Request<v1::SubmitCodingRequest>,
    ) -> Result<Response<v1::SubmitCodingResponse>, Status> {
        let request = convert::SubmitCoding::try_from(request.into_inner()).or_refuse()?;
        let convert::SubmitCoding { submission, coding, validate_only } = request;
        if validate_only {
            let receipt = self.observatory.preview_coding(submission, coding).or_refuse()?;
            let at = self.observatory.position(receipt.revision);
            return Ok(Response::new(present::coding_receipt(receipt, at)));
        }
        let receipt = self.observatory.submit_coding(submission, coding).await.or_refuse()?;
        let at = self.observatory.position(receipt.revision);
        Ok(Response::new(present::coding_receipt(receipt, at)))
    }

    async fn list_codings(
        &self,
        request: Request<v1::ListCodingsRequest>,
    ) -> Result<Response<v1::ListCodingsResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListCodings::try_from(request.into_inner()).or_refuse()?;
        let viewer = viewer(request.caller.clone());
        let (filter, page, freshness) = read_filter(request);
        let query = QueryFingerprint::of(&[&"codings", &viewer, &filter, &freshness.as_of]);
        let (view, after) = self.reading.page(freshness, &page, query, wait_max).await?;
        let answer = self.reading.ask(move || {
            let listed = view.codings(&viewer, &filter, page.size, after.as_ref()).or_refuse()?;
            let next = next_token(listed.next.clone(), query);
            Ok(present::codings(&listed, next, view.position()))
        });
        answer.await.map(Response::new)
    }

    async fn get_agreement(
        &self,
        request: Request<v1::GetAgreementRequest>,
    ) -> Result<Response<v1::GetAgreementResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetAgreement::try_from(request.into_inner()).or_refuse()?;
        let convert::GetAgreement { caller, indicator, area, period_from, period_to, coders, freshness } =
            request;
        let viewer = viewer(caller);
        let selection = AgreementSelection { indicator, area, from: period_from, to: period_to, coders };
        let view = self.reading.view(freshness, wait_max).await?;
        let answer = self.reading.ask(move || {
            let agreement = view.agreement(&viewer, &selection).or_refuse()?;
            Ok(present::agreement(agreement, view.position()))
        });
        answer.await.map(Response::new)
    }

    async fn adjudicate(
        &self,
        request: Request<v1::AdjudicateCodingsRequest>,
    ) -> Result<Response<v1::AdjudicateCodingsResponse>, Status> {
        let request = convert::Adjudicate::try_from(request.into_inner()).or_refuse()?;
        let validate_only = request.validate_only;
        let (submission, wanted) = read_adjudication(request).or_refuse()?;
        let adjudication = if validate_only {
            self.observatory.preview_adjudication(submission, wanted).or_refuse()?
        } else {
            self.observatory.adjudicate(submission, wanted).await.or_refuse()?
        };
        let at = self.observatory.position(adjudication.revision);
        let (revision, history) = (at.revision.number(), at.history.to_string());
        let adjudication = Some(present::adjudication(&adjudication));
        Ok(Response::new(v1::AdjudicateCodingsResponse { adjudication, revision, history }))
    }

    async fn get_adjudication(
        &self,
        request: Request<v1::GetAdjudicationRequest>,
    ) -> Result<Response<v1::GetAdjudicationResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetAdjudication::try_from(request.into_inner()).or_refuse()?;
        let convert::GetAdjudication { revision, freshness } = request;
        let view = self.reading.view(freshness, wait_max).await?;
        let answer = self.reading.ask(move || {
            let adjudication = Some(present::adjudication(&view.adjudication(revision).or_refuse()?));
            let at = view.position();
            let (revision, history) = (at.revision.number(), at.history.to_string());
            Ok(v1::GetAdjudicationResponse { adjudication, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn list_adjudications(
        &self,
        request: Request<v1::ListAdjudicationsRequest>,
    ) -> Result<Response<v1::ListAdjudicationsResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListAdjudications::try_from(request.into_inner()).or_refuse()?;
        let convert::ListAdjudications { indicator, area, period_from, period_to, page, freshness } = request;
        let filter = UnitSelection { indicator, area, from: period_from, to: period_to };
        let query = QueryFingerprint::of(&[&"adjudications", &filter, &freshness.as_of]);
        let (view, after) = self.reading.page(freshness, &page, query, wait_max).await?;
        let answer = self.reading.ask(move || {
            let listed = view.adjudications(&filter, page.size, after.as_ref()).or_refuse()?;
            let adjudications = listed.adjudications.iter().map(present::adjudication).collect();
            let (next_page_token, at) = (next_token(listed.next, query), view.position());
            let (revision, history) = (at.revision.number(), at.history.to_string());
            Ok(v1::ListAdjudicationsResponse { adjudications, next_page_token, revision, history })
        });
        answer.await.map(Response::new)
    }
}

fn read_filter(request: convert::ListCodings) -> (CodingSelection, convert::Page, convert::Freshness) {
    let convert::ListCodings {
        caller: _,
        indicator,
        area,
        period_from,
        period_to,
        coder,
        adjudicated,
        include_superseded,
        page,
        freshness,
    } = request;
    let units = UnitSelection { indicator, area, from: period_from, to: period_to };
    (CodingSelection { units, coder, adjudicated, superseded: include_superseded }, page, freshness)
}

fn read_adjudication(request: convert::Adjudicate) -> Result<(SubmissionId, AdjudicateCodings), Violations> {
    let convert::Adjudicate { submission, curator, unit, source, ruling, comment, validate_only: _ } =
        request;
    let mut reader = Reader::default();
    let wanted = AdjudicateCodings::new(unit, source, curator, ruling, comment)
        .map_err(|error| reader.refuse("comment", FieldReason::TooLong, error.to_string()));
    reader.finish(wanted.ok().map(|wanted| (submission, wanted)))
}
