//! Observations: pushing and listing.

use futures_util::{Stream, TryStreamExt as _, stream};
use tenseven_api::v1;
use tenseven_model::SubmissionId;
use uuid::Uuid;

use crate::{Client, ClientError, pages::pages};

impl Client {
    /// Pushes a batch of 1 to 10,000 observations; the answer means that they survive a power cut.
    ///
    /// Without a submission id a random one is chosen, under which this call tries again where that can help. Give one
    /// to be able to push the same batch again yourself, after a crash of your own: it is then accepted once.
    ///
    /// Refused with the reason `INVALID_REQUEST` and every violation, whole, or with `SUBMISSION_ID_REUSED`.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// # let observations = vec![];
    /// match client.push(None, observations).await {
    ///     Ok(answer) => assert!(answer.revision > 0),
    ///     Err(error) => {
    ///         for violation in error.refusal().map(|refusal| &refusal.violations).into_iter().flatten() {
    ///             eprintln!("{} {}", violation.path, violation.description);
    ///         }
    ///         return Err(error);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn push(
        &self,
        submission_id: Option<SubmissionId>,
        observations: Vec<v1::Observation>,
    ) -> Result<v1::PushObservationsResponse, ClientError> {
        self.send(submission_id, observations, false).await
    }

    /// What [`Self::push`] would be answered now, or why it would be refused. Nothing is stored, and the submission id
    /// is not used up.
    pub async fn check(
        &self,
        submission_id: Option<SubmissionId>,
        observations: Vec<v1::Observation>,
    ) -> Result<v1::PushObservationsResponse, ClientError> {
        self.send(submission_id, observations, true).await
    }

    async fn send(
        &self,
        submission_id: Option<SubmissionId>,
        observations: Vec<v1::Observation>,
        validate_only: bool,
    ) -> Result<v1::PushObservationsResponse, ClientError> {
        let submission_id = match submission_id {
            Some(id) => id.to_string(),
            None => Uuid::new_v4().to_string(),
        };
        let request = v1::PushObservationsRequest { submission_id, observations, validate_only };
        let service = self.observation_service();
        self.caller.call(request, async |request| service.clone().push_observations(request).await).await
    }

    /// Which of these submissions, 1 to 10,000, were accepted, and what they were answered: after an interruption, what
    /// need not be sent again.
    pub async fn look_up_submissions(
        &self,
        submissions: &[SubmissionId],
    ) -> Result<v1::LookUpSubmissionsResponse, ClientError> {
        let submission_ids = submissions.iter().map(ToString::to_string).collect();
        let request = v1::LookUpSubmissionsRequest { submission_ids, ..Default::default() };
        let service = self.observation_service();
        self.caller.call(request, async |request| service.clone().look_up_submissions(request).await).await
    }

    /// The current observation of one key. Where there is none, it is refused with `UNKNOWN_OBSERVATION`.
    pub async fn get_observation(
        &self,
        request: v1::GetObservationRequest,
    ) -> Result<v1::GetObservationResponse, ClientError> {
        let service = self.observation_service();
        self.caller.call(request, async |request| service.clone().get_observation(request).await).await
    }

    /// One page of the current observations that match the filters, ordered by indicator, area, source, period.
    pub async fn list_observations(
        &self,
        request: v1::ListObservationsRequest,
    ) -> Result<v1::ListObservationsResponse, ClientError> {
        let service = self.observation_service();
        self.caller.call(request, async |request| service.clone().list_observations(request).await).await
    }

    /// One page of the versions of one observation, newest first.
    pub async fn list_observation_revisions(
        &self,
        request: v1::ListObservationRevisionsRequest,
    ) -> Result<v1::ListObservationRevisionsResponse, ClientError> {
        let service = self.observation_service();
        self.caller
            .call(request, async |request| service.clone().list_observation_revisions(request).await)
            .await
    }

    /// All pages of the versions of one observation, as of one revision.
    pub fn observation_revision_pages(
        &self,
        request: v1::ListObservationRevisionsRequest,
    ) -> impl Stream<Item = Result<v1::ListObservationRevisionsResponse, ClientError>> {
        pages(request, async |request| self.list_observation_revisions(request).await)
    }

    /// All pages of a listing, as of one revision.
    pub fn observation_pages(
        &self,
        request: v1::ListObservationsRequest,
    ) -> impl Stream<Item = Result<v1::ListObservationsResponse, ClientError>> {
        pages(request, async |request| self.list_observations(request).await)
    }

    /// All observations of a listing, page after page, as of one revision.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use std::pin::pin;
    /// use futures_util::TryStreamExt as _;
    /// use tenseven_api::v1;
    ///
    /// let selection = v1::ObservationSelection { area: "MAR".into(), ..Default::default() };
    /// let request = v1::ListObservationsRequest { selection: Some(selection), ..Default::default() };
    /// let mut observations = pin!(client.observations(request));
    /// while let Some(recorded) = observations.try_next().await? {
    ///     assert!(recorded.revision > 0);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn observations(
        &self,
        request: v1::ListObservationsRequest,
    ) -> impl Stream<Item = Result<v1::RecordedObservation, ClientError>> {
        self.observation_pages(request)
            .map_ok(|page| stream::iter(page.observations.into_iter().map(Ok)))
            .try_flatten()
    }
}
