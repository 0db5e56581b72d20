//! `ObservationService`.

use std::sync::Arc;

use tenseven_api::{
    Violations,
    convert::{
        self, Partial, Reader, observation_message, read_observation, read_submission, timestamp_message,
        withdrawn_message,
    },
    v1::{self, observation_service_server::ObservationService},
};
use tenseven_model::{Observation, SubmissionId, event::VersionBody};
use tenseven_observatory::{
    ObservationFilter, Observatory, Position, Preview, QueryFingerprint, Receipt, Recorded, RecordedVersion,
    VersionPage,
};
use tonic::{Request, Response, Status, Streaming};

use super::{
    Draining, Watches, export, look_up,
    reading::{Reading, next_token, wait_max},
    submissions,
    teller::Events,
    withdrawals,
};
use crate::{status::OrRefuse as _, violation::violation};

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
        let (submission, observations) = read_push(&self.observatory, request).or_refuse()?;
        if validate_only {
            let preview = self.observatory.preview(submission, observations).or_refuse()?;
            let at = self.observatory.position(preview.revision);
            return Ok(Response::new(preview_message(preview, at)));
        }
        let receipt = self.observatory.push(submission, observations).await.or_refuse()?;
        let at = self.observatory.position(receipt.revision);
        Ok(Response::new(receipt_message(receipt, at)))
    }

    async fn stream_observations(
        &self,
        request: Request<Streaming<v1::StreamObservationsRequest>>,
    ) -> Result<Response<Self::StreamObservationsStream>, Status> {
        let (observatory, reading) = (Arc::clone(&self.observatory), self.reading.clone());
        let (draining, message_bytes_max) = (self.draining.clone(), self.message_bytes_max);
        let intake = submissions::Intake { observatory, reading, draining, message_bytes_max };
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
            let listed = view.observations(&filter, page.size, after.as_ref())?;
            let observations = listed.observations.iter().map(recorded_message).collect();
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
            let VersionPage { versions, next, compacted } = view.versions(&key, page.size, after.as_ref())?;
            let versions = versions.iter().map(version_message).collect();
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
        let (submission, withdrawals) =
            withdrawals::read_withdrawals(&self.observatory, request).or_refuse()?;
        if validate_only {
            let preview = self.observatory.preview_withdrawal(submission, withdrawals).or_refuse()?;
            let at = self.observatory.position(preview.revision);
            return Ok(Response::new(withdrawals::preview_message(preview, at)));
        }
        let receipt = self.observatory.withdraw(submission, withdrawals).await.or_refuse()?;
        let at = self.observatory.position(receipt.revision);
        Ok(Response::new(withdrawals::receipt_message(receipt, at)))
    }
}

/// The submission of a push, or everything that is wrong with it: the shape of each field, and of the observations
/// that have their shape, what the registry would refuse.
pub(super) fn read_push(
    observatory: &Observatory,
    message: v1::PushObservationsRequest,
) -> Result<(SubmissionId, Vec<Observation>), Violations> {
    let v1::PushObservationsRequest { submission_id, observations, validate_only: _ } = message;
    let count = observations.len();
    let mut reader = Reader::default();
    let submission = read_submission(&mut reader, &submission_id);
    // A batch that is too large is refused for that alone; its observations are not looked at.
    let taken = if count > observatory.limits().batch_observations_max { Vec::new() } else { observations };
    let (mut read, mut faults) = (Vec::with_capacity(taken.len()), Vec::new());
    for (place, message) in taken.into_iter().enumerate() {
        match read_observation(&mut reader, &format!("observations[{place}]"), message) {
            Ok(observation) => read.push((place, observation)),
            Err(Partial { indicator, area }) => {
                faults.extend(observatory.name_faults(place, indicator.as_ref(), area.as_ref()));
            }
        }
    }
    if reader.count() > 0 || read.len() < count {
        faults
            .extend(observatory.faults(count, read.iter().map(|(place, observation)| (*place, observation))));
    }
    for fault in &faults {
        let found = violation(fault);
        reader.refuse(found.path, found.reason, found.description);
    }
    let whole: Option<Vec<Observation>> =
        (read.len() == count).then(|| read.into_iter().map(|(_, observation)| observation).collect());
    reader.finish(submission.zip(whole))
}

pub(super) fn receipt_message(receipt: Receipt, at: Position) -> v1::PushObservationsResponse {
    let Receipt { revision, accepted_at, new, revised, unchanged } = receipt;
    v1::PushObservationsResponse {
        revision: revision.number(),
        new_count: new,
        revised_count: revised,
        unchanged_count: unchanged,
        accepted_at: Some(timestamp_message(accepted_at)),
        history: at.history.to_string(),
    }
}

pub(super) fn preview_message(preview: Preview, at: Position) -> v1::PushObservationsResponse {
    let Preview { revision, new, revised, unchanged } = preview;
    v1::PushObservationsResponse {
        revision: revision.number(),
        new_count: new,
        revised_count: revised,
        unchanged_count: unchanged,
        accepted_at: None,
        history: at.history.to_string(),
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

pub(super) fn recorded_message(recorded: &Recorded) -> v1::RecordedObservation {
    let Recorded { observation, revision, accepted_at, submission } = recorded;
    observation_message(observation, *revision, *accepted_at, *submission)
}

fn version_message(version: &RecordedVersion) -> v1::RecordedObservation {
    let RecordedVersion { body, revision, accepted_at, submission } = version;
    match body {
        VersionBody::Observed(observation) => {
            observation_message(observation, *revision, *accepted_at, *submission)
        }
        VersionBody::Withdrawn(withdrawal) => {
            withdrawn_message(withdrawal, *revision, *accepted_at, *submission)
        }
    }
}
