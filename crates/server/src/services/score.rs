//! `ScoreService`.

use std::sync::Arc;

use tenseven_api::{
    convert,
    v1::{self, score_service_server::ScoreService},
};
use tenseven_observatory::{Observatory, QueryFingerprint, ScoreSelection};
use tonic::{Request, Response, Status};

use super::paging::{next_token, view_of_page};
use crate::{present, status::OrRefuse as _};

/// `ScoreService` over the observatory.
pub(crate) struct ScoreAdapter(pub(crate) Arc<Observatory>);

#[tonic::async_trait]
impl ScoreService for ScoreAdapter {
    async fn get_scores(
        &self,
        request: Request<v1::GetScoresRequest>,
    ) -> Result<Response<v1::GetScoresResponse>, Status> {
        let request = convert::GetScores::try_from(request.into_inner()).or_refuse()?;
        let convert::GetScores { framework, area, period, freshness } = request;
        let view = self.0.view(freshness.min_revision, freshness.as_of).await.or_refuse()?;
        let tree = view.scores(&framework, &area, period).or_refuse()?;
        Ok(Response::new(v1::GetScoresResponse {
            scores: Some(present::tree(&tree)),
            revision: view.revision().number(),
        }))
    }

    async fn list_scores(
        &self,
        request: Request<v1::ListScoresRequest>,
    ) -> Result<Response<v1::ListScoresResponse>, Status> {
        let request = convert::ListScores::try_from(request.into_inner()).or_refuse()?;
        let (selection, page, freshness) = read_selection(request);
        let query = QueryFingerprint::of(&[&"scores", &selection, &freshness.as_of]);
        let (view, after) = view_of_page(&self.0, freshness, &page, query).await?;
        let listed = view.list_scores(&selection, page.size, after.as_ref());
        let listed = listed.or_refuse()?;
        Ok(Response::new(v1::ListScoresResponse {
            scores: listed.trees.iter().map(present::tree).collect(),
            next_page_token: next_token(listed.next, query),
            revision: view.revision().number(),
        }))
    }

    async fn get_target_report(
        &self,
        request: Request<v1::GetTargetReportRequest>,
    ) -> Result<Response<v1::GetTargetReportResponse>, Status> {
        let request = convert::GetTargetReport::try_from(request.into_inner()).or_refuse()?;
        let convert::GetTargetReport { framework, period, areas, include_areas, freshness } = request;
        let view = self.0.view(freshness.min_revision, freshness.as_of).await.or_refuse()?;
        let report = view.target_report(&framework, period, &areas).or_refuse()?;
        Ok(Response::new(present::report(&report, &areas, include_areas, view.revision())))
    }
}

fn read_selection(request: convert::ListScores) -> (ScoreSelection, convert::Page, convert::Freshness) {
    let convert::ListScores { framework, areas, period_from, period_to, nodes, page, freshness } = request;
    (ScoreSelection { framework, areas, from: period_from, to: period_to, nodes }, page, freshness)
}
