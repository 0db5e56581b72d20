//! Publications as streams of answers.
//!
//! *Invariant:* a caller that goes away ends nothing. What is refused before anything was told is the answer to the call
//! itself; the receipt, or what stood in its way, is the last of the stream.

use std::pin::Pin;

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_api::v1;
use tenseven_observatory::{Publication, PublicationReceipt, PublicationStep};
use tonic::Status;

use crate::{present, status::Refusal as _};

/// The answers to one publication.
pub(super) type Steps = Pin<Box<dyn Stream<Item = Result<v1::PublishFrameworkResponse, Status>> + Send>>;

/// The receipt alone, of what was only checked.
pub(super) fn checked(receipt: &PublicationReceipt) -> Steps {
    Box::pin(stream::iter([Ok(present::receipt(receipt))]))
}

/// Follows a publication to its end.
pub(super) async fn follow(mut publication: Publication) -> Result<Steps, Status> {
    let first = match publication.next().await {
        Some(PublicationStep::Ended(Err(refusal))) => return Err(refusal.into_status()),
        first => stream::iter(first),
    };
    let later = stream::unfold(publication, async |mut publication| {
        publication.next().await.map(|step| (step, publication))
    });
    Ok(Box::pin(first.chain(later).filter_map(async |step| answer(step))))
}

fn answer(step: PublicationStep) -> Option<Result<v1::PublishFrameworkResponse, Status>> {
    match step {
        PublicationStep::Reading => None,
        PublicationStep::Working(progress) => Some(Ok(present::progress(&progress))),
        PublicationStep::Ended(Ok(receipt)) => Some(Ok(present::receipt(&receipt))),
        PublicationStep::Ended(Err(refusal)) => Some(Err(refusal.into_status())),
    }
}
