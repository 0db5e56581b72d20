//! Codings: filing them, listing them, agreement, and adjudication.

use futures_util::Stream;
use tenseven_api::v1;
use uuid::Uuid;

use crate::{Client, ClientError, pages::pages};

/// A random id where the request names none, so that this call can try again.
fn named(submission_id: &mut String) {
    if submission_id.is_empty() {
        *submission_id = Uuid::new_v4().to_string();
    }
}

impl Client {
    /// Files a coding; the answer means that it survives a power cut.
    ///
    /// Without a submission id a random one is chosen, under which this call tries again where that can help. With
    /// `validate_only` nothing is stored.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use tenseven_client::v1::{self, caller::Role, coding::Judgement};
    ///
    /// let unit =
    ///     v1::CodingUnit { indicator: "dual-nationality".into(), area: "MAR".into(), period: "2020".into() };
    /// let answer = client
    ///     .submit_coding(v1::SubmitCodingRequest {
    ///         caller: Some(v1::Caller { role: Some(Role::Coder("coder-a".into())) }),
    ///         coding: Some(v1::Coding {
    ///             unit: Some(unit),
    ///             judgement: Some(Judgement::Level("comprehensive".into())),
    ///             ..Default::default()
    ///         }),
    ///         ..Default::default()
    ///     })
    ///     .await?;
    /// println!("round {}, revision {}", answer.round, answer.revision);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn submit_coding(
        &self,
        mut request: v1::SubmitCodingRequest,
    ) -> Result<v1::SubmitCodingResponse, ClientError> {
        named(&mut request.submission_id);
        let service = self.assessment_service();
        self.caller.call(request, async |request| service.clone().submit_coding(request).await).await
    }

    /// One page of the codings that the caller may see, ordered by indicator, area, period, round, coder, revision.
    pub async fn list_codings(
        &self,
        request: v1::ListCodingsRequest,
    ) -> Result<v1::ListCodingsResponse, ClientError> {
        let service = self.assessment_service();
        self.caller.call(request, async |request| service.clone().list_codings(request).await).await
    }

    /// All pages of a listing of codings, as of one revision.
    pub fn coding_pages(
        &self,
        request: v1::ListCodingsRequest,
    ) -> impl Stream<Item = Result<v1::ListCodingsResponse, ClientError>> {
        pages(request, async |request| self.list_codings(request).await)
    }

    /// How far coders agree on an indicator; a coefficient that cannot be computed carries the reason.
    pub async fn agreement(
        &self,
        request: v1::GetAgreementRequest,
    ) -> Result<v1::GetAgreementResponse, ClientError> {
        let service = self.assessment_service();
        self.caller.call(request, async |request| service.clone().get_agreement(request).await).await
    }

    /// Makes one observation of the codings of a unit's open round, and closes the round. Submission id and `validate_only` as
    /// in [`Self::submit_coding`].
    ///
    /// Refused with the reasons `NO_CODINGS`, `NO_CODED_LEVEL`, `MEDIAN_BETWEEN_LEVELS` and `NO_MAJORITY`, after all but the
    /// first of which the curator can decide.
    pub async fn adjudicate_codings(
        &self,
        mut request: v1::AdjudicateCodingsRequest,
    ) -> Result<v1::AdjudicateCodingsResponse, ClientError> {
        named(&mut request.submission_id);
        let service = self.assessment_service();
        self.caller.call(request, async |request| service.clone().adjudicate_codings(request).await).await
    }

    /// What a revision adjudicated.
    pub async fn get_adjudication(
        &self,
        request: v1::GetAdjudicationRequest,
    ) -> Result<v1::GetAdjudicationResponse, ClientError> {
        let service = self.assessment_service();
        self.caller.call(request, async |request| service.clone().get_adjudication(request).await).await
    }

    /// One page of adjudications, ordered by indicator, area, period, round.
    pub async fn list_adjudications(
        &self,
        request: v1::ListAdjudicationsRequest,
    ) -> Result<v1::ListAdjudicationsResponse, ClientError> {
        let service = self.assessment_service();
        self.caller.call(request, async |request| service.clone().list_adjudications(request).await).await
    }

    /// All pages of a listing of adjudications, as of one revision.
    pub fn adjudication_pages(
        &self,
        request: v1::ListAdjudicationsRequest,
    ) -> impl Stream<Item = Result<v1::ListAdjudicationsResponse, ClientError>> {
        pages(request, async |request| self.list_adjudications(request).await)
    }
}
