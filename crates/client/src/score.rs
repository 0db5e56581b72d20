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

    /// One page of the scores of one area over periods, ordered by node, then period.
    pub async fn get_trend(&self, request: v1::GetTrendRequest) -> Result<v1::GetTrendResponse, ClientError> {
        let service = self.score_service();
        self.caller.call(request, async |request| service.clone().get_trend(request).await).await
    }

    /// All pages of the scores of one area over periods, as of one revision.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use futures_util::TryStreamExt as _;
    /// use tenseven_client::v1;
    ///
    /// let request = v1::GetTrendRequest {
    ///     framework: "target-10-7".into(),
    ///     area: "MAR".into(),
    ///     nodes: vec!["overall".into(), "mobility".into()],
    ///     ..Default::default()
    /// };
    /// let mut pages = std::pin::pin!(client.trend_pages(request));
    /// while let Some(page) = pages.try_next().await? {
    ///     for point in page.points {
    ///         let node = point.node.unwrap_or_default();
    ///         println!("{} {}: {:?} ({:?})", point.period, node.name, node.score, point.change);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn trend_pages(
        &self,
        request: v1::GetTrendRequest,
    ) -> impl Stream<Item = Result<v1::GetTrendResponse, ClientError>> {
        pages(request, async |request| self.get_trend(request).await)
    }

    /// Scores of several areas and periods side by side, at most 50, with each one's difference from the first.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use tenseven_client::v1;
    ///
    /// let request = v1::CompareScoresRequest {
    ///     framework: "target-10-7".into(),
    ///     areas: vec!["MAR".into(), "LBY".into()],
    ///     periods: vec!["2019".into(), "2020".into()],
    ///     ..Default::default()
    /// };
    /// for node in client.compare_scores(request).await?.nodes {
    ///     let differences: Vec<_> = node.scores.iter().map(|score| score.difference).collect();
    ///     println!("{}: {differences:?}", node.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn compare_scores(
        &self,
        request: v1::CompareScoresRequest,
    ) -> Result<v1::CompareScoresResponse, ClientError> {
        let service = self.score_service();
        self.caller.call(request, async |request| service.clone().compare_scores(request).await).await
    }

    /// The ranks of a group's areas by one node's score for one period.
    ///
    /// Refused with the reason `RANKING_DISABLED` where the framework does not allow its scores to be ranked.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use tenseven_client::v1;
    ///
    /// let request = v1::RankAreasRequest {
    ///     framework: "human-development".into(),
    ///     period: "2020".into(),
    ///     areas: vec!["m49:015".into()],
    ///     ..Default::default()
    /// };
    /// match client.rank_areas(request).await {
    ///     Ok(answer) => answer.ranked.iter().for_each(|one| println!("{} {}", one.rank, one.area)),
    ///     Err(error) if error.refusal().is_some_and(|refusal| refusal.reason == "RANKING_DISABLED") => {}
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rank_areas(
        &self,
        request: v1::RankAreasRequest,
    ) -> Result<v1::RankAreasResponse, ClientError> {
        let service = self.score_service();
        self.caller.call(request, async |request| service.clone().rank_areas(request).await).await
    }

    /// The way of a score back to what was observed, with what each node adds and the evidence.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use tenseven_client::v1::{self, explained_node::Composition};
    ///
    /// let request = v1::ExplainScoreRequest {
    ///     framework: "target-10-7".into(),
    ///     area: "MAR".into(),
    ///     period: "2020".into(),
    ///     ..Default::default()
    /// };
    /// for node in client.explain_score(request).await?.explanation.unwrap_or_default().nodes {
    ///     println!("{:?} adds {:?}", node.node, node.contribution);
    ///     let Some(Composition::Leaf(leaf)) = node.composition else { continue };
    ///     for recorded in leaf.reads.iter().flat_map(|read| &read.observations) {
    ///         println!("  revision {}: {:?}", recorded.revision, recorded.observation);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn explain_score(
        &self,
        request: v1::ExplainScoreRequest,
    ) -> Result<v1::ExplainScoreResponse, ClientError> {
        let service = self.score_service();
        self.caller.call(request, async |request| service.clone().explain_score(request).await).await
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
