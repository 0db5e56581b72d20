//! `ScoreService`.

use tenseven_api::{
    ReadMask, convert, masked,
    v1::{self, score_service_server::ScoreService},
};
use tenseven_observatory::{
    ComparisonSelection, Position, QueryFingerprint, RankSelection, ScoreSelection, TrendSelection,
};
use tonic::{Request, Response, Status};

use super::{
    Watches,
    reading::{Reading, next_token, wait_max},
    score_watch::ScoreEvents,
};
use crate::{present, status::OrRefuse as _};

/// `ScoreService` over the observatory.
pub(crate) struct ScoreAdapter(pub(crate) Reading, pub(crate) Watches);

#[tonic::async_trait]
impl ScoreService for ScoreAdapter {
    type WatchScoresStream = ScoreEvents;

    async fn get_scores(
        &self,
        request: Request<v1::GetScoresRequest>,
    ) -> Result<Response<v1::GetScoresResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetScores::try_from(request.into_inner()).or_refuse()?;
        let convert::GetScores { framework, area, period, nodes, freshness, read_mask } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let tree = present::tree(&view.scores(&framework, &area, period, &nodes).or_refuse()?);
            let scores = Some(masked(read_mask.as_ref(), tree));
            let Position { revision, history } = view.position();
            let (revision, history) = (revision.number(), history.to_string());
            Ok(v1::GetScoresResponse { scores, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn list_scores(
        &self,
        request: Request<v1::ListScoresRequest>,
    ) -> Result<Response<v1::ListScoresResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListScores::try_from(request.into_inner()).or_refuse()?;
        let (selection, page, freshness, mask) = read_selection(request);
        let query = QueryFingerprint::of(&[&"scores", &selection, &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let answer = self.0.ask(move || {
            let listed = view.list_scores(&selection, page.size, after.as_ref()).or_refuse()?;
            let trees = listed.trees.iter().map(present::tree);
            let scores = trees.map(|tree| masked(mask.as_ref(), tree)).collect();
            let next_page_token = next_token(listed.next, query);
            let Position { revision, history } = view.position();
            let (revision, history) = (revision.number(), history.to_string());
            Ok(v1::ListScoresResponse { scores, next_page_token, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn get_trend(
        &self,
        request: Request<v1::GetTrendRequest>,
    ) -> Result<Response<v1::GetTrendResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetTrend::try_from(request.into_inner()).or_refuse()?;
        let (selection, page, freshness, mask) = read_trend(request);
        let query = QueryFingerprint::of(&[&"trend", &selection, &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let answer = self.0.ask(move || {
            let trend = view.trend(&selection, page.size, after.as_ref()).or_refuse()?;
            let next = next_token(trend.next.clone(), query);
            Ok(present::trend(&trend, mask.as_ref(), next, view.position()))
        });
        answer.await.map(Response::new)
    }

    async fn compare_scores(
        &self,
        request: Request<v1::CompareScoresRequest>,
    ) -> Result<Response<v1::CompareScoresResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::CompareScores::try_from(request.into_inner()).or_refuse()?;
        let convert::CompareScores { framework, areas, periods, nodes, freshness } = request;
        let selection = ComparisonSelection { framework, areas, periods, nodes };
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let comparison = view.compare(&selection).or_refuse()?;
            Ok(present::comparison(&comparison, view.position()))
        });
        answer.await.map(Response::new)
    }

    async fn rank_areas(
        &self,
        request: Request<v1::RankAreasRequest>,
    ) -> Result<Response<v1::RankAreasResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::RankAreas::try_from(request.into_inner()).or_refuse()?;
        let convert::RankAreas { framework, node, period, areas, freshness } = request;
        let selection = RankSelection { framework, node, period, areas };
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let ranking = view.ranks(&selection).or_refuse()?;
            Ok(present::ranking(&ranking, &selection.areas, view.position()))
        });
        answer.await.map(Response::new)
    }

    async fn explain_score(
        &self,
        request: Request<v1::ExplainScoreRequest>,
    ) -> Result<Response<v1::ExplainScoreResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ExplainScore::try_from(request.into_inner()).or_refuse()?;
        let convert::ExplainScore { framework, area, period, node, freshness, read_mask } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let explanation = view.explain(&framework, &area, period, node.as_ref()).or_refuse()?;
            let explanation = Some(masked(read_mask.as_ref(), present::explanation(&explanation)));
            let Position { revision, history } = view.position();
            let (revision, history) = (revision.number(), history.to_string());
            Ok(v1::ExplainScoreResponse { explanation, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn get_target_report(
        &self,
        request: Request<v1::GetTargetReportRequest>,
    ) -> Result<Response<v1::GetTargetReportResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetTargetReport::try_from(request.into_inner()).or_refuse()?;
        let convert::GetTargetReport { framework, period, areas, include_areas, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let report = view.target_report(&framework, period, &areas).or_refuse()?;
            Ok(present::report(&report, &areas, include_areas, view.position()))
        });
        answer.await.map(Response::new)
    }

    async fn watch_scores(
        &self,
        request: Request<v1::WatchScoresRequest>,
    ) -> Result<Response<Self::WatchScoresStream>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::WatchScores::try_from(request.into_inner()).or_refuse()?;
        self.1.start_scores(request, wait_max).await.map(Response::new)
    }
}

fn read_selection(
    request: convert::ListScores,
) -> (ScoreSelection, convert::Page, convert::Freshness, Option<ReadMask>) {
    let convert::ListScores { framework, areas, period_from, period_to, nodes, page, freshness, read_mask } =
        request;
    (ScoreSelection { framework, areas, from: period_from, to: period_to, nodes }, page, freshness, read_mask)
}

fn read_trend(
    request: convert::GetTrend,
) -> (TrendSelection, convert::Page, convert::Freshness, Option<ReadMask>) {
    let convert::GetTrend { framework, area, nodes, period_from, period_to, page, freshness, read_mask } =
        request;
    (TrendSelection { framework, area, nodes, from: period_from, to: period_to }, page, freshness, read_mask)
}
