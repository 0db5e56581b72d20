//! Publishing and retiring frameworks.

use tenseven_api::v1::{self, publish_framework_response::Step};
use tenseven_model::SubmissionId;
use uuid::Uuid;

use crate::{Client, ClientError, error::cut_short};

impl Client {
    /// Everything that is wrong with the text of a framework, and what publishing it would meet.
    pub async fn validate_framework(
        &self,
        request: v1::ValidateFrameworkRequest,
    ) -> Result<v1::ValidateFrameworkResponse, ClientError> {
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().validate_framework(request).await).await
    }

    /// What differs between two frameworks.
    pub async fn diff_frameworks(
        &self,
        request: v1::DiffFrameworksRequest,
    ) -> Result<v1::DiffFrameworksResponse, ClientError> {
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().diff_frameworks(request).await).await
    }

    /// Retires a version of a framework. Where the request names no submission, a random one is chosen, under which this call tries
    /// again where that can help. The answer means that it survives a power cut.
    pub async fn retire_framework(
        &self,
        mut request: v1::RetireFrameworkRequest,
    ) -> Result<v1::RetireFrameworkResponse, ClientError> {
        if request.submission_id.is_empty() {
            request.submission_id = Uuid::new_v4().to_string();
        }
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().retire_framework(request).await).await
    }

    /// Publishes a new version of a framework, and reports the progress. The receipt means that it survives a power cut
    /// and that its scores can be read.
    ///
    /// The client's deadline is here the longest time without a message: a publication takes as long as it takes to score
    /// the registry. Where the connection breaks it is followed again, under the same id; so it can be by a later call.
    pub async fn publish_framework(
        &self,
        submission_id: Option<SubmissionId>,
        definition: String,
        on_progress: impl FnMut(&v1::PublicationProgress),
    ) -> Result<v1::PublicationReceipt, ClientError> {
        self.publication(submission_id, definition, false, on_progress).await
    }

    /// What [`Self::publish_framework`] would be answered now, or why it would be refused. Nothing is stored, and the
    /// submission id is not used up.
    pub async fn check_publication(
        &self,
        submission_id: Option<SubmissionId>,
        definition: String,
    ) -> Result<v1::PublicationReceipt, ClientError> {
        self.publication(submission_id, definition, true, |_| ()).await
    }

    async fn publication(
        &self,
        submission_id: Option<SubmissionId>,
        definition: String,
        validate_only: bool,
        mut on_progress: impl FnMut(&v1::PublicationProgress),
    ) -> Result<v1::PublicationReceipt, ClientError> {
        let submission_id = submission_id.map_or_else(|| Uuid::new_v4().to_string(), |id| id.to_string());
        let request = v1::PublishFrameworkRequest { submission_id, definition, validate_only };
        let service = self.framework_service();
        let once = async || {
            let send = async |request| service.clone().publish_framework(request).await;
            let mut steps = self.caller.attempt(request.clone(), &send).await?;
            while let Some(answer) = self.caller.in_time(steps.message()).await? {
                match answer.step {
                    Some(Step::Progress(progress)) => on_progress(&progress),
                    Some(Step::Receipt(receipt)) => return Ok(receipt),
                    None => {}
                }
            }
            Err(cut_short("the publication's answers ended before its receipt"))
        };
        self.caller.again(once).await
    }
}
