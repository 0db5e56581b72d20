//! The dictionaries of a batch while it is read whole: every text is parsed once.

use std::str::FromStr;

use tenseven_model::{AreaCode, IdError, IndicatorId, LevelCode, Notes, ObservationKey, Period, SourceId};

use super::{
    notes,
    row::{Pointed, Row, in_column},
};
use crate::record::{
    DecodeError, ObservationFault,
    column::{ColumnFault, IndexColumn},
    texts::Texts,
    wire,
};

/// The dictionaries of a batch.
pub(super) struct Dictionaries {
    indicators: Vec<IndicatorId>,
    areas: Vec<AreaCode>,
    sources: Vec<SourceId>,
    periods: Vec<Period>,
    levels: Vec<LevelCode>,
    /// Indexes of indicator, area and source.
    series: Vec<[u32; 3]>,
    notes: Vec<Notes>,
}

impl Dictionaries {
    pub(super) fn new(packed: &wire::PackedObservations) -> Result<Self, DecodeError> {
        let texts: Vec<&str> = listed("texts", &packed.texts, Ok)?;
        Ok(Self {
            indicators: ids("indicators", &packed.indicators)?,
            areas: listed("areas", &packed.areas, |text| Ok(text.parse()?))?,
            sources: ids("sources", &packed.sources)?,
            periods: listed("periods", &packed.periods, |text| Ok(text.parse()?))?,
            levels: ids("levels", &packed.levels)?,
            series: all_series(packed)?,
            notes: all_notes(&packed.notes, &texts)?,
        })
    }

    /// What the row is of.
    pub(super) fn key(&self, row: &Row) -> Result<ObservationKey, ObservationFault> {
        let [indicator, area, source] = *at("series", &self.series, row.series.into())?;
        Ok(ObservationKey {
            indicator: at("indicators", &self.indicators, indicator.into())?.clone(),
            area: at("areas", &self.areas, area.into())?.clone(),
            source: at("sources", &self.sources, source.into())?.clone(),
            period: *at("periods", &self.periods, row.period.into())?,
        })
    }
}

impl Pointed for Dictionaries {
    fn level(&self, index: u64) -> Result<LevelCode, ObservationFault> {
        at("levels", &self.levels, index).cloned()
    }

    fn notes(&self, index: u64) -> Result<Notes, ObservationFault> {
        at("notes", &self.notes, index).cloned()
    }
}

fn listed<'a, T>(
    dictionary: &'static str,
    bytes: &'a [u8],
    parse: impl Fn(&'a str) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let text = |text: Result<_, _>| text.map_err(|source| DecodeError::Dictionary { dictionary, source });
    Texts::new(bytes).map(|found| text(found).and_then(&parse)).collect()
}

fn ids<T: FromStr<Err = IdError>>(dictionary: &'static str, bytes: &[u8]) -> Result<Vec<T>, DecodeError> {
    listed(dictionary, bytes, |text| text.parse().map_err(|source| DecodeError::Id { dictionary, source }))
}

/// The indexes of indicator, area and source of each series.
pub(super) fn all_series(packed: &wire::PackedObservations) -> Result<Vec<[u32; 3]>, DecodeError> {
    let count = packed.series_count;
    // A series that no observation has is never written.
    if count > packed.count {
        let source = ColumnFault::TooLarge(count.into());
        return Err(DecodeError::Column { column: "series", source });
    }
    let names = ["indicators of series", "areas of series", "sources of series"];
    let mut columns = [
        in_column(names[0], IndexColumn::new(&packed.series_indicators))?,
        in_column(names[1], IndexColumn::new(&packed.series_areas))?,
        in_column(names[2], IndexColumn::new(&packed.series_sources))?,
    ];
    let mut series = Vec::new();
    for _ in 0..count {
        let [indicator, area, source] = &mut columns;
        series.push([
            in_column(names[0], indicator.next())?,
            in_column(names[1], area.next())?,
            in_column(names[2], source.next())?,
        ]);
    }
    names.into_iter().zip(&columns).try_for_each(|(name, column)| in_column(name, column.end()))?;
    Ok(series)
}

fn all_notes(bytes: &[u8], texts: &[&str]) -> Result<Vec<Notes>, DecodeError> {
    let (mut rest, mut all) = (bytes, Vec::new());
    while !rest.is_empty() {
        let index = all.len();
        all.push(notes::take(&mut rest, texts).map_err(|source| DecodeError::Notes { index, source })?);
    }
    Ok(all)
}

fn at<'a, T>(dictionary: &'static str, values: &'a [T], index: u64) -> Result<&'a T, ObservationFault> {
    let value = usize::try_from(index).ok().and_then(|index| values.get(index));
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    value.ok_or(ObservationFault::Index { dictionary, index, length: values.len() })
}
