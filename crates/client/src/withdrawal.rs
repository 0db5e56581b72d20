//! Withdrawing observations.

use tenseven_api::v1;
use tenseven_model::SubmissionId;
use uuid::Uuid;

use crate::{Client, ClientError};

impl Client {
    /// Withdraws 1 to 10,000 observations, all or none; the answer means that the withdrawals survive a power cut. What is
    /// withdrawn is in no list, export or score any more, and stays in the history with its reason.
    ///
    /// Without a submission id a random one is chosen, under which this call tries again where that can help, as
    /// [`Self::push`] does.
    ///
    /// Refused with the reason `INVALID_REQUEST` and every violation, whole, or with `SUBMISSION_ID_REUSED`.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use tenseven_api::v1;
    ///
    /// let withdrawal = v1::Withdrawal {
    ///     indicator: "dual-nationality".into(),
    ///     area: "MAR".into(),
    ///     period: "2020".into(),
    ///     source: "ministry".into(),
    ///     reason: "sent for the wrong year".into(),
    /// };
    /// let answer = client.withdraw(None, vec![withdrawal]).await?;
    /// assert_eq!(answer.withdrawn_count, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn withdraw(
        &self,
        submission_id: Option<SubmissionId>,
        withdrawals: Vec<v1::Withdrawal>,
    ) -> Result<v1::WithdrawObservationsResponse, ClientError> {
        self.send_withdrawals(submission_id, withdrawals, false).await
    }

    /// What [`Self::withdraw`] would be answered now, or why it would be refused. Nothing is stored, and the submission id
    /// is not used up.
    pub async fn check_withdrawals(
        &self,
        submission_id: Option<SubmissionId>,
        withdrawals: Vec<v1::Withdrawal>,
    ) -> Result<v1::WithdrawObservationsResponse, ClientError> {
        self.send_withdrawals(submission_id, withdrawals, true).await
    }

    async fn send_withdrawals(
        &self,
        submission_id: Option<SubmissionId>,
        withdrawals: Vec<v1::Withdrawal>,
        validate_only: bool,
    ) -> Result<v1::WithdrawObservationsResponse, ClientError> {
        let submission_id = match submission_id {
            Some(id) => id.to_string(),
            None => Uuid::new_v4().to_string(),
        };
        let request = v1::WithdrawObservationsRequest { submission_id, withdrawals, validate_only };
        let service = self.observation_service();
        self.caller.call(request, async |request| service.clone().withdraw_observations(request).await).await
    }
}
