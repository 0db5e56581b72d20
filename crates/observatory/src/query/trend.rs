//! The scores of one area over periods.

use std::{collections::HashMap, sync::Arc};

use tenseven_engine::{Board, CoverageChange, NodeScore, Row};
use tenseven_model::{Alpha3, Period, TrendSelection, framework::NodeIndex};
use tenseven_state::frameworks::FrameworkLookupError;

use super::{
    nodes::{UnknownNodes, selected},
    scores::{CountryError, WrongFrequency, check_frequency},
    too_many::TooMany,
};
use crate::{Cursor, InvalidPageToken, Published, View, snapshot::NotScored};

/// Maximum number of periods from the first to the last.
const PERIODS_MAX: usize = 1_000;

/// Why a trend is not shown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrendError {
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// The area has no scores.
    #[error(transparent)]
    Country(#[from] CountryError),
    /// A period has the wrong length.
    #[error(transparent)]
    Frequency(#[from] WrongFrequency),
    /// The framework has no such nodes.
    #[error(transparent)]
    Nodes(#[from] UnknownNodes),
    /// The page token is of no such listing.
    #[error(transparent)]
    PageToken(#[from] InvalidPageToken),
    /// There are no scores by the version.
    #[error(transparent)]
    NotScored(#[from] NotScored),
    /// Too much is requested at once.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

/// The score of a node for one period.
pub struct TrendPoint {
    /// The index of the node in the framework.
    pub node: NodeIndex,
    /// The period.
    pub period: Period,
    /// The score.
    pub score: NodeScore,
    /// The nearest earlier period of the trend that has a score, and how much was added to that since.
    pub change: Option<(Period, f64)>,
    /// What came and what lapsed since, if anything did.
    pub coverage: Option<CoverageChange>,
}

/// One page of a trend.
pub struct Trend {
    /// The framework that the scores were made with.
    pub published: Arc<Published>,
    /// The area.
    pub area: Alpha3,
    /// Its name; empty where the catalogue names none.
    pub area_name: String,
    /// The points, by node, then period.
    pub points: Vec<TrendPoint>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// The rows of an area, each made once.
struct Rows<'a> {
    board: &'a Board,
    area: Alpha3,
    made: HashMap<Period, Row>,
    /// By the two periods of a change, what came and lapsed in between, by node.
    coverage: HashMap<(Period, Period), Vec<Option<CoverageChange>>>,
}

impl Rows<'_> {
    fn score(&mut self, period: Period, node: NodeIndex) -> &NodeScore {
        let (board, area) = (self.board, self.area);
        &self.made.entry(period).or_insert_with(|| board.answer(period, area)).nodes[node]
    }

    /// The point at an index of the periods, which follow each other.
    fn point(&mut self, periods: &[Period], index: usize, node: NodeIndex) -> TrendPoint {
        let score = self.score(periods[index], node).clone();
        let mut change = None;
        if let Ok(now) = score.outcome {
            let mut earlier = periods[..index].iter().rev();
            let before = earlier.find_map(|period| Some((*period, self.score(*period, node).outcome.ok()?)));
            change = before.map(|(since, then)| (since, now - then)).filter(|(_, change)| change.is_finite());
        }
        let coverage = change.and_then(|(since, _)| self.coverage(since, periods[index])[node].clone());
        TrendPoint { node, period: periods[index], score, change, coverage }
    }

    fn coverage(&mut self, then: Period, now: Period) -> &[Option<CoverageChange>] {
        let (board, area) = (self.board, self.area);
        let changes = || board.coverage_changes((then, area), (now, area));
        self.coverage.entry((then, now)).or_insert_with(changes)
    }
}

impl View {
    /// The scores of chosen nodes of one area, for every period from the first to the last.
    pub fn trend(
        &self,
        selection: &TrendSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<Trend, TrendError> {
        let TrendSelection { framework, area, nodes, from, to } = selection;
        let published = self.state().version_of(framework)?;
        let area = self.country(area)?;
        check_frequency(&published, "period_from", *from)?;
        check_frequency(&published, "period_to", *to)?;
        let nodes = match nodes.as_slice() {
            [] => published.framework.roots().collect(),
            nodes => selected(&published.framework, nodes)?,
        };
        let after = after.map(|cursor| read_cursor(cursor).ok_or(InvalidPageToken)).transpose()?;
        let board = self.board(&published)?;
        let periods = periods(&board, area, (*from, *to))?;
        let indices = nodes.iter().flat_map(|node| (0..periods.len()).map(move |index| (*node, index)));
        let mut indices = indices
            .filter(|(node, index)| after.is_none_or(|after| (*node, periods[*index]) > after))
            .peekable();
        let mut rows = Rows { board: &board, area, made: HashMap::new(), coverage: HashMap::new() };
        let page = indices.by_ref().take(size);
        let points: Vec<_> = page.map(|(node, index)| rows.point(&periods, index, node)).collect();
        let next = indices.peek().and(points.last()).map(|last| {
            self.keep();
            self.cursor(format!("{} {}", last.node, last.period))
        });
        Ok(Trend { published, area, area_name: self.world().name(area).to_owned(), points, next })
    }
}

/// Every period of the trend, earliest first.
fn periods(
    board: &Board,
    area: Alpha3,
    (from, to): (Option<Period>, Option<Period>),
) -> Result<Vec<Period>, TooMany> {
    let is_known = |period: &Period| board.outcome(*period, area, 0).is_some();
    let known = || board.periods().filter(is_known);
    let first =
        from.or_else(|| known().next().map_or(to, |first| Some(to.map_or(first, |to| first.min(to)))));
    let last = to
        .or_else(|| known().next_back().map_or(from, |last| Some(from.map_or(last, |from| last.max(from)))));
    let Some((first, last)) = first.zip(last) else { return Ok(Vec::new()) };
    let count = first.periods_until(last).map_or(0, |between| between as usize + 1);
    if count > PERIODS_MAX {
        let what = "the periods from the first to the last are";
        return Err(TooMany { field: "period_to", what, count, max: PERIODS_MAX });
    }
    Ok(std::iter::successors(Some(first), |period| period.later(1)).take(count).collect())
}

fn read_cursor(cursor: &Cursor) -> Option<(NodeIndex, Period)> {
    let (node, period) = cursor.after.split_once(' ')?;
    Some((node.parse().ok()?, period.parse().ok()?))
}
