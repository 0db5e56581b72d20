//! All checks of a draft, one after the other.

use super::draft_check::Check;
use crate::framework::{FrameworkDraft, FrameworkError};

/// Succeeds if nothing is wrong with the draft.
pub(in crate::framework) fn findings(draft: &FrameworkDraft) -> Result<(), FrameworkError> {
    let mut check = Check::new(draft);
    check.sizes();
    check.groups();
    check.bands();
    check.criteria();
    check.indicators();
    check.formulas();
    check.nodes();
    check.tree();
    check.weights_below();
    check.clashes();
    check.report();
    if check.findings.is_empty() { Ok(()) } else { Err(FrameworkError { findings: check.findings }) }
}
