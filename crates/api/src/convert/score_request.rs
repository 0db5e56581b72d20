//! Requests for scores: trees, lists, trends, comparisons, ranks, explanations, reports and watches.

use tenseven_model::{
    AreaSelection, ComparisonSelection, ExplanationSelection, RankSelection, ReportSelection, Revision,
    ScoreSelection, TreeSelection, TrendSelection,
};

use super::{
    FieldReason, ReadRequest, Reader,
    selection::{read_framework, read_range, read_selection},
};
use crate::{ReadMask, v1};

/// The description of a missing area.
const AN_AREA: &str = "a country or area, for example MAR";
/// The description of a missing period.
const A_PERIOD: &str = "an SDMX time period, for example 2020";

impl ReadRequest for v1::GetScoresRequest {
    type Query = (TreeSelection, Option<ReadMask>);
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { framework, area, period, nodes, read_mask, read_at: _ } = self;
        let framework = read_framework(reader, &framework);
        let area = reader.required("area", &area, AN_AREA);
        let period = reader.required("period", &period, A_PERIOD);
        let nodes = read_selection(reader, "nodes", &nodes);
        let read_mask = ReadMask::read(reader, "ScoreTree", read_mask);
        Some((TreeSelection { framework: framework?, area: area?, period: period?, nodes }, read_mask))
    }
}

impl ReadRequest for v1::ListScoresRequest {
    type Query = (ScoreSelection, Option<ReadMask>);
    const WITHIN: Option<&'static str> = Some("selection");
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { selection, read_mask, page: _, read_at: _ } = self;
        let selection = read_scores(reader, selection);
        let read_mask = ReadMask::read(reader, "ScoreTree", read_mask);
        Some((selection?, read_mask))
    }
}

/// What a watch of scores asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchScores {
    /// Which scores.
    pub selection: ScoreSelection,
    /// Changes after this revision; none for those from now on.
    pub after_revision: Option<Revision>,
    /// Whether the scores as they are come first.
    pub snapshot: bool,
}

impl ReadRequest for v1::WatchScoresRequest {
    type Query = WatchScores;
    const WITHIN: Option<&'static str> = Some("selection");
    const OF_THE_PAST: bool = false;
    fn read(self, reader: &mut Reader) -> Option<WatchScores> {
        let Self { selection, after_revision, snapshot, read_at: _ } = self;
        let after_revision = after_revision.map(Revision::new);
        Some(WatchScores { selection: read_scores(reader, selection)?, after_revision, snapshot })
    }
}

fn read_scores(reader: &mut Reader, selection: Option<v1::ScoreSelection>) -> Option<ScoreSelection> {
    let v1::ScoreSelection { framework, areas, period_from, period_to, nodes } =
        selection.unwrap_or_default();
    reader.within("selection", |reader| {
        let framework = read_framework(reader, &framework);
        let areas = read_selection(reader, "areas", &areas);
        let (from, to) = read_range(reader, &period_from, &period_to);
        let nodes = read_selection(reader, "nodes", &nodes);
        Some(ScoreSelection { framework: framework?, areas, from, to, nodes })
    })
}

impl ReadRequest for v1::GetTrendRequest {
    type Query = (TrendSelection, Option<ReadMask>);
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { framework, area, nodes, period_from, period_to, read_mask, page: _, read_at: _ } = self;
        let framework = read_framework(reader, &framework);
        let area = reader.required("area", &area, AN_AREA);
        let nodes = read_selection(reader, "nodes", &nodes);
        let (from, to) = read_range(reader, &period_from, &period_to);
        let read_mask = ReadMask::read(reader, "TrendPoint", read_mask);
        Some((TrendSelection { framework: framework?, area: area?, nodes, from, to }, read_mask))
    }
}

impl ReadRequest for v1::CompareScoresRequest {
    type Query = ComparisonSelection;
    fn read(self, reader: &mut Reader) -> Option<ComparisonSelection> {
        let Self { framework, areas, periods, nodes, read_at: _ } = self;
        let framework = read_framework(reader, &framework);
        let given = [("areas", &areas, "a country, area or group"), ("periods", &periods, "a period")];
        for (path, texts, what) in given {
            if texts.is_empty() {
                reader.refuse(path, FieldReason::Required, format!("is empty; give at least {what}"));
            }
        }
        let areas = read_selection(reader, "areas", &areas);
        let periods = read_selection(reader, "periods", &periods);
        let nodes = read_selection(reader, "nodes", &nodes);
        Some(ComparisonSelection { framework: framework?, areas, periods, nodes })
    }
}

impl ReadRequest for v1::RankAreasRequest {
    type Query = RankSelection;
    fn read(self, reader: &mut Reader) -> Option<RankSelection> {
        let Self { framework, node, period, areas, read_at: _ } = self;
        let framework = read_framework(reader, &framework);
        let node = reader.optional("node", &node);
        let period = reader.required("period", &period, A_PERIOD);
        let areas = read_areas(reader, &areas);
        Some(RankSelection { framework: framework?, node, period: period?, areas })
    }
}

impl ReadRequest for v1::ExplainScoreRequest {
    type Query = (ExplanationSelection, Option<ReadMask>);
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { framework, area, period, node, read_mask, read_at: _ } = self;
        let framework = read_framework(reader, &framework);
        let area = reader.required("area", &area, AN_AREA);
        let period = reader.required("period", &period, A_PERIOD);
        let node = reader.optional("node", &node);
        let read_mask = ReadMask::read(reader, "ScoreExplanation", read_mask);
        Some((ExplanationSelection { framework: framework?, area: area?, period: period?, node }, read_mask))
    }
}

impl ReadRequest for v1::GetTargetReportRequest {
    /// The report, and whether its figures list their areas.
    type Query = (ReportSelection, bool);
    fn read(self, reader: &mut Reader) -> Option<Self::Query> {
        let Self { framework, period, areas, include_areas, read_at: _ } = self;
        let framework = read_framework(reader, &framework);
        let period = reader.required("period", &period, A_PERIOD);
        let areas = read_areas(reader, &areas);
        Some((ReportSelection { framework: framework?, period: period?, areas }, include_areas))
    }
}

/// The areas that are named, or the world.
fn read_areas(reader: &mut Reader, areas: &[String]) -> Vec<AreaSelection> {
    match read_selection(reader, "areas", areas) {
        none if none.is_empty() => vec![AreaSelection::World],
        areas => areas,
    }
}
