//! Listings of codings, as far as the caller may see them.

use tenseven_model::{
    Coding, CodingSelection, PartnerId, Revision, SubmissionId, Timestamp, Unit, UnitSelection,
};
use tenseven_state::{
    AreaSelectionError,
    codings::{History, IndexedCoding},
};

use super::observations::{AreaFilter, ListingError};
use crate::{Cursor, InvalidPageToken, Unreadable, View, Viewer, records};

/// A coding as the registry holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedCoding {
    /// The coding.
    pub coding: Coding,
    /// The round of its unit.
    pub round: u32,
    /// The revision that adjudicated that round; none while it is open.
    pub adjudicated: Option<Revision>,
    /// Whether its coder revised it later in the round.
    pub is_superseded: bool,
    /// The coding that it revised.
    pub previous: Option<Revision>,
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The submission that brought it.
    pub submission: SubmissionId,
    /// The partner that made it; none where nobody had to identify themselves.
    pub author: Option<PartnerId>,
}

/// One page of codings.
pub struct CodingPage {
    /// The codings, by indicator, area, period, round, coder, revision.
    pub codings: Vec<RecordedCoding>,
    /// On the first page: how many codings of others match on all pages and are not shown, because their rounds are open.
    /// Not on later ones: counts of places between would reveal who coded.
    pub withheld: u32,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// A page is closed once it holds about this many bytes: well below the 4 MiB that stock clients read.
const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Approximate bytes of a coding without its texts.
const CODING_BYTES: usize = 256;

/// The position of a coding in the order of listings.
type SortKey<'a> = (&'a Unit, u32, &'a str, Revision);

/// A coding that passes the filter, without its texts.
struct Found<'a> {
    round: u32,
    adjudicated: Option<Revision>,
    is_last: bool,
    filed: &'a IndexedCoding,
}

impl View {
    /// The units that pass a filter, from one on.
    pub(super) fn units<'a>(
        &'a self,
        filter: &'a UnitSelection,
        from: Option<&'a Unit>,
    ) -> Result<impl Iterator<Item = (Unit, &'a History)>, AreaSelectionError> {
        let areas = AreaFilter::of(filter.area.as_ref(), self.world())?;
        let units = self.state().codings().units(filter.indicator.as_ref(), from);
        Ok(units.filter(move |(unit, _)| {
            areas.takes(unit.area()) && unit.period().is_within(filter.from, filter.to)
        }))
    }

    /// The codings that pass the filter and that the viewer may see. What it may see is judged by the state of this
    /// revision: what was blind then is blind in the view of then.
    pub fn codings(
        &self,
        viewer: &Viewer,
        filter: &CodingSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<CodingPage, ListingError> {
        let after = after.map(|cursor| After::read(&cursor.after).ok_or(InvalidPageToken)).transpose()?;
        let from = after.as_ref().map(|after| &after.unit);
        let withheld = if after.is_none() { self.withheld(viewer, filter)? } else { 0 };
        let mut page = CodingPage { codings: Vec::new(), withheld, next: None };
        let mut bytes = 0;
        for (unit, history) in self.units(&filter.units, from)? {
            for found in found(history, filter) {
                let sort_key = (&unit, found.round, found.filed.coder.as_str(), found.filed.revision);
                if after.as_ref().is_some_and(|after| sort_key <= after.sort_key()) {
                    continue;
                }
                if !viewer.sees(found.adjudicated.is_some(), &found.filed.coder) {
                    continue;
                }
                if filter.coder.as_ref().is_some_and(|coder| *coder != found.filed.coder) {
                    continue;
                }
                if page.codings.len() == size || bytes >= PAGE_BYTES_MAX {
                    page.next = page.codings.last().map(|last| self.cursor_after(last));
                    self.keep();
                    return Ok(page);
                }
                let recorded = self.recorded_coding(&found)?;
                bytes += CODING_BYTES + recorded.coding.text_bytes();
                page.codings.push(recorded);
            }
        }
        Ok(page)
    }

    /// How many current codings of others match, and are not shown.
    fn withheld(&self, viewer: &Viewer, filter: &CodingSelection) -> Result<u32, AreaSelectionError> {
        if !viewer.sees_withheld_count() {
            return Ok(0);
        }
        let units = self.units(&filter.units, None)?;
        let hidden = |found: &Found<'_>| {
            found.is_last && !viewer.sees(found.adjudicated.is_some(), &found.filed.coder)
        };
        let count = units.map(|(_, history)| found(history, filter).filter(hidden).count()).sum::<usize>();
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn recorded_coding(&self, found: &Found<'_>) -> Result<RecordedCoding, Unreadable> {
        let Found { round, adjudicated, is_last, filed } = *found;
        let revision = filed.revision;
        let held = records::coding(self.journal(), revision)?;
        let stamp = self.stamp(revision)?;
        Ok(RecordedCoding {
            coding: held.coding,
            round,
            adjudicated,
            is_superseded: !is_last,
            previous: held.previous,
            revision,
            accepted_at: stamp.committed_at,
            submission: stamp.submission,
            author: self.author(revision),
        })
    }

    fn cursor_after(&self, last: &RecordedCoding) -> Cursor {
        let (unit, round, coder, revision) =
            (last.coding.unit(), last.round, last.coding.coder(), last.revision);
        let unit = write_unit(unit);
        self.cursor(format!("{unit} {round} {coder} {revision}"))
    }
}

/// The codings of a unit that pass the filter, their coders apart: those of others are counted.
fn found<'a>(history: &'a History, filter: &CodingSelection) -> impl Iterator<Item = Found<'a>> {
    let (wanted, superseded) = (filter.adjudicated, filter.superseded);
    let rounds = history
        .rounds()
        .filter(move |(_, round)| wanted.is_none_or(|wanted| wanted == round.adjudicated.is_some()));
    rounds.flat_map(move |(number, round)| {
        let all = round.all().filter(move |(_, is_last)| superseded || *is_last);
        all.map(move |(filed, is_last)| Found {
            round: number,
            adjudicated: round.adjudicated,
            is_last,
            filed,
        })
    })
}

/// Where a listing goes on.
struct After {
    unit: Unit,
    round: u32,
    coder: String,
    revision: Revision,
}

impl After {
    fn sort_key(&self) -> SortKey<'_> {
        (&self.unit, self.round, &self.coder, self.revision)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let unit = read_unit(&mut parts)?;
        let round = parts.next()?.parse().ok()?;
        let coder = parts.next()?.to_owned();
        let revision = Revision::new(parts.next()?.parse().ok()?);
        Some(Self { unit, round, coder, revision })
    }
}

/// A unit in one text; none of its parts can hold a space.
pub(super) fn write_unit(unit: &Unit) -> String {
    format!("{} {} {}", unit.indicator(), unit.area(), unit.period())
}

pub(super) fn read_unit<'a>(parts: &mut impl Iterator<Item = &'a str>) -> Option<Unit> {
    let indicator = parts.next()?.parse().ok()?;
    let area = parts.next()?.parse().ok()?;
    let period = parts.next()?.parse().ok()?;
    Unit::new(indicator, area, period).ok()
}
