//! `AssessmentService`.

use std::sync::Arc;

use tenseven_api::{
    Encoded, Violations,
    convert::{self, FieldReason, Reader},
    v1::{self, assessment_service_server::AssessmentService},
};
use tenseven_model::SubmissionId;
use tenseven_observatory::{AdjudicateCodings, AdjudicationLookupError, ListingError, Observatory};
use tonic::{Request, Response, Status};

use super::{caller::viewer, positioned::positioned, reading::Reading};
use crate::{
    call::Call,
    present,
    status::{OrRefuse as _, Refusal, Refused},
};

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
        let call = Call::of(&request);
        let request = convert::SubmitCoding::try_from(request.into_inner()).or_refuse()?;
        let convert::SubmitCoding { submission, coding, validate_only } = request;
        let submission = call.attributed(submission);
        if validate_only {
            let receipt = self.observatory.preview_coding(submission, coding).or_refuse()?;
            let at = self.observatory.position(receipt.revision);
            return Ok(Response::new(positioned(present::coding_receipt(receipt), at)));
        }
        let receipt = self.observatory.submit_coding(submission, coding).await.or_refuse()?;
        let at = self.observatory.position(receipt.revision);
        Ok(Response::new(positioned(present::coding_receipt(receipt), at)))
    }

    async fn list_codings(
        &self,
        request: Request<v1::ListCodingsRequest>,
    ) -> Result<Response<Encoded<v1::ListCodingsResponse>>, Status> {
        let (call, observatory) = (Call::of(&request), Arc::clone(&self.observatory));
        self.reading
            .listing(request, move |view, (declared, selection), part| {
                let viewer = viewer(&observatory, &call, declared)?;
                let listed = view.codings(&viewer, &selection, part.size, part.after.as_ref());
                let listed = listed.map_err(Refusal::refuse)?;
                Ok::<_, Refused>((present::codings(&listed), listed.next))
            })
            .await
    }

    async fn get_agreement(
        &self,
        request: Request<v1::GetAgreementRequest>,
    ) -> Result<Response<Encoded<v1::GetAgreementResponse>>, Status> {
        let (call, observatory) = (Call::of(&request), Arc::clone(&self.observatory));
        self.reading
            .unary(request, move |view, (declared, selection)| {
                let viewer = viewer(&observatory, &call, declared)?;
                view.agreement(&viewer, &selection).map(present::agreement).map_err(Refusal::refuse)
            })
            .await
    }

    async fn adjudicate_codings(
        &self,
        request: Request<v1::AdjudicateCodingsRequest>,
    ) -> Result<Response<v1::AdjudicateCodingsResponse>, Status> {
        let call = Call::of(&request);
        let request = convert::Adjudicate::try_from(request.into_inner()).or_refuse()?;
        let validate_only = request.validate_only;
        let (submission, wanted) = read_adjudication(request).or_refuse()?;
        let submission = call.attributed(submission);
        let adjudication = if validate_only {
            self.observatory.preview_adjudication(submission, wanted).or_refuse()?
        } else {
            self.observatory.adjudicate(submission, wanted).await.or_refuse()?
        };
        let at = self.observatory.position(adjudication.revision);
        let adjudication = Some(present::adjudication(&adjudication));
        let answer = v1::AdjudicateCodingsResponse { adjudication, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn get_adjudication(
        &self,
        request: Request<v1::GetAdjudicationRequest>,
    ) -> Result<Response<Encoded<v1::GetAdjudicationResponse>>, Status> {
        self.reading
            .unary(request, |view, revision| {
                let adjudication = Some(present::adjudication(&view.adjudication(revision)?));
                Ok::<_, AdjudicationLookupError>(v1::GetAdjudicationResponse {
                    adjudication,
                    ..Default::default()
                })
            })
            .await
    }

    async fn list_adjudications(
        &self,
        request: Request<v1::ListAdjudicationsRequest>,
    ) -> Result<Response<Encoded<v1::ListAdjudicationsResponse>>, Status> {
        self.reading
            .listing(request, |view, selection, part| {
                let listed = view.adjudications(&selection, part.size, part.after.as_ref())?;
                let adjudications = listed.adjudications.iter().map(present::adjudication).collect();
                let page = v1::ListAdjudicationsResponse { adjudications, ..Default::default() };
                Ok::<_, ListingError>((page, listed.next))
            })
            .await
    }
}

fn read_adjudication(request: convert::Adjudicate) -> Result<(SubmissionId, AdjudicateCodings), Violations> {
    let convert::Adjudicate { submission, curator, unit, source, ruling, comment, validate_only: _ } =
        request;
    let mut reader = Reader::default();
    let wanted = AdjudicateCodings::new(unit, source, curator, ruling, comment)
        .map_err(|error| reader.refuse("comment", FieldReason::TooLong, error.to_string()));
    reader.finish(wanted.ok().map(|wanted| (submission, wanted)))
}
