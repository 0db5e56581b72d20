//! Read requests: their fields as model values.

use tenseven_model::{
    AreaCode, AreaSelection, FrameworkRef, IndicatorId, NodeId, ObservationKey, ObservationStatus, Period,
    SourceId,
};

use super::{
    FieldReason, Freshness, Page, Reader, Violations,
    read::{PageSize, read_freshness, read_page},
};
use crate::{ReadMask, v1};

pub(super) const SHORT_PAGE: PageSize = PageSize { default: 100, max: 1_000 };
const LONG_PAGE: PageSize = PageSize { default: 1_000, max: 10_000 };

/// Most areas or nodes that one request can name.
const SELECTION_COUNT_MAX: usize = 1_000;

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

/// [`v1::GetScoresRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetScores {
    pub framework: FrameworkRef,
    pub area: AreaCode,
    pub period: Period,
    pub nodes: Vec<NodeId>,
    pub freshness: Freshness,
    pub read_mask: Option<ReadMask>,
}

impl TryFrom<v1::GetScoresRequest> for GetScores {
    type Error = Violations;
    fn try_from(message: v1::GetScoresRequest) -> Result<Self, Violations> {
        let v1::GetScoresRequest { framework, area, period, nodes, min_revision, as_of, read_mask, history } =
            message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let area = reader.required("area", &area, "a country or area, as MAR");
        let period = reader.required("period", &period, "an SDMX time period, as 2020");
        let nodes = read_selection(&mut reader, "nodes", &nodes);
        let freshness = read_freshness!(reader, (min_revision, as_of, history), v1::get_scores_request::AsOf);
        let read_mask = ReadMask::read(&mut reader, "ScoreTree", read_mask);
        let read = framework.zip(area).zip(period.zip(freshness));
        reader.finish(read.map(|((framework, area), (period, freshness))| Self {
            framework,
            area,
            period,
            nodes,
            freshness,
            read_mask,
        }))
    }
}

/// [`v1::ListScoresRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ListScores {
    pub framework: FrameworkRef,
    pub areas: Vec<AreaSelection>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    pub nodes: Vec<NodeId>,
    pub page: Page,
    pub freshness: Freshness,
    pub read_mask: Option<ReadMask>,
}

impl TryFrom<v1::ListScoresRequest> for ListScores {
    type Error = Violations;
    fn try_from(message: v1::ListScoresRequest) -> Result<Self, Violations> {
        let v1::ListScoresRequest {
            framework,
            areas,
            period_from,
            period_to,
            nodes,
            page_size,
            page_token,
            min_revision,
            as_of,
            read_mask,
            history,
        } = message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let areas = read_selection(&mut reader, "areas", &areas);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let nodes = read_selection(&mut reader, "nodes", &nodes);
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::list_scores_request::AsOf);
        let read_mask = ReadMask::read(&mut reader, "ScoreTree", read_mask);
        let read = framework.zip(page).zip(freshness).map(|((framework, page), freshness)| Self {
            framework,
            areas,
            period_from,
            period_to,
            nodes,
            page,
            freshness,
            read_mask,
        });
        reader.finish(read)
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

pub(super) fn read_framework(reader: &mut Reader, text: &str) -> Option<FrameworkRef> {
    reader.required(
        "framework",
        text,
        "a framework's id, as target-10-7, or id and version, as target-10-7@1.0.0",
    )
}

pub(super) fn read_selection<T>(reader: &mut Reader, path: &str, texts: &[String]) -> Vec<T>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    if texts.len() > SELECTION_COUNT_MAX {
        let problem = format!("names {}; at most {SELECTION_COUNT_MAX} are allowed", texts.len());
        reader.refuse(path, FieldReason::TooMany, problem);
        return Vec::new();
    }
    reader.each(path, texts)
}

/// Both ends of a range of periods, which must be of one frequency and in order.
pub(super) fn read_range(reader: &mut Reader, from: &str, to: &str) -> (Option<Period>, Option<Period>) {
    let from: Option<Period> = reader.optional("period_from", from);
    let to: Option<Period> = reader.optional("period_to", to);
    if let (Some(from), Some(to)) = (from, to) {
        if from.frequency() != to.frequency() {
            let problem =
                format!("{to} is {}, but period_from {from} is {}", to.frequency(), from.frequency());
            reader.refuse("period_to", FieldReason::WrongFrequency, problem);
        } else if from > to {
            reader.refuse(
                "period_to",
                FieldReason::OutOfRange,
                format!("{to} is before period_from, {from}"),
            );
        }
    }
    (from, to)
}
