//! Folding versions of observations into a state.

use tenseven_engine::{Cell, Panel};
use tenseven_model::{
    Revision,
    event::{ObservationVersion, VersionBody},
};

use super::{fingerprint::notes_fingerprint, withdrawn::Withdrawn};

/// Applies a version of an observation to a panel.
pub fn apply_version(panel: &mut Panel, revision: Revision, version: &ObservationVersion) {
    match &version.body {
        VersionBody::Observed(observation) => {
            let cell = Cell {
                value: observation.value().clone(),
                status: observation.status(),
                revision,
                notes: notes_fingerprint(observation.notes()),
            };
            panel.set(observation.key(), cell);
        }
        VersionBody::Withdrawn(withdrawal) => {
            panel.remove(withdrawal.key());
        }
    }
}

/// Applies the versions of a revision.
pub(crate) fn fold(
    panel: &mut Panel,
    withdrawn: &mut Withdrawn,
    revision: Revision,
    versions: &[ObservationVersion],
) {
    for version in versions {
        apply_version(panel, revision, version);
        match &version.body {
            VersionBody::Observed(observation) => withdrawn.forget(observation.key()),
            VersionBody::Withdrawn(withdrawal) => withdrawn.put(withdrawal.key().clone(), revision),
        }
    }
}
