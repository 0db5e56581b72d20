//! Scores and target reports.

use futures_util::Stream;
use tenseven_api::v1;

use crate::{Client, ClientError, pages::pages};

impl Client {
    /// The score tree of one country or area for one period. Where nothing is known every node has a gap.
    pub async fn get_scores(
        &self,
        request: v1::GetScoresRequest,
    ) -> Result<v1::GetScoresResponse, ClientError> {
        let service = self.score_service();
        self.caller.call(request, async |request| service.clone().get_scores(request).await).await
    }

    /// One page of the score trees of areas and periods that have data, ordered by area, then period.
    pub async fn list_scores(
        &self,
        request: v1::ListScoresRequest,
    ) -> Result<v1::ListScoresResponse, ClientError> {
        let service = self.score_service();
        self.caller.call(request, async |request| service.clone().list_scores(request).await).await
    }

    /// All pages of a listing of score trees, as of one revision.
    pub fn score_pages(
        &self,
        request: v1::ListScoresRequest,
    ) -> impl Stream<Item = Result<v1::ListScoresResponse, ClientError>> {
        pages(request, async |request| self.list_scores(request).await)
    }

    /// The target's own figures for a group of areas.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use tenseven_api::v1;
    ///
    /// let request = v1::GetTargetReportRequest {
    ///     framework: "target-10-7".into(),
    ///     period: "2020".into(),
    ///     ..Default::default()
    /// };
    /// for figure in client.target_report(request).await?.figures {
    ///     println!("{}: {:?} {}", figure.title, figure.value, figure.unit);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn target_report(
        &self,
        request: v1::GetTargetReportRequest,
    ) -> Result<v1::GetTargetReportResponse, ClientError> {
        let service = self.score_service();
        self.caller.call(request, async |request| service.clone().get_target_report(request).await).await
    }
}
