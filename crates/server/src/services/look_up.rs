//! Looking up submissions.
//!
//! *Invariant:* a few are read at a time, so that a call that ended, or whose time is over, reads no more.

use std::{sync::Arc, time::Duration};

use tenseven_api::{
    convert::{self, Freshness},
    v1,
};
use tenseven_model::SubmissionId;
use tenseven_observatory::Receipt;
use tonic::Status;

use super::{observation::receipt_message, reading::Reading};

/// Submissions that are looked up before it is seen whether anybody still waits.
const TOGETHER: usize = 256;

/// Which submissions were accepted.
pub(super) async fn look_up(
    reading: &Reading,
    request: convert::LookUpSubmissions,
    wait_max: Duration,
) -> Result<v1::LookUpSubmissionsResponse, Status> {
    let convert::LookUpSubmissions { submissions, min_revision } = request;
    let freshness = Freshness { min_revision, ..Freshness::default() };
    let view = Arc::new(reading.view(freshness, wait_max).await?);
    let mut accepted = Vec::new();
    for some in submissions.chunks(TOGETHER) {
        let (view, some) = (Arc::clone(&view), some.to_vec());
        let found = reading.ask(move || view.accepted(&some)).await?;
        accepted.extend(found.into_iter().map(accepted_message));
    }
    Ok(v1::LookUpSubmissionsResponse { submissions: accepted, revision: view.revision().number() })
}

fn accepted_message((submission, receipt): (SubmissionId, Receipt)) -> v1::AcceptedSubmission {
    let receipt = Some(receipt_message(receipt));
    v1::AcceptedSubmission { submission_id: submission.to_string(), receipt }
}
