//! Exports: the observations of one revision, part by part.
//!
//! *Invariant:* a part is made when the transport has room for it. What a stalled reader holds is a view; it holds no
//! thread, and of the permits of readers none.

use std::{pin::Pin, sync::Arc};

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_api::v1;
use tenseven_model::ObservationSelection;
use tenseven_observatory::{Cursor, ListingError, QueryFingerprint, View};
use tokio::sync::OwnedSemaphorePermit;
use tonic::{Request, Status};

use super::positioned::positioned;
use super::reading::{Asked, Reading, next_token, read};
use crate::{
    call::Call,
    present,
    status::{Refusal as _, Refused},
};

/// About how many bytes of observations travel together: well below the 4 MiB that stock clients read.
const PART_BYTES_MAX: usize = 256 * 1024;

/// The parts of one export.
pub(super) type Parts = Pin<Box<dyn Stream<Item = Result<v1::ExportObservationsResponse, Status>> + Send>>;

/// What is exported.
struct Export {
    reading: Reading,
    call: Call,
    view: Arc<View>,
    selection: Arc<ObservationSelection>,
    fingerprint: QueryFingerprint,
    _permit: OwnedSemaphorePermit,
}

/// Starts an export. What is refused of it is the answer to the call itself.
pub(super) async fn export(
    reading: &Reading,
    mut request: Request<v1::ExportObservationsRequest>,
) -> Result<Parts, Status> {
    let permit = reading.transfer()?;
    let resume_token = std::mem::take(&mut request.get_mut().resume_token);
    let Asked { call, read_at, query, fingerprint } = read(request)?;
    let (view, after) = reading.view_after(&call, read_at, &resume_token, fingerprint).await?;
    let (view, selection) = (Arc::new(view), Arc::new(query));
    let export = Export { reading: reading.clone(), call, view, selection, fingerprint, _permit: permit };
    let (first, next) = export.part(after).await?;
    let later = stream::try_unfold((export, next), async |(export, after)| {
        let Some(after) = after else { return Ok(None) };
        let (part, next) = export.part(Some(after)).await?;
        Ok(Some((part, (export, next))))
    });
    Ok(Box::pin(stream::iter([Ok(first)]).chain(later)))
}

impl Export {
    /// The part after `after`, and where the next one starts.
    async fn part(
        &self,
        after: Option<Cursor>,
    ) -> Result<(v1::ExportObservationsResponse, Option<Cursor>), Status> {
        let (view, selection, fingerprint) =
            (Arc::clone(&self.view), Arc::clone(&self.selection), self.fingerprint);
        let part = self.reading.ask(&self.call, move || {
            let part = view.export_part(&selection, PART_BYTES_MAX, after.as_ref());
            let part = part.map_err(|refusal: ListingError| refusal.refuse().within(Some("selection")))?;
            let message = v1::ExportObservationsResponse {
                observations: part.observations.iter().map(present::recorded).collect(),
                resume_token: next_token(part.next.clone(), fingerprint),
                complete: part.next.is_none(),
                ..Default::default()
            };
            Ok::<_, Refused>((positioned(message, view.position()), part.next))
        });
        part.await
    }
}
