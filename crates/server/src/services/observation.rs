//! `ObservationService`.

use std::sync::Arc;

use tenseven_api::{
    Encoded,
    v1::{self, observation_service_server::ObservationService},
};
use tenseven_observatory::{ListingError, ObservationLookupError, Observatory, VersionPage, VersionsError};
use tonic::{Request, Response, Status, Streaming};

use super::{
    Draining, Watches, changes, event_sender::Events, export, look_up, reading::Reading, submissions,
};
use crate::{call::Call, connections::Calls, layers::Turn, present, status::OrRefuse as _};

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

    async fn submit_changes(
        &self,
        request: Request<v1::SubmitChangesRequest>,
    ) -> Result<Response<v1::SubmitChangesResponse>, Status> {
        let call = Call::of(&request);
        let v1::SubmitChangesRequest { submission_id, changes, validate_only } = request.into_inner();
        changes::charge((&self.observatory, &call), changes.len()).await?;
        let submission = changes::read_changes(&self.observatory, &submission_id, changes).or_refuse()?;
        let changed =
            changes::submit((&self.observatory, &self.reading, &call), submission, validate_only).await?;
        Ok(Response::new(present::changed(changed)))
    }

    async fn push_observations(
        &self,
        request: Request<v1::PushObservationsRequest>,
    ) -> Result<Response<v1::PushObservationsResponse>, Status> {
        let call = Call::of(&request);
        let v1::PushObservationsRequest { submission_id, observations, validate_only } = request.into_inner();
        changes::charge((&self.observatory, &call), observations.len()).await?;
        let submission =
            changes::read_observations(&self.observatory, &submission_id, observations).or_refuse()?;
        let changed =
            changes::submit((&self.observatory, &self.reading, &call), submission, validate_only).await?;
        Ok(Response::new(present::pushed(changed)))
    }

    async fn stream_observations(
        &self,
        request: Request<Streaming<v1::StreamObservationsRequest>>,
    ) -> Result<Response<Self::StreamObservationsStream>, Status> {
        let (observatory, reading) = (Arc::clone(&self.observatory), self.reading.clone());
        let (draining, message_bytes_max) = (self.draining.clone(), self.message_bytes_max);
        let calls = request.extensions().get::<Calls>().cloned();
        let turn = request.extensions().get::<Turn>().cloned();
        let call = Call::of(&request);
        let intake =
            submissions::Intake { call, observatory, reading, draining, calls, turn, message_bytes_max };
        Ok(Response::new(submissions::answers(intake, request.into_inner())))
    }

    async fn get_observation(
        &self,
        request: Request<v1::GetObservationRequest>,
    ) -> Result<Response<Encoded<v1::GetObservationResponse>>, Status> {
        self.reading
            .unary(request, |view, key| {
                let observation = Some(present::recorded(&view.observation(&key)?));
                Ok::<_, ObservationLookupError>(v1::GetObservationResponse {
                    observation,
                    ..Default::default()
                })
            })
            .await
    }

    async fn list_observations(
        &self,
        request: Request<v1::ListObservationsRequest>,
    ) -> Result<Response<Encoded<v1::ListObservationsResponse>>, Status> {
        self.reading
            .listing(request, |view, selection, part| {
                let listed = view.observations(&selection, part.size, part.after.as_ref())?;
                let observations = listed.observations.iter().map(present::recorded).collect();
                let page = v1::ListObservationsResponse { observations, ..Default::default() };
                Ok::<_, ListingError>((page, listed.next))
            })
            .await
    }

    async fn list_observation_revisions(
        &self,
        request: Request<v1::ListObservationRevisionsRequest>,
    ) -> Result<Response<Encoded<v1::ListObservationRevisionsResponse>>, Status> {
        self.reading
            .listing(request, |view, key, part| {
                let VersionPage { versions, next, compacted } =
                    view.versions(&key, part.size, part.after.as_ref())?;
                let versions = versions.iter().map(present::version).collect();
                let page = v1::ListObservationRevisionsResponse { versions, compacted, ..Default::default() };
                Ok::<_, VersionsError>((page, next))
            })
            .await
    }

    async fn export_observations(
        &self,
        request: Request<v1::ExportObservationsRequest>,
    ) -> Result<Response<Self::ExportObservationsStream>, Status> {
        export::export(&self.reading, request).await.map(Response::new)
    }

    async fn watch_observations(
        &self,
        request: Request<v1::WatchObservationsRequest>,
    ) -> Result<Response<Self::WatchObservationsStream>, Status> {
        self.watches.start(request).await.map(Response::new)
    }

    async fn look_up_submissions(
        &self,
        request: Request<v1::LookUpSubmissionsRequest>,
    ) -> Result<Response<Encoded<v1::LookUpSubmissionsResponse>>, Status> {
        look_up::look_up(&self.reading, request).await.map(Response::new)
    }

    async fn withdraw_observations(
        &self,
        request: Request<v1::WithdrawObservationsRequest>,
    ) -> Result<Response<v1::WithdrawObservationsResponse>, Status> {
        let call = Call::of(&request);
        let v1::WithdrawObservationsRequest { submission_id, withdrawals, validate_only } =
            request.into_inner();
        changes::charge((&self.observatory, &call), withdrawals.len()).await?;
        let submission =
            changes::read_withdrawals(&self.observatory, &submission_id, withdrawals).or_refuse()?;
        let changed =
            changes::submit((&self.observatory, &self.reading, &call), submission, validate_only).await?;
        Ok(Response::new(present::withdrawn(changed)))
    }
}
