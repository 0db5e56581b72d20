//! Pages: every page of a listing is answered at the revision of the first.

use tenseven_api::convert::{Freshness, Page};
use tenseven_model::AsOf;
use tenseven_observatory::{Cursor, Observatory, QueryFingerprint, View};
use tonic::Status;

use crate::status::OrRefuse as _;

/// The view that a page is read from, and where the page before ended.
pub(super) async fn view_of_page(
    observatory: &Observatory,
    freshness: Freshness,
    page: &Page,
    query: QueryFingerprint,
) -> Result<(View, Option<Cursor>), Status> {
    let after = Cursor::from_token(&page.token, query).or_refuse()?;
    let as_of = after.as_ref().map_or(freshness.as_of, |cursor| AsOf::Revision(cursor.revision));
    let view = observatory.view(freshness.min_revision, as_of).await;
    Ok((view.or_refuse()?, after))
}

/// The token of the next page; empty on the last.
pub(super) fn next_token(next: Option<Cursor>, query: QueryFingerprint) -> String {
    next.map(|cursor| cursor.token(query)).unwrap_or_default()
}
