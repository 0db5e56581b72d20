//! Listings over all their pages.
//!
//! *Invariant:* all pages of one listing show the revision that the first page was answered at; the page token sees
//! to that.

use futures_util::{Stream, stream};

use crate::ClientError;

/// A request for one page of a listing.
pub(crate) trait PageRequest: Clone {
    /// Turns to the page with this token.
    fn turn(&mut self, token: String);
}

/// One page of a listing.
pub(crate) trait Page {
    /// The token of the next page; empty on the last.
    fn next(&self) -> &str;
}

macro_rules! listing {
    ($($request:ident => $response:ident),* $(,)?) => {$(
        impl PageRequest for tenseven_api::v1::$request {
            fn turn(&mut self, token: String) {
                self.page_token = token;
            }
        }
        impl Page for tenseven_api::v1::$response {
            fn next(&self) -> &str {
                &self.next_page_token
            }
        }
    )*};
}

listing! {
    ListObservationsRequest => ListObservationsResponse,
    ListRevisionsRequest => ListRevisionsResponse,
    GetTrendRequest => GetTrendResponse,
    ListScoresRequest => ListScoresResponse,
    ListFrameworksRequest => ListFrameworksResponse,
    ListIndicatorsRequest => ListIndicatorsResponse,
    ListCodingsRequest => ListCodingsResponse,
    ListAdjudicationsRequest => ListAdjudicationsResponse,
    ListPracticesRequest => ListPracticesResponse,
    SearchPracticesRequest => SearchPracticesResponse,
    ListPracticeRevisionsRequest => ListPracticeRevisionsResponse,
    ListMeasuresRequest => ListMeasuresResponse,
    ListInstrumentsRequest => ListInstrumentsResponse,
}

/// The pages from `request` on; ends after the last or after an error.
pub(crate) fn pages<R: PageRequest, P: Page>(
    request: R,
    list: impl AsyncFn(R) -> Result<P, ClientError>,
) -> impl Stream<Item = Result<P, ClientError>> {
    stream::try_unfold((Some(request), list), |(request, list)| async {
        let Some(mut request) = request else { return Ok(None) };
        let page = list(request.clone()).await?;
        let next = page.next().to_owned();
        let following = (!next.is_empty()).then(|| {
            request.turn(next);
            request
        });
        Ok(Some((page, (following, list))))
    })
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;
    use tenseven_api::v1::{ListObservationsRequest, ListObservationsResponse};

    use super::*;

    #[tokio::test]
    async fn follows_the_tokens_with_the_filters_unchanged() {
        let first = ListObservationsRequest { indicator: "x".into(), ..Default::default() };
        let listing = pages(first, async |request: ListObservationsRequest| {
            assert_eq!(request.indicator, "x");
            let (revision, next) = match request.page_token.as_str() {
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
