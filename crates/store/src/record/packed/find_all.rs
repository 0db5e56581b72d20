//! Several observations out of columns, in one pass, without building the others.
//!
//! *Invariant:* what is found is what [`super::find`] finds, key by key.

use std::{borrow::Borrow, collections::HashMap};

use tenseven_model::{LevelCode, Notes, ObservationKey, Revision, event::ObservationVersion};

use super::{
    decode::count,
    dictionaries::all_series,
    notes,
    row::{Pointed, Rows},
};
use crate::record::{
    DecodeError, EXPANDED_LENGTH_MAX, ObservationFault,
    texts::{Texts, TextsFault},
    wire,
};

/// The observations of these keys, in their order; none for a key that the batch has not.
pub(in crate::record) fn find_all(
    revision: Revision,
    packed: &wire::PackedObservations,
    keys: &[&ObservationKey],
) -> Result<Vec<Option<ObservationVersion>>, DecodeError> {
    let count = count(packed)?;
    let wanted = wanted(packed, keys)?;
    let mut found = vec![None; keys.len()];
    let (mut left, mut text_bytes) = (wanted.len(), 0);
    let mut rows = Rows::new(packed)?;
    let pointed = Indexed::new(packed)?;
    for index in 0..count {
        if left == 0 {
            break;
        }
        let row = rows.next(index)?;
        let Some(asked) = wanted.get(&(row.series, row.period)) else { continue };
        // The first row of a key counts.
        let [first, ..] = asked.as_slice() else { continue };
        if found[*first].is_some() {
            continue;
        }
        let version = row.version(revision, keys[*first].clone(), &pointed);
        let version = version.map_err(|source| DecodeError::Observation { index, source })?;
        // A few bytes can point to the same long texts again and again.
        text_bytes += version.text_bytes() * asked.len();
        if text_bytes > EXPANDED_LENGTH_MAX {
            return Err(DecodeError::TooMuchText);
        }
        for which in asked {
            found[*which] = Some(version.clone());
        }
        left -= 1;
    }
    Ok(found)
}

/// For each series and period that is asked for, which keys ask for it.
type Wanted = HashMap<(u32, u32), Vec<usize>>;

fn wanted(packed: &wire::PackedObservations, keys: &[&ObservationKey]) -> Result<Wanted, DecodeError> {
    let indicators = indexes("indicators", &packed.indicators)?;
    let areas = indexes("areas", &packed.areas)?;
    let sources = indexes("sources", &packed.sources)?;
    let periods = indexes("periods", &packed.periods)?;
    let mut series: HashMap<[u32; 3], u32> = HashMap::new();
    for (index, one) in (0..).zip(all_series(packed)?) {
        series.entry(one).or_insert(index);
    }
    let mut wanted = Wanted::new();
    for (which, key) in keys.iter().enumerate() {
        let ObservationKey { indicator, area, source, period } = key;
        let (indicator, source): (&str, &str) = (indicator.borrow(), source.borrow());
        let parts = [
            indicators.get(indicator),
            areas.get(area.to_string().as_str()),
            sources.get(source),
            periods.get(period.to_string().as_str()),
        ];
        let [Some(indicator), Some(area), Some(source), Some(period)] = parts else { continue };
        if let Some(series) = series.get(&[*indicator, *area, *source]) {
            wanted.entry((*series, *period)).or_default().push(which);
        }
    }
    Ok(wanted)
}

/// The first index of each text.
fn indexes<'a>(dictionary: &'static str, bytes: &'a [u8]) -> Result<HashMap<&'a str, u32>, DecodeError> {
    let mut indexes = HashMap::new();
    for (index, text) in (0..).zip(Texts::new(bytes)) {
        let text = text.map_err(|source| DecodeError::Dictionary { dictionary, source })?;
        indexes.entry(text).or_insert(index);
    }
    Ok(indexes)
}

/// Dictionaries of which it is known where each element begins; elements are built when they are asked for.
struct Indexed<'a> {
    levels: Vec<&'a str>,
    texts: Vec<&'a str>,
    notes: Vec<&'a [u8]>,
}

impl<'a> Indexed<'a> {
    fn new(packed: &'a wire::PackedObservations) -> Result<Self, DecodeError> {
        let listed = |dictionary, bytes: &'a [u8]| {
            let texts = Texts::new(bytes).collect::<Result<Vec<_>, TextsFault>>();
            texts.map_err(|source| DecodeError::Dictionary { dictionary, source })
        };
        let (mut rest, mut notes): (&[u8], _) = (&packed.notes, Vec::new());
        while !rest.is_empty() {
            let index = notes.len();
            notes.push(rest);
            notes::skip(&mut rest).map_err(|source| DecodeError::Notes { index, source })?;
        }
        Ok(Self { levels: listed("levels", &packed.levels)?, texts: listed("texts", &packed.texts)?, notes })
    }
}

impl Pointed for Indexed<'_> {
    fn level(&self, index: u64) -> Result<LevelCode, ObservationFault> {
        Ok(at("levels", &self.levels, index)?.parse()?)
    }

    fn notes(&self, index: u64) -> Result<Notes, ObservationFault> {
        let mut rest = at("notes", &self.notes, index)?;
        notes::take(&mut rest, &self.texts)
    }
}

fn at<T: Copy>(dictionary: &'static str, values: &[T], index: u64) -> Result<T, ObservationFault> {
    let value = usize::try_from(index).ok().and_then(|index| values.get(index)).copied();
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    value.ok_or(ObservationFault::Index { dictionary, index, length: values.len() })
}
