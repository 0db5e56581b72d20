//! Iterates over all pages of a listing.
//!
//! *Invariant:* all pages of one listing show the revision that the first page was answered at; the page token sees
//! to that.

use futures_util::{Stream, stream};

use tenseven_api::{HasNextPage, HasPage};

use crate::ClientError;

/// The pages from `request` on; ends after the last or after an error.
pub(crate) fn pages<R: HasPage + Clone, P: HasNextPage>(
    request: R,
    list: impl AsyncFn(R) -> Result<P, ClientError>,
) -> impl Stream<Item = Result<P, ClientError>> {
    stream::try_unfold((Some(request), list), |(request, list)| async {
        let Some(mut request) = request else { return Ok(None) };
        let mut page = list(request.clone()).await?;
        let next = page.next_page_token_mut().clone();
        let following = (!next.is_empty()).then(|| {
            request.page_mut().get_or_insert_default().token = next;
            request
        });
        Ok(Some((page, (following, list))))
    })
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;
    use tenseven_api::v1::{ListObservationsRequest, ListObservationsResponse, Page};

    use super::*;

    #[tokio::test]
    async fn follows_the_tokens_with_the_rest_of_the_request_unchanged() {
        let page = Some(Page { size: 7, ..Default::default() });
        let first = ListObservationsRequest { page, ..Default::default() };
        let listing = pages(first, async |request: ListObservationsRequest| {
            let Page { size, token } = request.page.unwrap();
            assert_eq!(size, 7);
            let (revision, next) = match token.as_str() {
                "" => (1, "b"),
                "b" => (2, "c"),
                _ => (3, ""),
            };
            Ok(ListObservationsResponse { next_page_token: next.into(), revision, ..Default::default() })
        });
        let revisions: Vec<u64> =
            listing.map_ok(|page: ListObservationsResponse| page.revision).try_collect().await.unwrap();
        assert_eq!(revisions, [1, 2, 3]);
    }
}
