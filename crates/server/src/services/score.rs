//! `ScoreService`.

use tenseven_api::{
    Encoded, masked,
    v1::{self, score_service_server::ScoreService},
};
use tenseven_model::{ExplanationSelection, ReportSelection, TreeSelection};
use tenseven_observatory::{
    ExplanationError, ListScoresError, ScoresError, TargetReportError, TrendError, View,
};
use tonic::{Request, Response, Status};

use super::{Watches, reading::Reading, score_watch::ScoreEvents};
use crate::present;

/// `ScoreService` over the observatory.
pub(crate) struct ScoreAdapter(pub(crate) Reading, pub(crate) Watches);

#[tonic::async_trait]
impl ScoreService for ScoreAdapter {
    type WatchScoresStream = ScoreEvents;

    async fn get_scores(
        &self,
        request: Request<v1::GetScoresRequest>,
    ) -> Result<Response<Encoded<v1::GetScoresResponse>>, Status> {
        let is_ready = |view: &View, (selection, _): &(TreeSelection, _)| view.holds(&selection.framework);
        self.0
            .unary_unless_ready(request, is_ready, |view, (selection, mask)| {
                let TreeSelection { framework, area, period, nodes } = selection;
                let tree = view.scores(&framework, &area, period, &nodes)?;
                let scores = Some(masked(mask.as_ref(), present::tree(&tree)));
                Ok::<_, ScoresError>(v1::GetScoresResponse { scores, ..Default::default() })
            })
            .await
    }

    async fn list_scores(
        &self,
        request: Request<v1::ListScoresRequest>,
    ) -> Result<Response<Encoded<v1::ListScoresResponse>>, Status> {
        self.0
            .listing(request, |view, (selection, mask), part| {
                let listed = view.list_scores(&selection, part.size, part.after.as_ref())?;
                let trees = listed.trees.iter().map(present::tree);
                let scores = trees.map(|tree| masked(mask.as_ref(), tree)).collect();
                let page = v1::ListScoresResponse { scores, ..Default::default() };
                Ok::<_, ListScoresError>((page, listed.next))
            })
            .await
    }

    async fn get_trend(
        &self,
        request: Request<v1::GetTrendRequest>,
    ) -> Result<Response<Encoded<v1::GetTrendResponse>>, Status> {
        self.0
            .listing(request, |view, (selection, mask), part| {
                let trend = view.trend(&selection, part.size, part.after.as_ref())?;
                Ok::<_, TrendError>((present::trend(&trend, mask.as_ref()), trend.next))
            })
            .await
    }

    async fn compare_scores(
        &self,
        request: Request<v1::CompareScoresRequest>,
    ) -> Result<Response<Encoded<v1::CompareScoresResponse>>, Status> {
        let compared = |view: &View, selection| {
            view.compare(&selection).map(|comparison| present::comparison(&comparison))
        };
        self.0.unary(request, compared).await
    }

    async fn rank_areas(
        &self,
        request: Request<v1::RankAreasRequest>,
    ) -> Result<Response<Encoded<v1::RankAreasResponse>>, Status> {
        self.0
            .unary(request, |view, selection| {
                view.ranks(&selection).map(|ranking| present::ranking(&ranking, &selection.areas))
            })
            .await
    }

    async fn explain_score(
        &self,
        request: Request<v1::ExplainScoreRequest>,
    ) -> Result<Response<Encoded<v1::ExplainScoreResponse>>, Status> {
        self.0
            .unary(request, |view, (selection, mask)| {
                let ExplanationSelection { framework, area, period, node } = selection;
                let explanation = view.explain(&framework, &area, period, node.as_ref())?;
                let explanation = Some(masked(mask.as_ref(), present::explanation(&explanation)));
                Ok::<_, ExplanationError>(v1::ExplainScoreResponse { explanation, ..Default::default() })
            })
            .await
    }

    async fn get_target_report(
        &self,
        request: Request<v1::GetTargetReportRequest>,
    ) -> Result<Response<Encoded<v1::GetTargetReportResponse>>, Status> {
        self.0
            .unary(request, |view, (selection, include_areas)| {
                let ReportSelection { framework, period, areas } = selection;
                let report = view.target_report(&framework, period, &areas)?;
                Ok::<_, TargetReportError>(present::report(&report, &areas, include_areas))
            })
            .await
    }

    async fn watch_scores(
        &self,
        request: Request<v1::WatchScoresRequest>,
    ) -> Result<Response<Self::WatchScoresStream>, Status> {
        self.1.start_scores(request).await.map(Response::new)
    }
}
