//! What was observed.

use std::collections::BTreeSet;

use tenseven_model::{
    Alpha3, AreaCode, AreaSelection, IndicatorId, Observation, ObservationKey, ObservationStatus, Period,
    SourceId,
};

use crate::{Cursor, QueryError, Recorded, View};

/// Which observations are listed; an empty filter lists all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObservationFilter {
    /// Only this indicator.
    pub indicator: Option<IndicatorId>,
    /// Only this area, or the countries of this group.
    pub area: Option<AreaSelection>,
    /// Only this source.
    pub source: Option<SourceId>,
    /// Only this period and later ones, of the same frequency.
    pub from: Option<Period>,
    /// Only this period and earlier ones, of the same frequency.
    pub to: Option<Period>,
    /// Only this status.
    pub status: Option<ObservationStatus>,
}

/// One page of observations.
pub struct ObservationPage {
    /// The observations, by indicator, area, source, period.
    pub observations: Vec<Recorded>,
    /// Where the listing goes on.
    pub next: Option<Cursor>,
}

/// A page is closed once it holds about so many bytes: well below the 4 MiB that stock clients read.
const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Bytes of an observation beside its texts, about.
const OBSERVATION_BYTES: usize = 256;

/// About the bytes that an observation has in an answer.
fn size_of(observation: &Observation) -> usize {
    OBSERVATION_BYTES + observation.notes().text_bytes()
}

enum AreaFilter {
    Any,
    Exactly(AreaCode),
    Among(BTreeSet<Alpha3>),
}

impl View {
    /// The observations that were current at this revision and pass the filter.
    pub fn observations(
        &self,
        filter: &ObservationFilter,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<ObservationPage, QueryError> {
        let areas = self.area_filter(filter.area.as_ref())?;
        let after = after.map(|cursor| read_key(&cursor.after).ok_or(QueryError::PageToken)).transpose()?;
        let mut listed = self
            .state()
            .history
            .current_at(self.revision(), filter.indicator.as_ref(), after.as_ref())
            .filter(|recorded| passes(recorded, filter, &areas));
        let (mut observations, mut bytes) = (Vec::new(), 0);
        while observations.len() < size && bytes < PAGE_BYTES_MAX {
            let Some(recorded) = listed.next() else { break };
            bytes += size_of(&recorded.observation);
            observations.push(recorded.clone());
        }
        let next = listed
            .next()
            .and(observations.last())
            .map(|last| Cursor { revision: self.revision(), after: write_key(last.observation.key()) });
        Ok(ObservationPage { observations, next })
    }

    fn area_filter(&self, area: Option<&AreaSelection>) -> Result<AreaFilter, QueryError> {
        match area {
            None => Ok(AreaFilter::Any),
            Some(AreaSelection::Area(area @ (AreaCode::Country(_) | AreaCode::Local(..)))) => {
                self.world().check(area)?;
                Ok(AreaFilter::Exactly(area.clone()))
            }
            Some(group) => Ok(AreaFilter::Among(self.world().members(std::slice::from_ref(group))?)),
        }
    }
}

fn passes(recorded: &Recorded, filter: &ObservationFilter, areas: &AreaFilter) -> bool {
    let ObservationFilter { indicator, area: _, source, from, to, status } = filter;
    let key = recorded.observation.key();
    let in_areas = match (areas, &key.area) {
        (AreaFilter::Any, _) => true,
        (AreaFilter::Exactly(area), found) => area == found,
        (AreaFilter::Among(members), AreaCode::Country(country)) => members.contains(country),
        (AreaFilter::Among(_), AreaCode::Local(..) | AreaCode::Group(_)) => false,
    };
    let same_length = |bound: &Period| bound.frequency() == key.period.frequency();
    in_areas
        && indicator.as_ref().is_none_or(|indicator| *indicator == key.indicator)
        && source.as_ref().is_none_or(|source| *source == key.source)
        && from.as_ref().is_none_or(|from| same_length(from) && key.period >= *from)
        && to.as_ref().is_none_or(|to| same_length(to) && key.period <= *to)
        && status.is_none_or(|status| status == recorded.observation.status())
}

/// A key in one text; none of its parts can hold a space.
fn write_key(key: &ObservationKey) -> String {
    let ObservationKey { indicator, area, source, period } = key;
    format!("{indicator} {area} {source} {period}")
}

fn read_key(text: &str) -> Option<ObservationKey> {
    let mut parts = text.split(' ');
    let indicator = parts.next()?.parse().ok()?;
    let area = parts.next()?.parse().ok()?;
    let source = parts.next()?.parse().ok()?;
    let period = parts.next()?.parse().ok()?;
    Some(ObservationKey { indicator, area, source, period })
}
