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
    let Some((series, period)) = indexes(packed, key)? else { return Ok(None) };
    let mut rows = Rows::new(packed)?;
    for index in 0..count {
        let row = rows.next(index)?;
        if row.series == series && row.period == period {
            let version = row.version(revision, key.clone(), &Lazy(packed));
            return version.map(Some).map_err(|source| DecodeError::Observation { index, source });
        }
    }
    Ok(None)
}

/// The indexes of the key's series and period, if the batch has both.
fn indexes(
    packed: &wire::PackedObservations,
    key: &ObservationKey,
) -> Result<Option<(u32, u32)>, DecodeError> {
    let ObservationKey { indicator, area, source, period } = key;
    let texts = [
        index("indicators", &packed.indicators, indicator.borrow())?,
        index("areas", &packed.areas, &area.to_string())?,
        index("sources", &packed.sources, source.borrow())?,
        index("periods", &packed.periods, &period.to_string())?,
    ];
    let [Some(indicator), Some(area), Some(source), Some(period)] = texts else { return Ok(None) };
    let series = all_series(packed)?.into_iter().position(|series| series == [indicator, area, source]);
    Ok(series.and_then(|series| u32::try_from(series).ok()).map(|series| (series, period)))
}

fn index(dictionary: &'static str, bytes: &[u8], wanted: &str) -> Result<Option<u32>, DecodeError> {
    for (index, text) in (0..).zip(Texts::new(bytes)) {
        if text.map_err(|source| DecodeError::Dictionary { dictionary, source })? == wanted {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Dictionaries that are read only as far as they are asked.
struct Lazy<'a>(&'a wire::PackedObservations);

impl Pointed for Lazy<'_> {
    fn level(&self, index: u64) -> Result<LevelCode, ObservationFault> {
        let level = usize::try_from(index).ok().and_then(|index| Texts::new(&self.0.levels).nth(index));
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let length = Texts::new(&self.0.levels).count();
        let level = level.ok_or(ObservationFault::Index { dictionary: "levels", index, length })?;
        Ok(level?.parse()?)
    }

    fn notes(&self, index: u64) -> Result<Notes, ObservationFault> {
        let texts: Vec<&str> = Texts::new(&self.0.texts).collect::<Result<_, TextsFault>>()?;
        let mut rest: &[u8] = &self.0.notes;
        for passed in 0..=index {
            if rest.is_empty() {
                let length = usize::try_from(passed).unwrap_or(usize::MAX);
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                return Err(ObservationFault::Index { dictionary: "notes", index, length });
            }
            if passed < index {
                notes::skip(&mut rest)?;
            }
        }
        notes::take(&mut rest, &texts)
    }
}
