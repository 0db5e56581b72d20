//! `PracticeService`.

use std::sync::Arc;

use tenseven_api::{
    convert::{self, timestamp_message},
    v1::{self, practice_service_server::PracticeService},
};
use tenseven_observatory::{Observatory, Preview, QueryFingerprint, Receipt};
use tonic::{Request, Response, Status};

use super::{
    practice_request::{read_filter, read_put, read_withdrawal},
    reading::{Reading, next_token, wait_max},
};
use crate::{present, status::OrRefuse as _};

/// `PracticeService` over the observatory.
pub(crate) struct PracticeAdapter(pub(crate) Reading, pub(crate) Arc<Observatory>);

#[tonic::async_trait]
impl PracticeService for PracticeAdapter {
    async fn list_practices(
        &self,
        request: Request<v1::ListPracticesRequest>,
    ) -> Result<Response<v1::ListPracticesResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListPractices::try_from(request.into_inner()).or_refuse()?;
        let convert::ListPractices { selection, page, freshness } = request;
        let filter = read_filter(selection);
        let query = QueryFingerprint::of(&[&"practices", &filter, &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let answer = self.0.ask(move || {
            let listed = view.practices(&filter, page.size, after.as_ref()).or_refuse()?;
            let practices = listed.practices.iter().map(present::practice).collect();
            let (next_page_token, at) = (next_token(listed.next, query), view.position());
            let (revision, history) = (at.revision.number(), at.history.to_string());
            Ok(v1::ListPracticesResponse { practices, next_page_token, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn get_practice(
        &self,
        request: Request<v1::GetPracticeRequest>,
    ) -> Result<Response<v1::GetPracticeResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetPractice::try_from(request.into_inner()).or_refuse()?;
        let convert::GetPractice { practice, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let at = view.position();
        let practice = self.0.run_blocking(move || view.practice(&practice)).await?;
        let practice = Some(present::practice(&practice));
        let (revision, history) = (at.revision.number(), at.history.to_string());
        Ok(Response::new(v1::GetPracticeResponse { practice, revision, history }))
    }

    async fn search_practices(
        &self,
        request: Request<v1::SearchPracticesRequest>,
    ) -> Result<Response<v1::SearchPracticesResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::SearchPractices::try_from(request.into_inner()).or_refuse()?;
        let convert::SearchPractices { query: words, selection, page, freshness } = request;
        let (words, filter) = (words.parse().or_refuse()?, read_filter(selection));
        let query = QueryFingerprint::of(&[&"practice search", &words, &filter, &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let answer = self.0.ask(move || {
            let found = view.search_practices(&words, &filter, page.size, after.as_ref()).or_refuse()?;
            Ok(present::search(found, query, view.position()))
        });
        answer.await.map(Response::new)
    }

    async fn put_practice(
        &self,
        request: Request<v1::PutPracticeRequest>,
    ) -> Result<Response<v1::PutPracticeResponse>, Status> {
        let (submission, write, validate_only) = read_put(&self.1, request.into_inner()).or_refuse()?;
        if validate_only {
            let Preview { revision, new, .. } = self.1.preview_practice(submission, write).or_refuse()?;
            let (history, created) = (self.1.position(revision).history.to_string(), new > 0);
            let (revision, accepted_at) = (revision.number(), None);
            let answer = v1::PutPracticeResponse { revision, accepted_at, created, history };
            return Ok(Response::new(answer));
        }
        let receipt = self.1.write_practice(submission, write).await.or_refuse()?;
        let Receipt { revision, accepted_at, new, .. } = receipt;
        let accepted_at = Some(timestamp_message(accepted_at));
        let (history, created) = (self.1.position(revision).history.to_string(), new > 0);
        let revision = revision.number();
        Ok(Response::new(v1::PutPracticeResponse { revision, accepted_at, created, history }))
    }

    async fn withdraw_practice(
        &self,
        request: Request<v1::WithdrawPracticeRequest>,
    ) -> Result<Response<v1::WithdrawPracticeResponse>, Status> {
        let (submission, write, validate_only) = read_withdrawal(request.into_inner()).or_refuse()?;
        if validate_only {
            let revision = self.1.preview_practice(submission, write).or_refuse()?.revision;
            let (revision, history) = (revision.number(), self.1.position(revision).history.to_string());
            let answer = v1::WithdrawPracticeResponse { revision, accepted_at: None, history };
            return Ok(Response::new(answer));
        }
        let Receipt { revision, accepted_at, .. } =
            self.1.write_practice(submission, write).await.or_refuse()?;
        let history = self.1.position(revision).history.to_string();
        let (revision, accepted_at) = (revision.number(), Some(timestamp_message(accepted_at)));
        Ok(Response::new(v1::WithdrawPracticeResponse { revision, accepted_at, history }))
    }

    async fn list_practice_revisions(
        &self,
        request: Request<v1::ListPracticeRevisionsRequest>,
    ) -> Result<Response<v1::ListPracticeRevisionsResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListPracticeRevisions::try_from(request.into_inner()).or_refuse()?;
        let convert::ListPracticeRevisions { practice, page, freshness } = request;
        let query = QueryFingerprint::of(&[&"practice revisions", &practice, &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let answer = self.0.ask(move || {
            let listed = view.practice_versions(&practice, page.size, after.as_ref()).or_refuse()?;
            let versions = listed.versions.iter().map(present::practice).collect();
            let (next_page_token, at) = (next_token(listed.next, query), view.position());
            let (revision, history) = (at.revision.number(), at.history.to_string());
            Ok(v1::ListPracticeRevisionsResponse { versions, next_page_token, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn list_measures(
        &self,
        request: Request<v1::ListMeasuresRequest>,
    ) -> Result<Response<v1::ListMeasuresResponse>, Status> {
        let wait_max = wait_max(&request);
        let convert::ListMeasures { page, freshness } =
            convert::ListMeasures::try_from(request.into_inner()).or_refuse()?;
        let query = QueryFingerprint::of(&[&"measures", &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let listed = view.measures(page.size, after.as_ref()).or_refuse()?;
        let measures = listed.entries.into_iter().map(present::measure).collect();
        let (next_page_token, at) = (next_token(listed.next, query), view.position());
        let (revision, history) = (at.revision.number(), at.history.to_string());
        Ok(Response::new(v1::ListMeasuresResponse { measures, next_page_token, revision, history }))
    }

    async fn get_measure(
        &self,
        request: Request<v1::GetMeasureRequest>,
    ) -> Result<Response<v1::GetMeasureResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetMeasure::try_from(request.into_inner()).or_refuse()?;
        let convert::GetMeasure { measure, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let found = view.measure(&measure).or_refuse()?;
        Ok(Response::new(present::measure_use(&found, view.position())))
    }

    async fn list_instruments(
        &self,
        request: Request<v1::ListInstrumentsRequest>,
    ) -> Result<Response<v1::ListInstrumentsResponse>, Status> {
        let wait_max = wait_max(&request);
        let convert::ListInstruments { page, freshness } =
            convert::ListInstruments::try_from(request.into_inner()).or_refuse()?;
        let query = QueryFingerprint::of(&[&"instruments", &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let listed = view.instruments(page.size, after.as_ref()).or_refuse()?;
        let instruments = listed.entries.into_iter().map(present::instrument).collect();
        let (next_page_token, at) = (next_token(listed.next, query), view.position());
        let (revision, history) = (at.revision.number(), at.history.to_string());
        Ok(Response::new(v1::ListInstrumentsResponse { instruments, next_page_token, revision, history }))
    }

    async fn get_instrument(
        &self,
        request: Request<v1::GetInstrumentRequest>,
    ) -> Result<Response<v1::GetInstrumentResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetInstrument::try_from(request.into_inner()).or_refuse()?;
        let convert::GetInstrument { instrument, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let found = view.instrument(&instrument).or_refuse()?;
        Ok(Response::new(present::instrument_use(&found, view.position())))
    }
}
