//! `PracticeService`.

use std::sync::Arc;

use prost_types::Timestamp;
use tenseven_api::{
    Encoded,
    convert::timestamp_message,
    v1::{self, practice_service_server::PracticeService},
};
use tenseven_observatory::{
    InvalidPageToken, ListPracticesError, Observatory, Position, PracticeLookupError, PracticeVersionsError,
    Preview, SearchPracticesError, View,
};
use tonic::{Request, Response, Status};

use super::{
    positioned::positioned,
    practice_request::{Write, read_put, read_withdrawal},
    reading::Reading,
};
use crate::{call::Call, present, status::OrRefuse as _};

/// `PracticeService` over the observatory.
pub(crate) struct PracticeAdapter(pub(crate) Reading, pub(crate) Arc<Observatory>);

#[tonic::async_trait]
impl PracticeService for PracticeAdapter {
    async fn list_practices(
        &self,
        request: Request<v1::ListPracticesRequest>,
    ) -> Result<Response<Encoded<v1::ListPracticesResponse>>, Status> {
        self.0
            .listing(request, |view, selection, part| {
                let listed = view.practices(&selection, part.size, part.after.as_ref())?;
                let practices = listed.practices.iter().map(present::practice).collect();
                let page = v1::ListPracticesResponse { practices, ..Default::default() };
                Ok::<_, ListPracticesError>((page, listed.next))
            })
            .await
    }

    async fn get_practice(
        &self,
        request: Request<v1::GetPracticeRequest>,
    ) -> Result<Response<Encoded<v1::GetPracticeResponse>>, Status> {
        self.0
            .unary(request, |view, id| {
                let practice = Some(present::practice(&view.practice(&id)?));
                Ok::<_, PracticeLookupError>(v1::GetPracticeResponse { practice, ..Default::default() })
            })
            .await
    }

    async fn search_practices(
        &self,
        request: Request<v1::SearchPracticesRequest>,
    ) -> Result<Response<Encoded<v1::SearchPracticesResponse>>, Status> {
        self.0
            .listing(request, |view, (words, selection), part| {
                let words = words.parse().map_err(SearchPracticesError::Query)?;
                let mut found = view.search_practices(&words, &selection, part.size, part.after.as_ref())?;
                let next = found.next.take();
                Ok::<_, SearchPracticesError>((present::search(found), next))
            })
            .await
    }

    async fn put_practice(
        &self,
        request: Request<v1::PutPracticeRequest>,
    ) -> Result<Response<v1::PutPracticeResponse>, Status> {
        let call = Call::of(&request);
        let write = read_put(&self.1, request.into_inner()).or_refuse()?;
        let Written { at, accept_time, created } = self.write(&call, write).await?;
        let answer = v1::PutPracticeResponse { accept_time, created, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn withdraw_practice(
        &self,
        request: Request<v1::WithdrawPracticeRequest>,
    ) -> Result<Response<v1::WithdrawPracticeResponse>, Status> {
        let call = Call::of(&request);
        let write = read_withdrawal(request.into_inner()).or_refuse()?;
        let Written { at, accept_time, created: _ } = self.write(&call, write).await?;
        let answer = v1::WithdrawPracticeResponse { accept_time, ..Default::default() };
        Ok(Response::new(positioned(answer, at)))
    }

    async fn list_practice_revisions(
        &self,
        request: Request<v1::ListPracticeRevisionsRequest>,
    ) -> Result<Response<Encoded<v1::ListPracticeRevisionsResponse>>, Status> {
        self.0
            .listing(request, |view, id, part| {
                let listed = view.practice_versions(&id, part.size, part.after.as_ref())?;
                let versions = listed.versions.iter().map(present::practice).collect();
                let page = v1::ListPracticeRevisionsResponse { versions, ..Default::default() };
                Ok::<_, PracticeVersionsError>((page, listed.next))
            })
            .await
    }

    async fn list_measures(
        &self,
        request: Request<v1::ListMeasuresRequest>,
    ) -> Result<Response<Encoded<v1::ListMeasuresResponse>>, Status> {
        self.0
            .listing(request, |view, (), part| {
                let listed = view.measures(part.size, part.after.as_ref())?;
                let measures = listed.entries.into_iter().map(present::measure).collect();
                let page = v1::ListMeasuresResponse { measures, ..Default::default() };
                Ok::<_, InvalidPageToken>((page, listed.next))
            })
            .await
    }

    async fn get_measure(
        &self,
        request: Request<v1::GetMeasureRequest>,
    ) -> Result<Response<Encoded<v1::GetMeasureResponse>>, Status> {
        let found = |view: &View, id| view.measure(&id).map(|found| present::measure_use(&found));
        self.0.unary(request, found).await
    }

    async fn list_instruments(
        &self,
        request: Request<v1::ListInstrumentsRequest>,
    ) -> Result<Response<Encoded<v1::ListInstrumentsResponse>>, Status> {
        self.0
            .listing(request, |view, (), part| {
                let listed = view.instruments(part.size, part.after.as_ref())?;
                let instruments = listed.entries.into_iter().map(present::instrument).collect();
                let page = v1::ListInstrumentsResponse { instruments, ..Default::default() };
                Ok::<_, InvalidPageToken>((page, listed.next))
            })
            .await
    }

    async fn get_instrument(
        &self,
        request: Request<v1::GetInstrumentRequest>,
    ) -> Result<Response<Encoded<v1::GetInstrumentResponse>>, Status> {
        let found = |view: &View, id| view.instrument(&id).map(|found| present::instrument_use(&found));
        self.0.unary(request, found).await
    }
}

/// What a write of a practice did, or would do.
struct Written {
    at: Position,
    /// None where it was only checked.
    accept_time: Option<Timestamp>,
    created: bool,
}

impl PracticeAdapter {
    async fn write(&self, call: &Call, (submission, write, validate_only): Write) -> Result<Written, Status> {
        let submission = call.attributed(submission);
        let (revision, accept_time, new) = if validate_only {
            let Preview { revision, new, .. } = self.1.preview_practice(submission, write).or_refuse()?;
            (revision, None, new)
        } else {
            let receipt = self.1.write_practice(submission, write).await.or_refuse()?;
            (receipt.revision, Some(timestamp_message(receipt.accepted_at)), receipt.new)
        };
        Ok(Written { at: self.1.position(revision), accept_time, created: new > 0 })
    }
}
