//! Listings of observations.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use tenseven_engine::Timeline;
use tenseven_model::{
    Alpha3, AreaCode, AreaSelection, Observation, ObservationKey, ObservationSelection, Period, Revision,
};
use tenseven_state::AreaSelectionError;
use tenseven_store::Stamp;

use super::timelines::{self, IndicatorTimeline};
use crate::{
    Cursor, InvalidPageToken, Recorded, Unreadable, View, World,
    approximate_size::observation_bytes,
    records::{self, Found},
};

/// Why observations, codings or adjudications are not listed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ListingError {
    /// The areas cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
    /// The page token is of no such listing.
    #[error(transparent)]
    PageToken(#[from] InvalidPageToken),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// There is no observation of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no observation of {} for {} in {} from {}; ListObservationRevisions lists what was",
    .0.indicator, .0.area, .0.period, .0.source
)]
pub struct NoObservation(pub ObservationKey);

/// Why an observation is not returned.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ObservationLookupError {
    /// There is none.
    #[error(transparent)]
    NoObservation(#[from] NoObservation),
    /// It cannot be listed.
    #[error(transparent)]
    Listing(#[from] ListingError),
}

/// One page of observations.
pub struct ObservationPage {
    /// The observations, by indicator, area, source, period.
    pub observations: Vec<Recorded>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// A page is closed once it holds about this many bytes: well below the 4 MiB that stock clients read.
pub(super) const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Observations whose texts are fetched together, at first and at most: entries are read again each time, so that more
/// together are faster, but nobody knows beforehand how long their texts are.
const FETCHED_TOGETHER: usize = 256;
const FETCHED_TOGETHER_MAX: usize = 4 * FETCHED_TOGETHER;

/// The areas of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum AreaFilter {
    Any,
    Exactly(AreaCode),
    Among(BTreeSet<Alpha3>),
}

impl AreaFilter {
    /// The areas that are requested, all if none are.
    pub(crate) fn of(area: Option<&AreaSelection>, world: &World) -> Result<Self, AreaSelectionError> {
        match area {
            None => Ok(Self::Any),
            Some(AreaSelection::Area(area @ (AreaCode::Country(_) | AreaCode::Local(..)))) => {
                world.check(area)?;
                Ok(Self::Exactly(area.clone()))
            }
            Some(group) => Ok(Self::Among(world.members(std::slice::from_ref(group))?)),
        }
    }

    /// Whether an area is among them.
    pub(crate) fn takes(&self, area: &AreaCode) -> bool {
        match (self, area) {
            (Self::Any, _) => true,
            (Self::Exactly(wanted), found) => wanted == found,
            (Self::Among(members), AreaCode::Country(country)) => members.contains(country),
            (Self::Among(_), AreaCode::Local(..) | AreaCode::Group(_)) => false,
        }
    }
}

impl View {
    /// The observation of a key that was current at this revision.
    pub fn observation(&self, key: &ObservationKey) -> Result<Recorded, ObservationLookupError> {
        let selection = ObservationSelection {
            indicator: Some(key.indicator.clone()),
            area: Some(AreaSelection::Area(key.area.clone())),
            source: Some(key.source.clone()),
            from: Some(key.period),
            to: Some(key.period),
            status: None,
        };
        let found = self.stretch(&selection, (1, PAGE_BYTES_MAX), None)?.observations.pop();
        Ok(found.ok_or_else(|| NoObservation(key.clone()))?)
    }

    /// The observations that were current at this revision and pass the filter.
    pub fn observations(
        &self,
        filter: &ObservationSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<ObservationPage, ListingError> {
        let page = self.stretch(filter, (size, PAGE_BYTES_MAX), after)?;
        if page.next.is_some() {
            self.keep();
        }
        Ok(page)
    }

    /// The next part of an export, of about `bytes` bytes. The caller keeps the view between parts.
    pub fn export_part(
        &self,
        filter: &ObservationSelection,
        bytes_max: usize,
        after: Option<&Cursor>,
    ) -> Result<ObservationPage, ListingError> {
        self.stretch(filter, (usize::MAX, bytes_max), after)
    }

    /// The observations after `after`, up to the requested number or size in bytes.
    fn stretch(
        &self,
        filter: &ObservationSelection,
        (size, bytes_max): (usize, usize),
        after: Option<&Cursor>,
    ) -> Result<ObservationPage, ListingError> {
        let areas = AreaFilter::of(filter.area.as_ref(), self.world())?;
        let after = after.map(|cursor| read_key(&cursor.after).ok_or(InvalidPageToken)).transpose()?;
        let panel = self.state().panel();
        let listed = timelines::timelines(panel, filter.indicator.as_ref(), after.as_ref());
        let mut listed = listed
            .filter(|listed| areas.takes(&listed.area))
            .flat_map(|listed| cells(listed, filter, after.as_ref()))
            .peekable();
        let (mut observations, mut bytes, mut is_cut) = (Vec::new(), 0, false);
        while observations.len() < size && bytes < bytes_max {
            let count = fetched_together((observations.len(), size), (bytes, bytes_max));
            let found: Vec<Found<'_>> = listed.by_ref().take(count).collect();
            if found.is_empty() {
                break;
            }
            let mut fetched = self.recorded(found)?.into_iter();
            for recorded in fetched.by_ref() {
                bytes += observation_bytes(&recorded.observation);
                observations.push(recorded);
                if bytes >= bytes_max {
                    break;
                }
            }
            is_cut = fetched.len() > 0;
        }
        let last = observations.last().filter(|_| is_cut || listed.peek().is_some());
        let next = last.map(|last| self.cursor(write_key(last.observation.key())));
        Ok(ObservationPage { observations, next })
    }

    /// The observations in full: the texts of those that have any are read from the journal.
    pub(super) fn recorded(&self, found: Vec<Found<'_>>) -> Result<Vec<Recorded>, Unreadable> {
        let mut stamps = Stamps::default();
        let full = records::in_full(self.journal(), found)?.into_iter();
        full.map(|(revision, observation)| self.sign(&mut stamps, revision, observation)).collect()
    }

    /// An observation with who brought it, and when.
    pub(super) fn sign(
        &self,
        stamps: &mut Stamps,
        revision: Revision,
        observation: Observation,
    ) -> Result<Recorded, Unreadable> {
        let stamp = stamps.of(self, revision)?;
        Ok(Recorded {
            observation: Arc::new(observation),
            revision,
            accepted_at: stamp.committed_at,
            submission: stamp.submission,
            author: self.author(revision),
        })
    }
}

/// The stamps of revisions that were read: most observations of a page share one with others.
#[derive(Debug, Default)]
pub(super) struct Stamps(HashMap<Revision, Stamp>);

impl Stamps {
    fn of(&mut self, view: &View, revision: Revision) -> Result<Stamp, Unreadable> {
        if let Some(stamp) = self.0.get(&revision) {
            return Ok(*stamp);
        }
        let stamp = view.stamp(revision)?;
        self.0.insert(revision, stamp);
        Ok(stamp)
    }
}

/// How many observations are fetched next: as many as are missing, estimated from those that are there.
fn fetched_together((count, size): (usize, usize), (bytes, bytes_max): (usize, usize)) -> usize {
    let missing = bytes_max.saturating_sub(bytes).checked_div(bytes / count.max(1));
    // One more, so that it is not missed by a few bytes.
    let next = missing.map_or(FETCHED_TOGETHER, |missing| (missing + 1).min(FETCHED_TOGETHER_MAX));
    next.min(size - count)
}

/// The cells of a timeline that pass the filter, by source, then period.
fn cells<'a>(
    IndicatorTimeline { indicator, area, timeline }: IndicatorTimeline<'a>,
    filter: &ObservationSelection,
    after: Option<&ObservationKey>,
) -> Vec<Found<'a>> {
    let mut cells: Vec<_> =
        timeline.iter().filter(|(period, sourced)| passes(*period, sourced, filter)).collect();
    // A timeline is in the order of periods, which is the order of its only source.
    if !has_one_source(timeline) {
        cells.sort_by(|(period, one), (other_period, other)| {
            (one.source, period).cmp(&(other.source, other_period))
        });
    }
    let found = cells.into_iter().map(|(period, sourced)| Found {
        key: ObservationKey {
            indicator: indicator.clone(),
            area: area.clone(),
            source: sourced.source.clone(),
            period,
        },
        cell: sourced.cell,
    });
    found.filter(|found| after.is_none_or(|after| found.key > *after)).collect()
}

fn has_one_source(timeline: &Timeline) -> bool {
    let mut sources = timeline.iter().map(|(_, sourced)| sourced.source);
    sources.next().is_none_or(|first| sources.all(|source| source == first))
}

fn passes(period: Period, sourced: &tenseven_engine::Sourced<'_>, filter: &ObservationSelection) -> bool {
    let ObservationSelection { indicator: _, area: _, source, from, to, status } = filter;
    source.as_ref().is_none_or(|source| source == sourced.source)
        && period.is_within(*from, *to)
        && status.is_none_or(|status| status == sourced.cell.status)
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
