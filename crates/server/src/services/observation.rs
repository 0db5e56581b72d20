//! `ObservationService`.

use std::sync::Arc;

use tenseven_api::{
    convert,
    v1::{self, observation_service_server::ObservationService},
};
use tenseven_observatory::{ObservationFilter, Observatory, Position, QueryFingerprint, VersionPage};
use tonic::{Request, Response, Status, Streaming};

use super::{
    Draining, Watches, export, look_up,
    push::read_push,
    reading::{Reading, next_token, wait_max},
    submissions,
    teller::Events,
    withdrawals,
};
use crate::{
    connections::Calls,
    layers::Turn,
    present,
    status::{OrRefuse as _, RefusedChanges},
    violation::{OBSERVATIONS, WITHDRAWALS},
};

/// `ObservationService` over the observatory.
pub(crate) struct ObservationAdapter {
    pub(crate) observatory: Arc<Observatory>,
    pub(crate) reading: Reading,
    pub(crate) draining: Draining,
    pub(crate) watches: Watches,
    pub(crate) message_bytes_max: usize,
}

#[tonic::async_trait]
impl ObservationService for ObservationAdapter {
    type ExportObservationsStream = export::Parts;
    type StreamObservationsStream = submissions::Answers;
    type WatchObservationsStream = Events<v1::WatchObservationsResponse>;

    async fn push_observations(
        &self,
        request: Request<v1::PushObservationsRequest>,
    ) -> Result<Response<v1::PushObservationsResponse>, Status> {
        let request = request.into_inner();
        let validate_only = request.validate_only;
        let (submission, changes) = read_push(&self.observatory, request).or_refuse()?;
        if validate_only {
            let preview = self
                .observatory
                .preview_changes(submission, changes)
                .map_err(|error| RefusedChanges(error, OBSERVATIONS))
                .or_refuse()?;
            let at = self.observatory.position(preview.revision);
            return Ok(Response::new(present::push_preview(preview, at)));
        }
        let receipt = self
            .observatory
            .submit_changes(submission, changes)
            .await
            .map_err(|error| RefusedChanges(error, OBSERVATIONS))
            .or_refuse()?;
        let at = self.observatory.position(receipt.revision);
        Ok(Response::new(present::push_receipt(receipt, at)))
    }

    async fn stream_observations(
        &self,
        request: Request<Streaming<v1::StreamObservationsRequest>>,
    ) -> Result<Response<Self::StreamObservationsStream>, Status> {
        let (observatory, reading) = (Arc::clone(&self.observatory), self.reading.clone());
        let (draining, message_bytes_max) = (self.draining.clone(), self.message_bytes_max);
        let calls = request.extensions().get::<Calls>().cloned();
        let turn = request.extensions().get::<Turn>().cloned();
        let intake = submissions::Intake { observatory, reading, draining, calls, turn, message_bytes_max };
        Ok(Response::new(submissions::answers(intake, request.into_inner())))
    }

    async fn list_observations(
        &self,
        request: Request<v1::ListObservationsRequest>,
    ) -> Result<Response<v1::ListObservationsResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListObservations::try_from(request.into_inner()).or_refuse()?;
        let (filter, page, freshness) = read_filter(request);
        let query = QueryFingerprint::of(&[&"observations", &filter, &freshness.as_of]);
        let (view, after) = self.reading.page(freshness, &page, query, wait_max).await?;
        let answer = self.reading.ask(move || {
            let listed = view.observations(&filter, page.size, after.as_ref()).or_refuse()?;
            let observations = listed.observations.iter().map(present::recorded).collect();
            let next_page_token = next_token(listed.next, query);
            let Position { revision, history } = view.position();
            Ok(v1::ListObservationsResponse {
                observations,
                next_page_token,
                revision: revision.number(),
                history: history.to_string(),
            })
        });
        answer.await.map(Response::new)
    }

    async fn list_revisions(
        &self,
        request: Request<v1::ListRevisionsRequest>,
    ) -> Result<Response<v1::ListRevisionsResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListRevisions::try_from(request.into_inner()).or_refuse()?;
        let convert::ListRevisions { key, page, freshness } = request;
        let query = QueryFingerprint::of(&[&"revisions", &key, &freshness.as_of]);
        let (view, after) = self.reading.page(freshness, &page, query, wait_max).await?;
        let answer = self.reading.ask(move || {
            let VersionPage { versions, next, compacted } =
                view.versions(&key, page.size, after.as_ref()).or_refuse()?;
            let versions = versions.iter().map(present::version).collect();
            let Position { revision, history } = view.position();
            Ok(v1::ListRevisionsResponse {
                versions,
                compacted,
                next_page_token: next_token(next, query),
                revision: revision.number(),
                history: history.to_string(),
            })
        });
        answer.await.map(Response::new)
    }

    async fn export_observations(
        &self,
        request: Request<v1::ExportObservationsRequest>,
    ) -> Result<Response<Self::ExportObservationsStream>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ExportObservations::try_from(request.into_inner()).or_refuse()?;
        export::export(&self.reading, request, wait_max).await.map(Response::new)
    }

    async fn watch_observations(
        &self,
        request: Request<v1::WatchObservationsRequest>,
    ) -> Result<Response<Self::WatchObservationsStream>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::WatchObservations::try_from(request.into_inner()).or_refuse()?;
        self.watches.start(request, wait_max).await.map(Response::new)
    }

    async fn look_up_submissions(
        &self,
        request: Request<v1::LookUpSubmissionsRequest>,
    ) -> Result<Response<v1::LookUpSubmissionsResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::LookUpSubmissions::try_from(request.into_inner()).or_refuse()?;
        look_up::look_up(&self.reading, request, wait_max).await.map(Response::new)
    }

    async fn withdraw_observations(
        &self,
        request: Request<v1::WithdrawObservationsRequest>,
    ) -> Result<Response<v1::WithdrawObservationsResponse>, Status> {
        let request = request.into_inner();
        let validate_only = request.validate_only;
        let (submission, changes) = withdrawals::read_withdrawals(&self.observatory, request).or_refuse()?;
        if validate_only {
            let preview = self
                .observatory
                .preview_changes(submission, changes)
                .map_err(|error| RefusedChanges(error, WITHDRAWALS))
                .or_refuse()?;
            let at = self.observatory.position(preview.revision);
            return Ok(Response::new(withdrawals::preview_message(preview, at)));
        }
        let receipt = self
            .observatory
            .submit_changes(submission, changes)
            .await
            .map_err(|error| RefusedChanges(error, WITHDRAWALS))
            .or_refuse()?;
        let at = self.observatory.position(receipt.revision);
        Ok(Response::new(withdrawals::receipt_message(receipt, at)))
    }
}

fn read_filter(request: convert::ListObservations) -> (ObservationFilter, convert::Page, convert::Freshness) {
    let convert::ListObservations {
        indicator,
        area,
        source,
        period_from,
        period_to,
        status,
        page,
        freshness,
    } = request;
    let filter = ObservationFilter { indicator, area, source, from: period_from, to: period_to, status };
    (filter, page, freshness)
}
