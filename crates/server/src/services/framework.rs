//! `FrameworkService`.

use std::{convert::Infallible, sync::Arc};

use tenseven_api::{
    Encoded,
    convert::{self, change_message, indicator_message, timestamp_message},
    v1::{self, framework_service_server::FrameworkService},
};
use tenseven_observatory::{
    Difference, DifferenceError, FrameworkLookupError, ListAreasError, Observatory, RetirementReceipt, View,
};
use tonic::{Request, Response, Status};

use super::{positioned::positioned, publication, reading::Reading};
use crate::{call::Call, present, status::OrRefuse as _};

/// `FrameworkService` over the observatory.
pub(crate) struct FrameworkAdapter(pub(crate) Reading, pub(crate) Arc<Observatory>);

#[tonic::async_trait]
impl FrameworkService for FrameworkAdapter {
    async fn list_frameworks(
        &self,
        request: Request<v1::ListFrameworksRequest>,
    ) -> Result<Response<Encoded<v1::ListFrameworksResponse>>, Status> {
        self.0
            .listing(request, |view, (), part| {
                let listed = view.frameworks(part.size, part.after.as_ref());
                let frameworks = listed.versions.iter().map(present::summary).collect();
                Ok::<_, Infallible>((
                    v1::ListFrameworksResponse { frameworks, ..Default::default() },
                    listed.next,
                ))
            })
            .await
    }

    async fn get_framework(
        &self,
        request: Request<v1::GetFrameworkRequest>,
    ) -> Result<Response<Encoded<v1::GetFrameworkResponse>>, Status> {
        self.0
            .unary(request, |view, reference| {
                let framework = Some(present::framework(&view.framework(&reference)?));
                Ok::<_, FrameworkLookupError>(v1::GetFrameworkResponse { framework, ..Default::default() })
            })
            .await
    }

    async fn list_indicators(
        &self,
        request: Request<v1::ListIndicatorsRequest>,
    ) -> Result<Response<Encoded<v1::ListIndicatorsResponse>>, Status> {
        self.0
            .listing(request, |view, framework, part| {
                let listed = view.indicators(framework.as_ref(), part.size, part.after.as_ref())?;
                let indicators = listed.indicators.iter().map(indicator_message).collect();
                let page = v1::ListIndicatorsResponse { indicators, ..Default::default() };
                Ok::<_, FrameworkLookupError>((page, listed.next))
            })
            .await
    }

    async fn get_indicator(
        &self,
        request: Request<v1::GetIndicatorRequest>,
    ) -> Result<Response<Encoded<v1::GetIndicatorResponse>>, Status> {
        self.0
            .unary(request, |view, id| {
                view.indicator(&id).map(|found| v1::GetIndicatorResponse {
                    indicator: Some(indicator_message(&found.indicator)),
                    frameworks: found.frameworks.iter().map(ToString::to_string).collect(),
                    ..Default::default()
                })
            })
            .await
    }

    async fn list_areas(
        &self,
        request: Request<v1::ListAreasRequest>,
    ) -> Result<Response<Encoded<v1::ListAreasResponse>>, Status> {
        self.0
            .listing(request, |view, selection, part| {
                let listed = view.areas(&selection, part.size, part.after.as_ref())?;
                let areas = listed.areas.into_iter().map(present::area).collect();
                let page = v1::ListAreasResponse { areas, ..Default::default() };
                Ok::<_, ListAreasError>((page, listed.next))
            })
            .await
    }

    async fn validate_framework(
        &self,
        request: Request<v1::ValidateFrameworkRequest>,
    ) -> Result<Response<Encoded<v1::ValidateFrameworkResponse>>, Status> {
        let validated = |view: &View, definition: String| view.validate(&definition).map(present::validation);
        self.0.unary(request, validated).await
    }

    type PublishFrameworkStream = publication::Steps;

    async fn publish_framework(
        &self,
        request: Request<v1::PublishFrameworkRequest>,
    ) -> Result<Response<publication::Steps>, Status> {
        let call = Call::of(&request);
        let request = convert::PublishFramework::try_from(request.into_inner()).or_refuse()?;
        let convert::PublishFramework { submission, definition, validate_only } = request;
        let submission = call.attributed(submission);
        if validate_only {
            let observatory = Arc::clone(&self.1);
            let check = move || observatory.preview_publication(submission, &definition);
            let receipt = self.0.ask(&call, check).await?;
            return Ok(Response::new(publication::checked(&receipt, &self.1)));
        }
        let publication = self.1.publish(submission, definition).or_refuse()?;
        publication::follow(publication, Arc::clone(&self.1)).await.map(Response::new)
    }

    async fn retire_framework(
        &self,
        request: Request<v1::RetireFrameworkRequest>,
    ) -> Result<Response<v1::RetireFrameworkResponse>, Status> {
        let call = Call::of(&request);
        let request = convert::RetireFramework::try_from(request.into_inner()).or_refuse()?;
        let convert::RetireFramework { submission, retirement, validate_only } = request;
        let submission = call.attributed(submission);
        let receipt = if validate_only {
            let observatory = Arc::clone(&self.1);
            self.0.ask(&call, move || observatory.preview_retirement(submission, retirement)).await?
        } else {
            self.1.retire_framework(submission, retirement).await.or_refuse()?
        };
        let RetirementReceipt { framework, revision, accepted_at } = receipt;
        let answer = v1::RetireFrameworkResponse {
            framework: framework.to_string(),
            accept_time: accepted_at.map(timestamp_message),
            ..Default::default()
        };
        Ok(Response::new(positioned(answer, self.1.position(revision))))
    }

    async fn diff_frameworks(
        &self,
        request: Request<v1::DiffFrameworksRequest>,
    ) -> Result<Response<Encoded<v1::DiffFrameworksResponse>>, Status> {
        self.0
            .unary(request, |view, [before, after]| {
                let Difference { before, after, changes } = view.difference(&before, &after)?;
                Ok::<_, DifferenceError>(v1::DiffFrameworksResponse {
                    before: before.to_string(),
                    after: after.to_string(),
                    changes: changes.into_iter().map(change_message).collect(),
                    ..Default::default()
                })
            })
            .await
    }
}
