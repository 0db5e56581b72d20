//! Frameworks and their indicators.

use futures_util::Stream;
use tenseven_api::v1;

use crate::{Client, ClientError, pages::pages};

impl Client {
    /// One page of the published versions of all frameworks, by id, then newest version first.
    pub async fn list_frameworks(
        &self,
        request: v1::ListFrameworksRequest,
    ) -> Result<v1::ListFrameworksResponse, ClientError> {
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().list_frameworks(request).await).await
    }

    /// All pages of the list of frameworks, as of one revision.
    pub fn framework_pages(
        &self,
        request: v1::ListFrameworksRequest,
    ) -> impl Stream<Item = Result<v1::ListFrameworksResponse, ClientError>> {
        pages(request, async |request| self.list_frameworks(request).await)
    }

    /// One version of a framework, whole.
    pub async fn get_framework(
        &self,
        request: v1::GetFrameworkRequest,
    ) -> Result<v1::GetFrameworkResponse, ClientError> {
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().get_framework(request).await).await
    }

    /// One page of the indicators of one framework, or of the newest versions of all, by id.
    pub async fn list_indicators(
        &self,
        request: v1::ListIndicatorsRequest,
    ) -> Result<v1::ListIndicatorsResponse, ClientError> {
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().list_indicators(request).await).await
    }

    /// All pages of the list of indicators, as of one revision.
    pub fn indicator_pages(
        &self,
        request: v1::ListIndicatorsRequest,
    ) -> impl Stream<Item = Result<v1::ListIndicatorsResponse, ClientError>> {
        pages(request, async |request| self.list_indicators(request).await)
    }

    /// One page of countries and areas, local units with observations, and groups, by code.
    pub async fn list_areas(
        &self,
        request: v1::ListAreasRequest,
    ) -> Result<v1::ListAreasResponse, ClientError> {
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().list_areas(request).await).await
    }

    /// All pages of the list of areas, as of one revision.
    pub fn area_pages(
        &self,
        request: v1::ListAreasRequest,
    ) -> impl Stream<Item = Result<v1::ListAreasResponse, ClientError>> {
        pages(request, async |request| self.list_areas(request).await)
    }

    /// One indicator, and the frameworks whose newest version uses it.
    pub async fn get_indicator(
        &self,
        request: v1::GetIndicatorRequest,
    ) -> Result<v1::GetIndicatorResponse, ClientError> {
        let service = self.framework_service();
        self.caller.call(request, async |request| service.clone().get_indicator(request).await).await
    }
}
