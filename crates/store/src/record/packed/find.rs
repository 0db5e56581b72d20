//! One observation out of columns, without building the others.

use std::borrow::Borrow;

use tenseven_model::{LevelCode, Notes, ObservationKey, Revision, event::ObservationVersion};

use super::{
    decode::count,
    dictionaries::all_series,
    notes,
    row::{Pointed, Rows},
};
use crate::record::{
    DecodeError, ObservationFault,
    texts::{Texts, TextsFault},
    wire,
};

/// The observation of a key, if the batch has one.
pub(in crate::record) fn find(
    revision: Revision,
    packed: &wire::PackedObservations,
    key: &ObservationKey,
) -> Result<Option<ObservationVersion>, DecodeError> {
    let count = count(packed)?;
    let Some((series, period)) = places(packed, key)? else { return Ok(None) };
    let mut rows = Rows::new(packed)?;
    for place in 0..count {
        let row = rows.next(place)?;
        if row.series == series && row.period == period {
            let version = row.version(revision, key.clone(), &Lazy(packed));
            return version.map(Some).map_err(|source| DecodeError::Observation { place, source });
        }
    }
    Ok(None)
}

/// The places of the key's series and period, if the batch has both.
fn places(
    packed: &wire::PackedObservations,
    key: &ObservationKey,
) -> Result<Option<(u32, u32)>, DecodeError> {
    let ObservationKey { indicator, area, source, period } = key;
    let texts = [
        place("indicators", &packed.indicators, indicator.borrow())?,
        place("areas", &packed.areas, &area.to_string())?,
        place("sources", &packed.sources, source.borrow())?,
        place("periods", &packed.periods, &period.to_string())?,
    ];
    let [Some(indicator), Some(area), Some(source), Some(period)] = texts else { return Ok(None) };
    let series = all_series(packed)?.into_iter().position(|series| series == [indicator, area, source]);
    Ok(series.and_then(|series| u32::try_from(series).ok()).map(|series| (series, period)))
}

fn place(dictionary: &'static str, bytes: &[u8], wanted: &str) -> Result<Option<u32>, DecodeError> {
    for (place, text) in (0..).zip(Texts::new(bytes)) {
        if text.map_err(|source| DecodeError::Dictionary { dictionary, source })? == wanted {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// Dictionaries that are read only as far as they are asked.
struct Lazy<'a>(&'a wire::PackedObservations);

impl Pointed for Lazy<'_> {
    fn level(&self, place: u64) -> Result<LevelCode, ObservationFault> {
        let level = usize::try_from(place).ok().and_then(|place| Texts::new(&self.0.levels).nth(place));
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let length = Texts::new(&self.0.levels).count();
        let level = level.ok_or(ObservationFault::Place { dictionary: "levels", place, length })?;
        Ok(level?.parse()?)
    }

    fn notes(&self, place: u64) -> Result<Notes, ObservationFault> {
        let texts: Vec<&str> = Texts::new(&self.0.texts).collect::<Result<_, TextsFault>>()?;
        let mut rest: &[u8] = &self.0.notes;
        for passed in 0..=place {
            if rest.is_empty() {
                let length = usize::try_from(passed).unwrap_or(usize::MAX);
                let place = u32::try_from(place).unwrap_or(u32::MAX);
                return Err(ObservationFault::Place { dictionary: "notes", place, length });
            }
            if passed < place {
                notes::skip(&mut rest)?;
            }
        }
        notes::take(&mut rest, &texts)
    }
}
