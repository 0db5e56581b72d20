//! Folding codings and adjudications into a state.

use tenseven_model::{Coding, ObservationKey, Revision, Unit};

use super::index::{Codings, IndexedCoding};

/// Adds a coding that a revision accepted.
pub(crate) fn fold_coding(codings: &mut Codings, revision: Revision, coding: &Coding) {
    let (coder, judgement) = (coding.coder().clone(), coding.judgement().clone());
    codings.file(coding.unit(), IndexedCoding { coder, revision, judgement });
}

/// Closes the round of the unit that a revision made an observation of.
pub(crate) fn fold_adjudication(codings: &mut Codings, revision: Revision, key: &ObservationKey) {
    // The observation was made of a unit, so its key names one.
    if let Ok(unit) = Unit::new(key.indicator.clone(), key.area.clone(), key.period) {
        codings.close(&unit, revision);
    }
}
