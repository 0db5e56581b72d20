//! Who calls.

use tenseven_model::Caller;
use tenseven_observatory::Viewer;

/// What a caller may see, from who it says that it is.
///
/// This is the only place that makes a [`Viewer`]. The declared id counts as long as the server does not know its callers; an
/// identity that was authenticated takes its place here, without a change to the contract: what is declared then has to be
/// what is known.
pub(super) fn viewer(declared: Option<Caller>) -> Viewer {
    match declared {
        Some(Caller::Coder(coder)) => Viewer::Coder(coder),
        Some(Caller::Curator(_)) => Viewer::Curator,
        None => Viewer::Anyone,
    }
}
