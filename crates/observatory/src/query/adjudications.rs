//! Listings of adjudications. They are visible to everybody: adjudication ends the blindness of a round.

use tenseven_model::{Revision, Unit, UnitSelection};

use super::{
    codings::{read_unit, write_unit},
    observations::ListingError,
};
use crate::{Cursor, InvalidPageToken, RecordedAdjudication, Unreadable, View, records};

/// The revision adjudicated nothing, or is still to come at the moment that was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("revision {revision} is no adjudication; ListAdjudications names those that there are")]
pub struct NoAdjudication {
    /// The revision.
    pub revision: Revision,
}

/// Why an adjudication is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdjudicationLookupError {
    /// The revision made none.
    #[error(transparent)]
    NoAdjudication(#[from] NoAdjudication),
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// One page of adjudications.
pub struct AdjudicationPage {
    /// The adjudications, by indicator, area, period, round.
    pub adjudications: Vec<RecordedAdjudication>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// A page is closed once it holds about this many bytes: well below the 4 MiB that stock clients read.
const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Approximate bytes of an adjudication, and of each coding that it names, without texts.
const ADJUDICATION_BYTES: usize = 512;
const CITED_BYTES: usize = 160;

impl View {
    /// The adjudication that a revision made.
    pub fn adjudication(&self, revision: Revision) -> Result<RecordedAdjudication, AdjudicationLookupError> {
        let none = NoAdjudication { revision };
        if revision == Revision::ZERO || revision > self.revision() {
            return Err(none.into());
        }
        let found = records::adjudication(self.journal(), self.state().codings(), revision)?;
        Ok(found.ok_or(none)?)
    }

    /// The adjudications of the units that pass a filter.
    pub fn adjudications(
        &self,
        filter: &UnitSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<AdjudicationPage, ListingError> {
        let after = after.map(|cursor| read_cursor(&cursor.after).ok_or(InvalidPageToken)).transpose()?;
        let from = after.as_ref().map(|(unit, _)| unit);
        let is_behind = |unit: &Unit, round: u32| {
            after.as_ref().is_none_or(|(last, last_round)| (unit, round) > (last, *last_round))
        };
        let mut page = AdjudicationPage { adjudications: Vec::new(), next: None };
        let mut bytes = 0;
        for (unit, history) in self.units(filter, from)? {
            for (number, round) in history.rounds().filter(|(number, _)| is_behind(&unit, *number)) {
                let Some(revision) = round.adjudicated else { continue };
                if page.adjudications.len() == size || bytes >= PAGE_BYTES_MAX {
                    page.next = page
                        .adjudications
                        .last()
                        .map(|last| self.cursor(format!("{} {}", write_unit(&last.unit), last.round)));
                    self.keep();
                    return Ok(page);
                }
                let found = records::adjudication(self.journal(), self.state().codings(), revision)?;
                let found = found.filter(|found| found.round == number);
                let found = found.ok_or(Unreadable { revision })?;
                let texts = found.observation.notes().text_bytes();
                bytes += ADJUDICATION_BYTES + CITED_BYTES * found.codings.len() + 2 * texts;
                page.adjudications.push(found);
            }
        }
        Ok(page)
    }
}

fn read_cursor(text: &str) -> Option<(Unit, u32)> {
    let mut parts = text.split(' ');
    let unit = read_unit(&mut parts)?;
    Some((unit, parts.next()?.parse().ok()?))
}
