//! Requests for scores: trees, lists, trends, comparisons, ranks and explanations.

use tenseven_model::{AreaCode, AreaSelection, FrameworkRef, NodeId, Period};

use super::{
    FieldReason, Freshness, Page, Reader, Violations,
    read::{SHORT_PAGE, read_freshness, read_page},
    selection::{read_framework, read_range, read_selection},
};
use crate::{ReadMask, v1};

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

/// [`v1::GetTrendRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct GetTrend {
    pub framework: FrameworkRef,
    pub area: AreaCode,
    pub nodes: Vec<NodeId>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    pub page: Page,
    pub freshness: Freshness,
    pub read_mask: Option<ReadMask>,
}

impl TryFrom<v1::GetTrendRequest> for GetTrend {
    type Error = Violations;
    fn try_from(message: v1::GetTrendRequest) -> Result<Self, Violations> {
        let v1::GetTrendRequest {
            framework,
            area,
            nodes,
            period_from,
            period_to,
            page_size,
            page_token,
            min_revision,
            as_of,
            read_mask,
            history,
        } = message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let area = reader.required("area", &area, "a country or area, as MAR");
        let nodes = read_selection(&mut reader, "nodes", &nodes);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let page = read_page(&mut reader, SHORT_PAGE, page_size, page_token);
        let freshness = read_freshness!(reader, (min_revision, as_of, history), v1::get_trend_request::AsOf);
        let read_mask = ReadMask::read(&mut reader, "TrendPoint", read_mask);
        let read = framework.zip(area).zip(page.zip(freshness));
        reader.finish(read.map(|((framework, area), (page, freshness))| Self {
            framework,
            area,
            nodes,
            period_from,
            period_to,
            page,
            freshness,
            read_mask,
        }))
    }
}

/// [`v1::CompareScoresRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct CompareScores {
    pub framework: FrameworkRef,
    pub areas: Vec<AreaSelection>,
    pub periods: Vec<Period>,
    pub nodes: Vec<NodeId>,
    pub freshness: Freshness,
}

impl TryFrom<v1::CompareScoresRequest> for CompareScores {
    type Error = Violations;
    fn try_from(message: v1::CompareScoresRequest) -> Result<Self, Violations> {
        let v1::CompareScoresRequest { framework, areas, periods, nodes, min_revision, as_of, history } =
            message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let given = [("areas", &areas, "a country, area or group"), ("periods", &periods, "a period")];
        for (path, texts, what) in given {
            if texts.is_empty() {
                reader.refuse(path, FieldReason::Required, format!("is empty; give at least {what}"));
            }
        }
        let areas = read_selection(&mut reader, "areas", &areas);
        let periods = read_selection(&mut reader, "periods", &periods);
        let nodes = read_selection(&mut reader, "nodes", &nodes);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::compare_scores_request::AsOf);
        let read = framework.zip(freshness);
        reader.finish(read.map(|(framework, freshness)| Self { framework, areas, periods, nodes, freshness }))
    }
}

/// [`v1::RankAreasRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct RankAreas {
    pub framework: FrameworkRef,
    pub node: Option<NodeId>,
    pub period: Period,
    pub areas: Vec<AreaSelection>,
    pub freshness: Freshness,
}

impl TryFrom<v1::RankAreasRequest> for RankAreas {
    type Error = Violations;
    fn try_from(message: v1::RankAreasRequest) -> Result<Self, Violations> {
        let v1::RankAreasRequest { framework, node, period, areas, min_revision, as_of, history } = message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let node = reader.optional("node", &node);
        let period = reader.required("period", &period, "an SDMX time period, as 2020");
        let areas = match read_selection(&mut reader, "areas", &areas) {
            named if named.is_empty() => vec![AreaSelection::World],
            areas => areas,
        };
        let freshness = read_freshness!(reader, (min_revision, as_of, history), v1::rank_areas_request::AsOf);
        let read = framework.zip(period).zip(freshness);
        reader.finish(read.map(|((framework, period), freshness)| Self {
            framework,
            node,
            period,
            areas,
            freshness,
        }))
    }
}

/// [`v1::ExplainScoreRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct ExplainScore {
    pub framework: FrameworkRef,
    pub area: AreaCode,
    pub period: Period,
    pub node: Option<NodeId>,
    pub freshness: Freshness,
    pub read_mask: Option<ReadMask>,
}

impl TryFrom<v1::ExplainScoreRequest> for ExplainScore {
    type Error = Violations;
    fn try_from(message: v1::ExplainScoreRequest) -> Result<Self, Violations> {
        let v1::ExplainScoreRequest {
            framework,
            area,
            period,
            node,
            min_revision,
            as_of,
            read_mask,
            history,
        } = message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let area = reader.required("area", &area, "a country or area, as MAR");
        let period = reader.required("period", &period, "an SDMX time period, as 2020");
        let node = reader.optional("node", &node);
        let freshness =
            read_freshness!(reader, (min_revision, as_of, history), v1::explain_score_request::AsOf);
        let read_mask = ReadMask::read(&mut reader, "ScoreExplanation", read_mask);
        let read = framework.zip(area).zip(period.zip(freshness));
        reader.finish(read.map(|((framework, area), (period, freshness))| Self {
            framework,
            area,
            period,
            node,
            freshness,
            read_mask,
        }))
    }
}
