//! `FrameworkService`.

use std::sync::Arc;

use tenseven_api::{
    convert::{self, change_message, indicator_message, timestamp_message},
    v1::{self, framework_service_server::FrameworkService},
};
use tenseven_observatory::{Difference, Observatory, Position, QueryFingerprint, RetirementReceipt, Source};
use tonic::{Request, Response, Status};

use super::{
    publication,
    reading::{Reading, next_token, wait_max},
};
use crate::{present, status::OrRefuse as _};

/// `FrameworkService` over the observatory.
pub(crate) struct FrameworkAdapter(pub(crate) Reading, pub(crate) Arc<Observatory>);

#[tonic::async_trait]
impl FrameworkService for FrameworkAdapter {
    async fn list_frameworks(
        &self,
        request: Request<v1::ListFrameworksRequest>,
    ) -> Result<Response<v1::ListFrameworksResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListFrameworks::try_from(request.into_inner()).or_refuse()?;
        let convert::ListFrameworks { page, freshness } = request;
        let query = QueryFingerprint::of(&[&"frameworks", &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let listed = view.frameworks(page.size, after.as_ref());
        let at = view.position();
        Ok(Response::new(v1::ListFrameworksResponse {
            frameworks: listed.versions.iter().map(present::summary).collect(),
            next_page_token: next_token(listed.next, query),
            revision: at.revision.number(),
            history: at.history.to_string(),
        }))
    }

    async fn get_framework(
        &self,
        request: Request<v1::GetFrameworkRequest>,
    ) -> Result<Response<v1::GetFrameworkResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetFramework::try_from(request.into_inner()).or_refuse()?;
        let convert::GetFramework { framework, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let framework = Some(present::framework(&view.framework(&framework).or_refuse()?));
            let Position { revision, history } = view.position();
            let (revision, history) = (revision.number(), history.to_string());
            Ok(v1::GetFrameworkResponse { framework, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn list_indicators(
        &self,
        request: Request<v1::ListIndicatorsRequest>,
    ) -> Result<Response<v1::ListIndicatorsResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ListIndicators::try_from(request.into_inner()).or_refuse()?;
        let convert::ListIndicators { framework, page, freshness } = request;
        let query = QueryFingerprint::of(&[&"indicators", &framework, &freshness.as_of]);
        let (view, after) = self.0.page(freshness, &page, query, wait_max).await?;
        let answer = self.0.ask(move || {
            let listed = view.indicators(framework.as_ref(), page.size, after.as_ref()).or_refuse()?;
            let indicators = listed.indicators.iter().map(indicator_message).collect();
            let next_page_token = next_token(listed.next, query);
            let Position { revision, history } = view.position();
            let (revision, history) = (revision.number(), history.to_string());
            Ok(v1::ListIndicatorsResponse { indicators, next_page_token, revision, history })
        });
        answer.await.map(Response::new)
    }

    async fn get_indicator(
        &self,
        request: Request<v1::GetIndicatorRequest>,
    ) -> Result<Response<v1::GetIndicatorResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::GetIndicator::try_from(request.into_inner()).or_refuse()?;
        let convert::GetIndicator { indicator, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let found = view.indicator(&indicator).or_refuse()?;
        let at = view.position();
        Ok(Response::new(v1::GetIndicatorResponse {
            indicator: Some(indicator_message(&found.indicator)),
            frameworks: found.frameworks.iter().map(ToString::to_string).collect(),
            revision: at.revision.number(),
            history: at.history.to_string(),
        }))
    }
    async fn validate_framework(
        &self,
        request: Request<v1::ValidateFrameworkRequest>,
    ) -> Result<Response<v1::ValidateFrameworkResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::ValidateFramework::try_from(request.into_inner()).or_refuse()?;
        let convert::ValidateFramework { definition, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let validation = view.validate(&definition).or_refuse()?;
            Ok(present::validation(validation, view.position()))
        });
        answer.await.map(Response::new)
    }

    type PublishFrameworkStream = publication::Steps;

    async fn publish_framework(
        &self,
        request: Request<v1::PublishFrameworkRequest>,
    ) -> Result<Response<publication::Steps>, Status> {
        let request = convert::PublishFramework::try_from(request.into_inner()).or_refuse()?;
        let convert::PublishFramework { submission, definition, validate_only } = request;
        if validate_only {
            let observatory = Arc::clone(&self.1);
            let check = move || observatory.preview_publication(submission, &definition);
            let receipt = self.0.run_blocking(check).await?;
            return Ok(Response::new(publication::checked(&receipt, &self.1)));
        }
        let publication = self.1.publish(submission, definition).or_refuse()?;
        publication::follow(publication, Arc::clone(&self.1)).await.map(Response::new)
    }

    async fn retire_framework(
        &self,
        request: Request<v1::RetireFrameworkRequest>,
    ) -> Result<Response<v1::RetireFrameworkResponse>, Status> {
        let request = convert::RetireFramework::try_from(request.into_inner()).or_refuse()?;
        let convert::RetireFramework { submission, retirement, validate_only } = request;
        let receipt = if validate_only {
            let observatory = Arc::clone(&self.1);
            self.0.run_blocking(move || observatory.preview_retirement(submission, retirement)).await?
        } else {
            self.1.retire_framework(submission, retirement).await.or_refuse()?
        };
        let RetirementReceipt { framework, revision, accepted_at } = receipt;
        Ok(Response::new(v1::RetireFrameworkResponse {
            framework: framework.to_string(),
            revision: revision.number(),
            accepted_at: accepted_at.map(timestamp_message),
            history: self.1.position(revision).history.to_string(),
        }))
    }

    async fn diff_frameworks(
        &self,
        request: Request<v1::DiffFrameworksRequest>,
    ) -> Result<Response<v1::DiffFrameworksResponse>, Status> {
        let wait_max = wait_max(&request);
        let request = convert::DiffFrameworks::try_from(request.into_inner()).or_refuse()?;
        let convert::DiffFrameworks { before, after, freshness } = request;
        let view = self.0.view(freshness, wait_max).await?;
        let answer = self.0.ask(move || {
            let Difference { before, after, changes } =
                view.difference(&source(before), &source(after)).or_refuse()?;
            let (before, after, at) = (before.to_string(), after.to_string(), view.position());
            let (revision, history) = (at.revision.number(), at.history.to_string());
            let changes = changes.into_iter().map(change_message).collect();
            Ok(v1::DiffFrameworksResponse { before, after, changes, revision, history })
        });
        answer.await.map(Response::new)
    }
}

fn source(source: convert::FrameworkSource) -> Source {
    match source {
        convert::FrameworkSource::Published(reference) => Source::Published(reference),
        convert::FrameworkSource::Definition(text) => Source::Text(text),
    }
}
