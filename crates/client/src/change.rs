//! Changes of observations of all kinds in one revision.

use tenseven_api::v1;
use tenseven_model::SubmissionId;
use uuid::Uuid;

use crate::{Client, ClientError};

impl Client {
    /// Puts, merges and withdraws observations in one revision, 1 to 10,000 of different keys, all or none. A response means that the
    /// changes survive a power cut.
    ///
    /// Without a submission id a random one is chosen, under which this call tries again where that can help, as
    /// [`Self::push`] does.
    ///
    /// Rejected with the reason `INVALID_REQUEST` and every violation, whole, or with `SUBMISSION_ID_REUSED`.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use tenseven_api::v1::{ObservationChange, ObservationMerge, observation_change::Action};
    ///
    /// let provisional = ObservationMerge {
    ///     indicator: "dual-nationality".into(),
    ///     area: "MAR".into(),
    ///     period: "2020".into(),
    ///     source: "ministry".into(),
    ///     status: Some("P".into()),
    ///     ..Default::default()
    /// };
    /// let change = ObservationChange { action: Some(Action::Merge(provisional)) };
    /// let receipt = client.submit_changes(None, vec![change]).await?;
    /// assert_eq!(receipt.revised_count, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn submit_changes(
        &self,
        submission_id: Option<SubmissionId>,
        changes: Vec<v1::ObservationChange>,
    ) -> Result<v1::SubmitChangesResponse, ClientError> {
        self.send_changes(submission_id, changes, false).await
    }

    /// What [`Self::submit_changes`] would return now, or why it would be rejected. Nothing is stored, and the submission id is not used
    /// up.
    pub async fn check_changes(
        &self,
        submission_id: Option<SubmissionId>,
        changes: Vec<v1::ObservationChange>,
    ) -> Result<v1::SubmitChangesResponse, ClientError> {
        self.send_changes(submission_id, changes, true).await
    }

    async fn send_changes(
        &self,
        submission_id: Option<SubmissionId>,
        changes: Vec<v1::ObservationChange>,
        validate_only: bool,
    ) -> Result<v1::SubmitChangesResponse, ClientError> {
        let submission_id = submission_id.map_or_else(|| Uuid::new_v4().to_string(), |id| id.to_string());
        let request = v1::SubmitChangesRequest { submission_id, changes, validate_only };
        let service = self.observation_service();
        self.caller.call(request, async |request| service.clone().submit_changes(request).await).await
    }
}
