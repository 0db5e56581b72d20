//! Reference lists: the measures and instruments of the catalogue, and the practices that cite them.
//!
//! *Invariant:* the lists are the program's own; who cites them is the registry's, as of the view's revision.

use tenseven_catalog::{Instrument, Measure};
use tenseven_model::{Indicator, IndicatorId, InstrumentId, MeasureId, PracticeId};

use crate::{Cursor, InvalidPageToken, UnknownInstrument, UnknownMeasure, View};

/// One page of a reference list, in the order of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencePage<T: 'static> {
    /// The entries.
    pub entries: Vec<&'static T>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// A measure, and who cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureUse {
    /// The measure.
    pub measure: &'static Measure,
    /// Indicators of the newest versions of frameworks that reflect it, by id.
    pub indicators: Vec<IndicatorId>,
    /// Practices that bear on it, by id.
    pub practices: Vec<PracticeId>,
}

/// An instrument, and who cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentUse {
    /// The instrument.
    pub instrument: &'static Instrument,
    /// Indicators of the newest versions of frameworks that cite it, by id.
    pub indicators: Vec<IndicatorId>,
    /// Practices that bear on one of those indicators, by id.
    pub practices: Vec<PracticeId>,
}

impl View {
    /// The measures of the catalogue.
    pub fn measures(
        &self,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<ReferencePage<Measure>, InvalidPageToken> {
        self.reference_page(self.world().catalog().measures(), |one| one.id.as_str(), size, after)
    }

    /// The instruments of the catalogue.
    pub fn instruments(
        &self,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<ReferencePage<Instrument>, InvalidPageToken> {
        self.reference_page(self.world().catalog().instruments(), |one| one.id.as_str(), size, after)
    }

    fn reference_page<T>(
        &self,
        all: &'static [T],
        id: impl Fn(&T) -> &str,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<ReferencePage<T>, InvalidPageToken> {
        let from = match after {
            None => 0,
            Some(after) => {
                let last = all.iter().position(|one| id(one) == after.after);
                last.ok_or(InvalidPageToken)? + 1
            }
        };
        let entries: Vec<&T> = all.iter().skip(from).take(size).collect();
        let is_cut = from + entries.len() < all.len();
        let last = entries.last().filter(|_| is_cut);
        let next = last.map(|last| self.cursor(id(last).to_owned()));
        Ok(ReferencePage { entries, next })
    }

    /// One measure of the catalogue.
    pub fn measure(&self, id: &MeasureId) -> Result<MeasureUse, UnknownMeasure> {
        let measure = self.world().measure(id)?;
        let indicators = self.indicators_that(|indicator| indicator.measures.contains(id));
        let practices = self.state().practices().current().map(|(_, practice)| practice);
        let practices = practices.filter(|practice| practice.measures.contains(id));
        Ok(MeasureUse { measure, indicators, practices: practices.map(|one| one.id.clone()).collect() })
    }

    /// One instrument of the catalogue.
    pub fn instrument(&self, id: &InstrumentId) -> Result<InstrumentUse, UnknownInstrument> {
        let instrument = self.world().instrument(id)?;
        let indicators = self.indicators_that(|indicator| indicator.instruments.contains(id));
        let practices = self.state().practices().current().map(|(_, practice)| practice);
        let practices = practices
            .filter(|practice| practice.indicators.iter().any(|one| indicators.binary_search(one).is_ok()))
            .map(|practice| practice.id.clone())
            .collect();
        Ok(InstrumentUse { instrument, indicators, practices })
    }

    /// The indicators of the newest versions of frameworks for which this holds, by id.
    fn indicators_that(&self, holds: impl Fn(&Indicator) -> bool) -> Vec<IndicatorId> {
        let all = self.published().newest().flat_map(|published| &published.framework.draft().indicators);
        let mut ids: Vec<_> = all.filter(|one| holds(one)).map(|one| one.id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
