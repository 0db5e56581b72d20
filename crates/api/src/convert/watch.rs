//! Watching.

use tenseven_model::{
    AreaSelection, FrameworkRef, HistoryId, IndicatorId, NodeId, Period, Revision, SourceId,
};

use super::{
    FieldReason, Reader, Violations,
    read::read_history,
    selection::{read_framework, read_range, read_selection},
};
use crate::v1;

/// [`v1::WatchObservationsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct WatchObservations {
    pub after_revision: Option<Revision>,
    pub indicator: Option<IndicatorId>,
    pub area: Option<AreaSelection>,
    pub source: Option<SourceId>,
    pub min_revision: Revision,
    pub history: Option<HistoryId>,
}

impl TryFrom<v1::WatchObservationsRequest> for WatchObservations {
    type Error = Violations;
    fn try_from(message: v1::WatchObservationsRequest) -> Result<Self, Violations> {
        let v1::WatchObservationsRequest { after_revision, indicator, area, source, min_revision, history } =
            message;
        let mut reader = Reader::default();
        let indicator = reader.optional("indicator", &indicator);
        let area = reader.optional("area", &area);
        let source = reader.optional("source", &source);
        let after_revision = after_revision.map(Revision::new);
        let min_revision = Revision::new(min_revision);
        let history = read_history(&mut reader, &history);
        reader.finish(Some(Self { after_revision, indicator, area, source, min_revision, history }))
    }
}

/// What stands for all nodes.
const ALL: &str = "*";

/// [`v1::WatchScoresRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct WatchScores {
    pub framework: FrameworkRef,
    pub areas: Vec<AreaSelection>,
    pub period_from: Option<Period>,
    pub period_to: Option<Period>,
    /// None for all, an empty list for the root.
    pub nodes: Option<Vec<NodeId>>,
    pub after_revision: Option<Revision>,
    pub snapshot: bool,
    pub min_revision: Revision,
    pub history: Option<HistoryId>,
}

impl TryFrom<v1::WatchScoresRequest> for WatchScores {
    type Error = Violations;
    fn try_from(message: v1::WatchScoresRequest) -> Result<Self, Violations> {
        let v1::WatchScoresRequest {
            framework,
            areas,
            period_from,
            period_to,
            nodes,
            after_revision,
            snapshot,
            min_revision,
            history,
        } = message;
        let mut reader = Reader::default();
        let framework = read_framework(&mut reader, &framework);
        let areas = read_selection(&mut reader, "areas", &areas);
        let (period_from, period_to) = read_range(&mut reader, &period_from, &period_to);
        let nodes = read_nodes(&mut reader, &nodes);
        let after_revision = after_revision.map(Revision::new);
        let min_revision = Revision::new(min_revision);
        let history = read_history(&mut reader, &history);
        reader.finish(framework.map(|framework| Self {
            framework,
            areas,
            period_from,
            period_to,
            nodes,
            after_revision,
            snapshot,
            min_revision,
            history,
        }))
    }
}

fn read_nodes(reader: &mut Reader, nodes: &[String]) -> Option<Vec<NodeId>> {
    match nodes.iter().position(|node| node == ALL) {
        Some(_) if nodes.len() == 1 => None,
        Some(place) => {
            let problem = "\"*\" means all nodes; give it alone, or name the nodes";
            reader.refuse(format!("nodes[{place}]"), FieldReason::NotAllowed, problem);
            None
        }
        None => Some(read_selection(reader, "nodes", nodes)),
    }
}
