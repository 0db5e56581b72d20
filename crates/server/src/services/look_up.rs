//! Looking up submissions.
//!
//! *Invariant:* a few are read at a time, so that a call that ended, or whose time is over, reads no more.

use std::sync::Arc;

use tenseven_api::{Encoded, v1};
use tonic::{Request, Status};

use super::changes::Changed;
use super::positioned::positioned;
use super::reading::{Asked, Reading, read};
use crate::present;

/// Submissions that are looked up before it is seen whether anybody still waits.
const TOGETHER: usize = 256;

/// Which submissions were accepted.
pub(super) async fn look_up(
    reading: &Reading,
    request: Request<v1::LookUpSubmissionsRequest>,
) -> Result<Encoded<v1::LookUpSubmissionsResponse>, Status> {
    let Asked { call, read_at, query: submissions, fingerprint: _ } = read(request)?;
    let view = Arc::new(reading.view(&call, read_at).await?);
    let mut accepted = Vec::new();
    for some in submissions.chunks(TOGETHER) {
        let (view, some) = (Arc::clone(&view), some.to_vec());
        let found = reading.ask(&call, move || view.accepted(&some)).await?;
        accepted.extend(found.into_iter().map(|(id, receipt)| {
            let receipt = Some(present::changed(Changed::accepted(reading.observatory(), &receipt)));
            v1::AcceptedSubmission { submission_id: id.to_string(), receipt }
        }));
    }
    let answer = v1::LookUpSubmissionsResponse { submissions: accepted, ..Default::default() };
    Ok(Encoded::from(&positioned(answer, view.position())))
}
