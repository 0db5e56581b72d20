//! Requests for observations: their fields as model values.

use tenseven_model::{
    AreaCode, AreaSelection, IndicatorId, ObservationKey, ObservationStatus, Period, SourceId,
};

use super::{
    FieldReason, Freshness, Page, Reader, Violations,
    read::{PageSize, SHORT_PAGE, read_freshness, read_page},
    selection::read_range,
};
use crate::v1;

const LONG_PAGE: PageSize = PageSize { default: 1_000, max: 10_000 };

/// [`v1::ListObservationsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListObservations {
    pub indicator: Option<IndicatorId>,
    pub area: Option<AreaSelection>,
    pub source: Option<SourceId>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    pub status: Option<ObservationStatus>,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListObservationsRequest> for ListObservations {
    type Error = Violations;
    fn try_from(message: v1::ListObservationsRequest) -> Result<Self, Violations> {
        let v1::ListObservationsRequest {
            indicator,
            area,
            source,
            period_from,
            period_to,
            status,
            page_size,
            page_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let source = reader.optional("source", &source);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let status = reader.optional("status", &status);
        let page = read_page(&mut reader, LONG_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_observations_request::AsOf);
        let read = page.zip(freshness).map(|(page, freshness)| Self {
            indicator,
            area,
            source,
            period_from,
            period_to,
            status,
            page,
            freshness,
        });
        reader.finish(read)
    }
}

/// [`v1::ExportObservationsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ExportObservations {
    pub indicator: Option<IndicatorId>,
    pub area: Option<AreaSelection>,
    pub source: Option<SourceId>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    pub status: Option<ObservationStatus>,
    pub resume_token: String,
    pub freshness: Freshness,
}

impl TryFrom<v1::ExportObservationsRequest> for ExportObservations {
    type Error = Violations;
    fn try_from(message: v1::ExportObservationsRequest) -> Result<Self, Violations> {
        let v1::ExportObservationsRequest {
            indicator,
            area,
            source,
            period_from,
            period_to,
            status,
            resume_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let source = reader.optional("source", &source);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let status = reader.optional("status", &status);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::export_observations_request::AsOf);
        let read = freshness.map(|freshness| Self {
            indicator,
            area,
            source,
            period_from,
            period_to,
            status,
            resume_token,
            freshness,
        });
        reader.finish(read)
    }
}

/// [`v1::ListRevisionsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListRevisions {
    pub key: ObservationKey,
    pub page: Page,
    pub freshness: Freshness,
}

impl TryFrom<v1::ListRevisionsRequest> for ListRevisions {
    type Error = Violations;
    fn try_from(message: v1::ListRevisionsRequest) -> Result<Self, Violations> {
        let v1::ListRevisionsRequest {
            indicator,
            area,
            period,
            source,
            page_size,
            page_token,
            min_revision,
            as_of,
            history,
        } = message;
        let mut reader = Reader::default();
        let indicator = reader.required("indicator", &indicator, "an indicator's id");
        let area = reader.required("area", &area, "a country, area or local unit, as MAR");
        if let Some(AreaCode::Group(group)) = &area {
            let problem = format!("{group} is a group; observations are about a country, area or local unit");
            reader.refuse("area", FieldReason::NotAllowed, problem);
        }
        let period = reader.required("period", &period, "an SDMX time period, as 2020");
        let source = reader.required("source", &source, "who the value comes from");
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_revisions_request::AsOf);
        let key = indicator.zip(area).zip(period.zip(source));
        let key = key.map(|((indicator, area), (period, source))| ObservationKey {
            indicator,
            area,
            source,
            period,
        });
        let read = key.zip(page.zip(freshness));
        reader.finish(read.map(|(key, (page, freshness))| Self { key, page, freshness }))
    }
}
