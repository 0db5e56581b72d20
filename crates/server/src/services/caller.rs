//! The caller that a request names.

use tenseven_model::Caller;
use tenseven_observatory::{NotGranted, Observatory, Viewer};

use crate::call::Call;

/// What a caller may see.
///
/// This is the only place that makes a [`Viewer`]. A partner may only call as a coder or curator that it was granted; of an
/// anonymous caller the declared id counts.
pub(super) fn viewer(
    observatory: &Observatory,
    call: &Call,
    declared: Option<Caller>,
) -> Result<Viewer, NotGranted> {
    if let Some(partner) = call.principal.partner() {
        observatory.check_grants(partner, |stored| match &declared {
            Some(Caller::Coder(coder)) => stored.grants().check_coder(coder),
            Some(Caller::Curator(curator)) => stored.grants().check_curator(curator),
            None => Ok(()),
        })?;
    }
    Ok(match declared {
        Some(Caller::Coder(coder)) => Viewer::Coder(coder),
        Some(Caller::Curator(_)) => Viewer::Curator,
        None => Viewer::Anyone,
    })
}
