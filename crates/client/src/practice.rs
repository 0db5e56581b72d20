//! Good practices, and the lists of measures and instruments.

use futures_util::Stream;
use tenseven_api::v1;
use uuid::Uuid;

use crate::{Client, ClientError, pages::pages};

impl Client {
    /// One page of the practices that pass the filters, by id.
    pub async fn list_practices(
        &self,
        request: v1::ListPracticesRequest,
    ) -> Result<v1::ListPracticesResponse, ClientError> {
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().list_practices(request).await).await
    }

    /// All pages of the practices that pass the filters, as of one revision.
    pub fn practice_pages(
        &self,
        request: v1::ListPracticesRequest,
    ) -> impl Stream<Item = Result<v1::ListPracticesResponse, ClientError>> {
        pages(request, async |request| self.list_practices(request).await)
    }

    /// One practice.
    pub async fn get_practice(
        &self,
        request: v1::GetPracticeRequest,
    ) -> Result<v1::GetPracticeResponse, ClientError> {
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().get_practice(request).await).await
    }

    /// One page of the practices that match words, the best first.
    pub async fn search_practices(
        &self,
        request: v1::SearchPracticesRequest,
    ) -> Result<v1::SearchPracticesResponse, ClientError> {
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().search_practices(request).await).await
    }

    /// All pages of the practices that match words, as of one revision.
    pub fn practice_search_pages(
        &self,
        request: v1::SearchPracticesRequest,
    ) -> impl Stream<Item = Result<v1::SearchPracticesResponse, ClientError>> {
        pages(request, async |request| self.search_practices(request).await)
    }

    /// Adds a practice, or replaces its contents. Where the request names no submission, a random one is chosen, under
    /// which this call tries again where that can help. The answer means that it survives a power cut.
    pub async fn put_practice(
        &self,
        mut request: v1::PutPracticeRequest,
    ) -> Result<v1::PutPracticeResponse, ClientError> {
        choose(&mut request.submission_id);
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().put_practice(request).await).await
    }

    /// Takes a practice out of listings and searches. Its submission is chosen as in [`Self::put_practice`].
    pub async fn withdraw_practice(
        &self,
        mut request: v1::WithdrawPracticeRequest,
    ) -> Result<v1::WithdrawPracticeResponse, ClientError> {
        choose(&mut request.submission_id);
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().withdraw_practice(request).await).await
    }

    /// One page of the versions of a practice, newest first.
    pub async fn list_practice_revisions(
        &self,
        request: v1::ListPracticeRevisionsRequest,
    ) -> Result<v1::ListPracticeRevisionsResponse, ClientError> {
        let service = self.practice_service();
        self.caller
            .call(request, async |request| service.clone().list_practice_revisions(request).await)
            .await
    }

    /// All pages of the versions of a practice, as of one revision.
    pub fn practice_revision_pages(
        &self,
        request: v1::ListPracticeRevisionsRequest,
    ) -> impl Stream<Item = Result<v1::ListPracticeRevisionsResponse, ClientError>> {
        pages(request, async |request| self.list_practice_revisions(request).await)
    }

    /// One page of the measures, in the order of the catalogue.
    pub async fn list_measures(
        &self,
        request: v1::ListMeasuresRequest,
    ) -> Result<v1::ListMeasuresResponse, ClientError> {
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().list_measures(request).await).await
    }

    /// All pages of the measures.
    pub fn measure_pages(
        &self,
        request: v1::ListMeasuresRequest,
    ) -> impl Stream<Item = Result<v1::ListMeasuresResponse, ClientError>> {
        pages(request, async |request| self.list_measures(request).await)
    }

    /// One measure, and who cites it.
    pub async fn get_measure(
        &self,
        request: v1::GetMeasureRequest,
    ) -> Result<v1::GetMeasureResponse, ClientError> {
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().get_measure(request).await).await
    }

    /// One page of the instruments, in the order of the catalogue.
    pub async fn list_instruments(
        &self,
        request: v1::ListInstrumentsRequest,
    ) -> Result<v1::ListInstrumentsResponse, ClientError> {
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().list_instruments(request).await).await
    }

    /// All pages of the instruments.
    pub fn instrument_pages(
        &self,
        request: v1::ListInstrumentsRequest,
    ) -> impl Stream<Item = Result<v1::ListInstrumentsResponse, ClientError>> {
        pages(request, async |request| self.list_instruments(request).await)
    }

    /// One instrument, and who cites it.
    pub async fn get_instrument(
        &self,
        request: v1::GetInstrumentRequest,
    ) -> Result<v1::GetInstrumentResponse, ClientError> {
        let service = self.practice_service();
        self.caller.call(request, async |request| service.clone().get_instrument(request).await).await
    }
}

fn choose(submission_id: &mut String) {
    if submission_id.is_empty() {
        *submission_id = Uuid::new_v4().to_string();
    }
}
