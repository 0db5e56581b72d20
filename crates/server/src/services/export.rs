//! Exports: the observations of one revision, part by part.
//!
//! *Invariant:* a part is made when the transport has room for it. What a stalled reader holds is a view; it holds no
//! thread, and of the places of readers none.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use tenseven_api::{
    convert::{self, Page},
    v1,
};
use tenseven_observatory::{Cursor, ObservationSelection, QueryFingerprint, View};
use tokio::sync::OwnedSemaphorePermit;
use tonic::Status;

use super::reading::{Reading, next_token};
use crate::{present, status::OrRefuse as _};

/// About how many bytes of observations travel together: well below the 4 MiB that stock clients read.
const PART_BYTES_MAX: usize = 256 * 1024;

/// The parts of one export.
pub(super) type Parts = Pin<Box<dyn Stream<Item = Result<v1::ExportObservationsResponse, Status>> + Send>>;

/// Where an export stands.
struct Export {
    reading: Reading,
    view: Arc<View>,
    filter: Arc<ObservationSelection>,
    query: QueryFingerprint,
    _place: OwnedSemaphorePermit,
}

/// Starts an export. What is refused of it is the answer to the call itself.
pub(super) async fn export(
    reading: &Reading,
    request: convert::ExportObservations,
    wait_max: Duration,
) -> Result<Parts, Status> {
    let convert::ExportObservations {
        indicator,
        area,
        source,
        period_from,
        period_to,
        status,
        resume_token,
        freshness,
    } = request;
    let place = reading.transfer()?;
    let filter = ObservationSelection { indicator, area, source, from: period_from, to: period_to, status };
    let query = QueryFingerprint::of(&[&"export", &filter, &freshness.as_of]);
    let page = Page { size: 0, token: resume_token };
    let (view, after) = reading.page(freshness, &page, query, wait_max).await?;
    let export = Export {
        reading: reading.clone(),
        view: Arc::new(view),
        filter: Arc::new(filter),
        query,
        _place: place,
    };
    let (first, next) = export.part(after).await?;
    let later = stream::try_unfold((export, next), async |(export, after)| {
        let Some(after) = after else { return Ok(None) };
        let (part, next) = export.part(Some(after)).await?;
        Ok(Some((part, (export, next))))
    });
    Ok(Box::pin(stream::iter([Ok(first)]).chain(later)))
}

impl Export {
    /// The part behind `after`, and where the next one starts.
    async fn part(
        &self,
        after: Option<Cursor>,
    ) -> Result<(v1::ExportObservationsResponse, Option<Cursor>), Status> {
        let (view, filter, query) = (Arc::clone(&self.view), Arc::clone(&self.filter), self.query);
        let part = self.reading.ask(move || {
            let part = view.export_part(&filter, PART_BYTES_MAX, after.as_ref()).or_refuse()?;
            let at = view.position();
            let message = v1::ExportObservationsResponse {
                observations: part.observations.iter().map(present::recorded).collect(),
                revision: at.revision.number(),
                history: at.history.to_string(),
                resume_token: next_token(part.next.clone(), query),
                complete: part.next.is_none(),
            };
            Ok((message, part.next))
        });
        part.await
    }
}
