//! Exports that resume after a broken connection.
//!
//! *Invariant:* every observation comes once, in order, all as of one revision, however often the connection breaks.

use futures_util::{Stream, stream};
use tenseven_api::v1;
use tonic::Streaming;

use crate::{Client, ClientError, error::cut_short};

/// An export under way.
struct Export<'a> {
    client: &'a Client,
    request: v1::ExportObservationsRequest,
    parts: Option<Streaming<v1::ExportObservationsResponse>>,
    is_whole: bool,
}

impl Client {
    /// All current observations that match the filters, part by part, as of one revision: for many, where a listing
    /// would turn page after page. The last part is `complete`.
    ///
    /// The client's deadline is here the longest time without a part. Where the connection breaks, the export goes on
    /// after the last part that came, as often as the options allow without a part in between.
    ///
    /// ```no_run
    /// # async fn example(client: tenseven_client::Client) -> Result<(), tenseven_client::ClientError> {
    /// use std::pin::pin;
    /// use futures_util::TryStreamExt as _;
    /// use tenseven_api::v1;
    ///
    /// let mut parts = pin!(client.export_observations(v1::ExportObservationsRequest::default()));
    /// while let Some(part) = parts.try_next().await? {
    ///     println!("{} observations of revision {}", part.observations.len(), part.revision);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn export_observations(
        &self,
        request: v1::ExportObservationsRequest,
    ) -> impl Stream<Item = Result<v1::ExportObservationsResponse, ClientError>> {
        let export = Export { client: self, request, parts: None, is_whole: false };
        stream::try_unfold(export, async |mut export| Ok(export.next().await?.map(|part| (part, export))))
    }
}

impl Export<'_> {
    /// The next part; none after the last.
    async fn next(&mut self) -> Result<Option<v1::ExportObservationsResponse>, ClientError> {
        let mut tried = 0;
        while !self.is_whole {
            match self.attempt().await {
                Ok(part) => {
                    self.request.resume_token.clone_from(&part.resume_token);
                    self.is_whole = part.complete;
                    return Ok(Some(part));
                }
                Err(error) => {
                    tried += 1;
                    self.parts = None;
                    self.client.caller.pause(tried, error).await?;
                }
            }
        }
        Ok(None)
    }

    async fn attempt(&mut self) -> Result<v1::ExportObservationsResponse, ClientError> {
        let caller = &self.client.caller;
        let parts = match &mut self.parts {
            Some(parts) => parts,
            none => {
                let service = self.client.observation_service();
                let send = async |request| service.clone().export_observations(request).await;
                none.insert(caller.attempt(self.request.clone(), &send).await?)
            }
        };
        caller
            .in_time(parts.message())
            .await?
            .ok_or_else(|| cut_short("the export ended before its last part"))
    }
}
