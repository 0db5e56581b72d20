//! Publications as streams of answers.
//!
//! *Invariant:* a caller that goes away ends nothing. A refusal before the first message is the answer to the call
//! itself; the receipt, or the error, is the last message of the stream.

use std::{future::ready, pin::Pin, sync::Arc};

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_api::v1;
use tenseven_observatory::{Observatory, Publication, PublicationReceipt, PublicationStep};
use tonic::Status;

use crate::{present, status::Refusal as _};

/// The answers to one publication.
pub(super) type Steps = Pin<Box<dyn Stream<Item = Result<v1::PublishFrameworkResponse, Status>> + Send>>;

/// The receipt alone, of what was only checked.
pub(super) fn checked(receipt: &PublicationReceipt, observatory: &Observatory) -> Steps {
    let at = observatory.position(receipt.revision);
    Box::pin(stream::iter([Ok(present::receipt(receipt, at))]))
}

/// Follows a publication to its end.
pub(super) async fn follow(
    mut publication: Publication,
    observatory: Arc<Observatory>,
) -> Result<Steps, Status> {
    let first = match publication.next().await {
        Some(PublicationStep::Ended(Err(refusal))) => return Err(refusal.into_status()),
        first => stream::iter(first),
    };
    let later = stream::unfold(publication, async |mut publication| {
        publication.next().await.map(|step| (step, publication))
    });
    let answers = first.chain(later).filter_map(move |step| ready(answer(step, &observatory)));
    Ok(Box::pin(answers))
}

fn answer(
    step: PublicationStep,
    observatory: &Observatory,
) -> Option<Result<v1::PublishFrameworkResponse, Status>> {
    match step {
        PublicationStep::Reading => None,
        PublicationStep::Working(progress) => Some(Ok(present::progress(&progress))),
        PublicationStep::Ended(Ok(receipt)) => {
            let at = observatory.position(receipt.revision);
            Some(Ok(present::receipt(&receipt, at)))
        }
        PublicationStep::Ended(Err(refusal)) => Some(Err(refusal.into_status())),
    }
}
