//! From columns to observations.

use tenseven_model::{Revision, event::ObservationVersion};

use super::{dictionaries::Dictionaries, row::Rows};
use crate::record::{DecodeError, EXPANDED_LENGTH_MAX, OBSERVATION_COUNT_MAX, wire};

/// The observations of the entry of a revision, in order.
pub(in crate::record) fn versions(
    revision: Revision,
    packed: &wire::PackedObservations,
) -> Result<Vec<ObservationVersion>, DecodeError> {
    let count = count(packed)?;
    let dictionaries = Dictionaries::new(packed)?;
    let mut rows = Rows::new(packed)?;
    let (mut versions, mut text_bytes) = (Vec::with_capacity(count), 0);
    for index in 0..count {
        let row = rows.next(index)?;
        let version = dictionaries.key(&row).and_then(|key| row.version(revision, key, &dictionaries));
        let version = version.map_err(|source| DecodeError::Observation { index, source })?;
        // A few bytes can point to the same long texts again and again.
        text_bytes += version.text_bytes();
        if text_bytes > EXPANDED_LENGTH_MAX {
            return Err(DecodeError::TooMuchText);
        }
        versions.push(version);
    }
    rows.end()?;
    Ok(versions)
}

/// How many observations there are.
pub(super) fn count(packed: &wire::PackedObservations) -> Result<usize, DecodeError> {
    let count = usize::try_from(packed.count).unwrap_or(usize::MAX);
    if count > OBSERVATION_COUNT_MAX { Err(DecodeError::Count(packed.count)) } else { Ok(count) }
}
