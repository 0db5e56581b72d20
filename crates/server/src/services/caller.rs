//! The caller that a request names.

use tenseven_model::Caller;
use tenseven_observatory::{Observatory, Viewer};

use crate::{
    call::Call,
    status::{Refusal, Refused, unauthenticated},
};

/// What a caller may see.
///
/// This is the only place that makes a [`Viewer`]. A partner may only call as a coder or curator that it was granted. Once there are
/// partners, an anonymous caller may call as none: until then the declared id counts.
pub(super) fn viewer(
    observatory: &Observatory,
    call: &Call,
    declared: Option<Caller>,
) -> Result<Viewer, Refused> {
    match call.principal.partner() {
        None if declared.is_some() && observatory.has_partners() => {
            return Err(unauthenticated().refuse());
        }
        None => {}
        Some(partner) => {
            let checked = observatory.check_grants(partner, |stored| match &declared {
                Some(Caller::Coder(coder)) => stored.grants().check_coder(coder),
                Some(Caller::Curator(curator)) => stored.grants().check_curator(curator),
                None => Ok(()),
            });
            checked.map_err(Refusal::refuse)?;
        }
    }
    Ok(match declared {
        Some(Caller::Coder(coder)) => Viewer::Coder(coder),
        Some(Caller::Curator(_)) => Viewer::Curator,
        None => Viewer::Anyone,
    })
}
