//! Requests about frameworks, their indicators and their reports: their fields as model values.

use tenseven_model::{AreaSelection, FrameworkRef, IndicatorId, Period};

use super::{
    Freshness, Page, Reader, Violations,
    read::{SHORT_PAGE, read_freshness, read_page},
    selection::{read_framework, read_selection},
};
use crate::v1;

/// [`v1::ListFrameworksRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListFrameworks {
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListFrameworksRequest> for ListFrameworks {
    type Error = Violations;
    fn try_from(message: v1::ListFrameworksRequest) -> Result<Self, Violations> {
        let v1::ListFrameworksRequest { page_size, page_token, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_frameworks_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self { page, freshness }))
    }
}

/// [`v1::GetFrameworkRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetFramework {
    pub framework: FrameworkRef,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetFrameworkRequest> for GetFramework {
    type Error = Violations;
    fn try_from(message: v1::GetFrameworkRequest) -> Result<Self, Violations> {
        let v1::GetFrameworkRequest { framework, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_framework_request::AsOf);
        reader.finish(framework.zip(freshness).map(|(framework, freshness)| Self { framework, freshness }))
    }
}

/// [`v1::ListIndicatorsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListIndicators {
    pub framework: Option<FrameworkRef>,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListIndicatorsRequest> for ListIndicators {
    type Error = Violations;
    fn try_from(message: v1::ListIndicatorsRequest) -> Result<Self, Violations> {
        let v1::ListIndicatorsRequest { framework, page_size, page_token, min_revision, as_of, history } =
            message;
        let mut reader = Reader::default();
        let framework = reader.optional("framework", &framework);
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_indicators_request::AsOf);
        reader.finish(page.zip(freshness).map(|(page, freshness)| Self { framework, page, freshness }))
    }
}

/// [`v1::GetIndicatorRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetIndicator {
    pub indicator: IndicatorId,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetIndicatorRequest> for GetIndicator {
    type Error = Violations;
    fn try_from(message: v1::GetIndicatorRequest) -> Result<Self, Violations> {
        let v1::GetIndicatorRequest { indicator, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let indicator = reader.required("indicator", &indicator, "an indicator's id");
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_indicator_request::AsOf);
        reader.finish(indicator.zip(freshness).map(|(indicator, freshness)| Self { indicator, freshness }))
    }
}

/// [`v1::GetTargetReportRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetTargetReport {
    pub framework: FrameworkRef,
    pub period: Period,
    pub areas: Vec<AreaSelection>,
    pub include_areas: bool,
    pub freshness: Freshness,
}

impl TryFrom<v1::GetTargetReportRequest> for GetTargetReport {
    type Error = Violations;
    fn try_from(message: v1::GetTargetReportRequest) -> Result<Self, Violations> {
        let v1::GetTargetReportRequest {
            framework,
            period,
            areas,
            include_areas,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let period = reader.required("period", &period, "an SDMX time period, as 2020");
        let areas = match read_selection(&mut reader, "areas", &areas) {
            none if none.is_empty() => vec![AreaSelection::World],
            areas => areas,
        };
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::get_target_report_request::AsOf);
        let read = framework.zip(period).zip(freshness);
        reader.finish(read.map(|((framework, period), freshness)| Self {
            framework,
            period,
            areas,
            include_areas,
            freshness,
        }))
    }
}
