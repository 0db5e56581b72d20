//! Scores of countries and areas.

use std::{collections::BTreeSet, sync::Arc};

use tenseven_engine::Row;
use tenseven_model::{
    Alpha3, AreaCode, FrameworkRef, Frequency, NodeId, Period, ScoreSelection, framework::NodeIndex,
};
use tenseven_state::{AreaSelectionError, frameworks::FrameworkLookupError};

use super::nodes::{UnknownNodes, selected};
use crate::{Cursor, InvalidPageToken, Published, UnknownArea, View, snapshot::NotScored};

/// The period has another length than the framework scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{period} is {}, but the framework scores {expected} periods", .period.frequency())]
pub struct WrongFrequency {
    /// The field of the request.
    pub field: &'static str,
    /// The period given.
    pub period: Period,
    /// The framework's frequency.
    pub expected: Frequency,
}

/// Why an area has no scores.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountryError {
    /// There is no such area.
    #[error(transparent)]
    Unknown(#[from] UnknownArea),
    /// Scores are of countries and areas.
    #[error(
        "{0} is no country or area; scores are of countries and areas, groups have target reports, and local units are added up for their country where the framework says so (roll_up)"
    )]
    NotACountry(AreaCode),
}

/// Why the scores of an area are not shown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScoresError {
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// The area has no scores.
    #[error(transparent)]
    Country(#[from] CountryError),
    /// A period has the wrong length.
    #[error(transparent)]
    Frequency(#[from] WrongFrequency),
    /// There are no scores by the version.
    #[error(transparent)]
    NotScored(#[from] NotScored),
    /// The framework has no such nodes.
    #[error(transparent)]
    Nodes(#[from] UnknownNodes),
}

/// Why scores are not listed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ListScoresError {
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
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
    /// The areas cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
}

/// The scores of one area for one period.
pub struct ScoreTree {
    /// The framework that they were made with.
    pub published: Arc<Published>,
    /// The area.
    pub area: Alpha3,
    /// Its name; empty where the catalogue names none.
    pub area_name: String,
    /// The period.
    pub period: Period,
    /// The scores, in the order of the framework's nodes and criteria.
    pub row: Row,
    /// The requested nodes, by their index in the framework.
    pub nodes: Vec<NodeIndex>,
}

/// A page is closed once it holds this many nodes: what they take stays below the 4 MiB that stock clients read.
const PAGE_NODES_MAX: usize = 10_000;

/// One page of scores.
pub struct ScorePage {
    /// The trees, by area, then period.
    pub trees: Vec<ScoreTree>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

impl View {
    /// The scores of one country or area for one period, of all nodes if none is named; if nothing is known, every
    /// node has a gap.
    pub fn scores(
        &self,
        framework: &FrameworkRef,
        area: &AreaCode,
        period: Period,
        nodes: &[NodeId],
    ) -> Result<ScoreTree, ScoresError> {
        let published = self.state().version_of(framework)?;
        let country = self.country(area)?;
        check_frequency(&published, "period", Some(period))?;
        let row = self.board(&published)?.answer(period, country);
        let nodes = selected(&published.framework, nodes)?;
        let area_name = self.world().name(country).to_owned();
        Ok(ScoreTree { published, area: country, area_name, period, row, nodes })
    }

    /// The country or area of a code, which must be one that exists.
    pub(super) fn country(&self, area: &AreaCode) -> Result<Alpha3, CountryError> {
        self.world().check(area)?;
        match area {
            AreaCode::Country(country) => Ok(*country),
            AreaCode::Local(..) | AreaCode::Group(_) => Err(CountryError::NotACountry(area.clone())),
        }
    }

    /// The scores of many areas and periods that have data.
    pub fn list_scores(
        &self,
        selection: &ScoreSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<ScorePage, ListScoresError> {
        let ScoreSelection { framework, areas, from, to, nodes } = selection;
        let published = self.state().version_of(framework)?;
        check_frequency(&published, "period_from", *from)?;
        check_frequency(&published, "period_to", *to)?;
        let nodes = selected(&published.framework, nodes)?;
        let after = after.map(|cursor| read_cursor(&cursor.after).ok_or(InvalidPageToken)).transpose()?;
        let board = self.board(&published)?;
        let in_range =
            |period: &Period| from.is_none_or(|from| *period >= from) && to.is_none_or(|to| *period <= to);
        let periods: Vec<Period> = board.periods().filter(in_range).collect();
        let members: BTreeSet<Alpha3> = if areas.is_empty() {
            periods.iter().flat_map(|period| board.areas(*period)).collect()
        } else {
            self.world().members(areas)?
        };
        let mut listed = members
            .into_iter()
            .flat_map(|area| periods.iter().map(move |period| (area, *period)))
            .filter(|place| after.is_none_or(|after| *place > after))
            .filter_map(|(area, period)| Some((area, period, board.row(period, area)?)));
        let trees: Vec<_> = listed
            .by_ref()
            .take(size.min((PAGE_NODES_MAX / nodes.len().max(1)).max(1)))
            .map(|(area, period, row)| ScoreTree {
                published: Arc::clone(&published),
                area,
                area_name: self.world().name(area).to_owned(),
                period,
                row,
                nodes: nodes.clone(),
            })
            .collect();
        let next = listed.next().and(trees.last()).map(|last| {
            self.keep();
            self.cursor(format!("{} {}", last.area, last.period))
        });
        Ok(ScorePage { trees, next })
    }
}

/// Refuses a period of another length than the framework scores.
pub(crate) fn check_frequency(
    published: &Published,
    field: &'static str,
    period: Option<Period>,
) -> Result<(), WrongFrequency> {
    let expected = published.framework.draft().frequency;
    match period {
        Some(period) if period.frequency() != expected => Err(WrongFrequency { field, period, expected }),
        _ => Ok(()),
    }
}

fn read_cursor(text: &str) -> Option<(Alpha3, Period)> {
    let (area, period) = text.split_once(' ')?;
    Some((area.parse().ok()?, period.parse().ok()?))
}
