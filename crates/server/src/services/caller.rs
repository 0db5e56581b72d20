//! The caller that a request names.

use tenseven_model::Caller;
use tenseven_observatory::Viewer;

use crate::call::{Call, Principal};

/// What a caller may see.
///
/// This is the only place that makes a [`Viewer`]. Of a caller whom the server does not know, the declared id counts.
pub(super) fn viewer(call: &Call, declared: Option<Caller>) -> Viewer {
    match (call.principal, declared) {
        (Principal::Anonymous, Some(Caller::Coder(coder))) => Viewer::Coder(coder),
        (Principal::Anonymous, Some(Caller::Curator(_))) => Viewer::Curator,
        (Principal::Anonymous, None) => Viewer::Anyone,
    }
}
