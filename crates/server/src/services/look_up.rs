//! Looking up submissions.
//!
//! *Invariant:* a few are read at a time, so that a call that ended, or whose time is over, reads no more.

use std::{sync::Arc, time::Duration};

use tenseven_api::{
    convert::{self, Freshness},
    v1,
};
use tenseven_model::SubmissionId;
use tenseven_observatory::{Position, Receipt};
use tonic::Status;

use super::reading::Reading;
use crate::present;

/// Submissions that are looked up before it is seen whether anybody still waits.
const TOGETHER: usize = 256;

/// Which submissions were accepted.
pub(super) async fn look_up(
    reading: &Reading,
    request: convert::LookUpSubmissions,
    wait_max: Duration,
) -> Result<v1::LookUpSubmissionsResponse, Status> {
    let convert::LookUpSubmissions { submissions, min_revision, history } = request;
    let freshness = Freshness { min_revision, history, ..Freshness::default() };
    let view = Arc::new(reading.view(freshness, wait_max).await?);
    let mut accepted = Vec::new();
    for some in submissions.chunks(TOGETHER) {
        let (view, some) = (Arc::clone(&view), some.to_vec());
        let found = reading.run_blocking(move || view.accepted(&some)).await?;
        accepted.extend(found.into_iter().map(|(id, receipt)| {
            let at = reading.position(receipt.revision);
            accepted_message(id, receipt, at)
        }));
    }
    let Position { revision, history } = view.position();
    Ok(v1::LookUpSubmissionsResponse {
        submissions: accepted,
        revision: revision.number(),
        history: history.to_string(),
    })
}

fn accepted_message(submission: SubmissionId, receipt: Receipt, at: Position) -> v1::AcceptedSubmission {
    let receipt = Some(present::push_receipt(receipt, at));
    v1::AcceptedSubmission { submission_id: submission.to_string(), receipt }
}
