//! Comparisons of scores.

use std::{collections::HashMap, sync::Arc};

use tenseven_engine::{CoverageChange, Row};
use tenseven_model::{Alpha3, AreaSelection, ComparisonSelection, Period, framework::NodeIndex};
use tenseven_state::{AreaSelectionError, frameworks::FrameworkLookupError};

use super::{
    nodes::{UnknownNodes, selected},
    scores::{WrongFrequency, check_frequency},
    too_many::TooMany,
};
use crate::{Published, View, snapshot::NotScored};

/// Maximum number of columns.
const COLUMNS_MAX: usize = 50;
/// Maximum number of scores of nodes: what they take stays below the 4 MiB that stock clients read.
const SCORES_MAX: usize = 10_000;

/// Why scores are not compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ComparisonError {
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// A period has the wrong length.
    #[error(transparent)]
    Frequency(#[from] WrongFrequency),
    /// The framework has no such nodes.
    #[error(transparent)]
    Nodes(#[from] UnknownNodes),
    /// The areas cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
    /// Too much is requested at once.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// There are no scores by the version.
    #[error(transparent)]
    NotScored(#[from] NotScored),
}

/// The contents of a column.
pub struct ComparedColumn {
    /// The area.
    pub area: Alpha3,
    /// Its name; empty where the catalogue names none.
    pub area_name: String,
    /// The period.
    pub period: Period,
    /// The scores.
    pub row: Row,
    /// By node: what it has and the first column lacks, and the other way round, if there is anything.
    pub coverage: Vec<Option<CoverageChange>>,
}

/// Scores side by side.
pub struct Comparison {
    /// The framework that they were made with.
    pub published: Arc<Published>,
    /// The columns: area after area, of each its periods, as they were named.
    pub columns: Vec<ComparedColumn>,
    /// The nodes, by their index in the framework.
    pub nodes: Vec<NodeIndex>,
}

impl View {
    /// The scores of several areas and periods side by side.
    pub fn compare(&self, selection: &ComparisonSelection) -> Result<Comparison, ComparisonError> {
        let ComparisonSelection { framework, areas, periods, nodes } = selection;
        let published = self.state().version_of(framework)?;
        for period in periods {
            check_frequency(&published, "periods", Some(*period))?;
        }
        let nodes = selected(&published.framework, nodes)?;
        let (areas, periods) = (self.in_order(areas)?, each_once(periods.iter().copied()));
        check_size(areas.len() * periods.len(), nodes.len())?;
        let board = self.board(&published)?;
        let made = periods.iter().map(|period| (*period, board.answers(*period, &areas)));
        let mut made: HashMap<Period, _> = made.map(|(period, rows)| (period, rows.into_iter())).collect();
        let mut columns = Vec::with_capacity(areas.len() * periods.len());
        for area in areas {
            for period in &periods {
                let next = made.get_mut(period).and_then(Iterator::next);
                let area_name = self.world().name(area).to_owned();
                let coverage = match columns.first() {
                    None => vec![None; published.framework.nodes().len()],
                    Some(ComparedColumn { area: of, period: at, .. }) => {
                        board.coverage_changes((*at, *of), (*period, area))
                    }
                };
                let column = |row| ComparedColumn { area, area_name, period: *period, row, coverage };
                columns.extend(next.map(column));
            }
        }
        Ok(Comparison { published, columns, nodes })
    }

    /// The areas that a selection means, as they are named, the members of a group by code; each once.
    fn in_order(&self, selection: &[AreaSelection]) -> Result<Vec<Alpha3>, AreaSelectionError> {
        // All at once first, so that a refusal names the paths in the request.
        self.world().members(selection)?;
        let mut areas = Vec::new();
        for one in selection {
            areas.extend(self.world().members(std::slice::from_ref(one))?);
        }
        Ok(each_once(areas))
    }
}

fn check_size(columns: usize, nodes: usize) -> Result<(), TooMany> {
    if columns > COLUMNS_MAX {
        let what = "areas times periods make columns, of which there would be";
        return Err(TooMany { field: "areas", what, count: columns, max: COLUMNS_MAX });
    }
    if columns * nodes > SCORES_MAX {
        let what = "nodes times columns make scores, of which there would be";
        return Err(TooMany { field: "nodes", what, count: columns * nodes, max: SCORES_MAX });
    }
    Ok(())
}

fn each_once<T: Copy + PartialEq>(given: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for one in given {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}
