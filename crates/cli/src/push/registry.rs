//! The registry as a push sees it.

use futures_util::Stream;
use tenseven_client::{BatchAnswer, Client, ClientError, SubmissionId, v1};

/// Where batches are pushed to.
pub(crate) trait Registry {
    /// Which of these submissions, at most 10,000, were accepted.
    async fn look_up(&self, submissions: &[SubmissionId])
    -> Result<Vec<v1::AcceptedSubmission>, ClientError>;

    /// What a batch would be answered now. Nothing is stored.
    async fn check(
        &self,
        submission: SubmissionId,
        observations: &[v1::Observation],
    ) -> Result<v1::PushObservationsResponse, ClientError>;

    /// Sends batches as they come, up to `window` before the first is answered, and answers each, in their order.
    fn stream<'a>(
        &'a self,
        batches: impl Stream<Item = v1::StreamObservationsRequest> + Send + 'a,
        window: usize,
    ) -> impl Stream<Item = Result<BatchAnswer, ClientError>> + 'a;
}

/// The newest revision, by a call that contributors may make who are no readers.
pub(crate) async fn newest_revision(client: &Client) -> Result<u64, ClientError> {
    let nobodys = SubmissionId::of_version_8([0; 16]);
    Ok(client.look_up_submissions(&[nobodys]).await?.revision)
}

impl Registry for Client {
    async fn look_up(
        &self,
        submissions: &[SubmissionId],
    ) -> Result<Vec<v1::AcceptedSubmission>, ClientError> {
        Ok(self.look_up_submissions(submissions).await?.submissions)
    }

    async fn check(
        &self,
        submission: SubmissionId,
        observations: &[v1::Observation],
    ) -> Result<v1::PushObservationsResponse, ClientError> {
        Self::check(self, Some(submission), observations.to_vec()).await
    }

    fn stream<'a>(
        &'a self,
        batches: impl Stream<Item = v1::StreamObservationsRequest> + Send + 'a,
        window: usize,
    ) -> impl Stream<Item = Result<BatchAnswer, ClientError>> + 'a {
        self.push_stream(batches, window)
    }
}
