//! State rules of publications.

use std::collections::HashMap;

use tenseven_model::{Framework, FrameworkRef, Indicator, Version};

use super::{
    clash::{Clash, Defined},
    unpublishable::Unpublishable,
};
use crate::state::State;

/// Maximum number of clashes that are listed.
const CLASHES_MAX: usize = 1_000;

/// Succeeds if the framework of a text can be published on top of a state; its cost is not checked.
pub(super) fn check_publication(
    state: &State,
    framework: &Framework,
    definition: &str,
) -> Result<(), Unpublishable> {
    let reference = framework.reference();
    if let Ok(published) = state.frameworks().get(&reference) {
        return Err(Unpublishable::Exists {
            framework: reference,
            revision: published.revision,
            same_text: *published.definition == *definition,
        });
    }
    let draft = framework.draft();
    if let Some(highest) = state.frameworks().highest(&draft.id).filter(|highest| **highest > draft.version) {
        let highest = FrameworkRef { id: draft.id.clone(), version: Some(Version::clone(highest)) };
        return Err(Unpublishable::NotHigher { framework: reference, highest });
    }
    clash(state, framework).map_or(Ok(()), Err)
}

/// The clashes of a framework with what the registry holds; none if there is none.
pub(super) fn clash(state: &State, framework: &Framework) -> Option<Unpublishable> {
    let (clashes, count) = clashes(state, framework);
    (count > 0).then(|| Unpublishable::Clashes { framework: framework.reference(), clashes, count })
}

/// The indicators that the registry defines otherwise, up to a maximum, and their total number.
fn clashes(state: &State, framework: &Framework) -> (Vec<Clash>, usize) {
    let draft = framework.draft();
    let others: Vec<_> =
        state.frameworks().newest().filter(|published| published.framework.draft().id != draft.id).collect();
    let mut known: HashMap<_, Vec<_>> = HashMap::new();
    for published in others {
        for indicator in &published.framework.draft().indicators {
            known.entry(&indicator.id).or_default().push((published, indicator));
        }
    }
    let (mut clashes, mut count) = (Vec::new(), 0);
    for indicator in &draft.indicators {
        let ours = Defined { indicator, frequency: draft.frequency };
        let with_another = known.get(&indicator.id).into_iter().flatten().find_map(|(published, theirs)| {
            let theirs = Defined { indicator: theirs, frequency: published.framework.draft().frequency };
            ours.clash(theirs, &published.framework.reference())
        });
        // What counts for observations now has let in those that there are.
        let before = state.frameworks().indicator(&indicator.id).ok().map(|(published, before)| Defined {
            indicator: before,
            frequency: published.framework.draft().frequency,
        });
        let changed = before.filter(|before| ours.differs(*before).is_some());
        let with_observations = || changed.and_then(|_| ours.clash_with_observations(state.panel()));
        let with_codings = || changed.and_then(|before| ours.clash_with_codings(before, state.codings()));
        let is_added_up = |one: &Indicator| one.roll_up.is_some();
        let mut others = known.get(&indicator.id).into_iter().flatten().map(|(_, theirs)| *theirs);
        let stays = is_added_up(indicator) || others.any(is_added_up);
        let lapsed = before.filter(|before| !stays && is_added_up(before.indicator));
        let with_units = || lapsed.and_then(|_| ours.clash_with_units(state.panel()));
        let found = with_another.or_else(with_observations).or_else(with_codings).or_else(with_units);
        if let Some(clash) = found {
            count += 1;
            if clashes.len() < CLASHES_MAX {
                clashes.push(clash);
            }
        }
    }
    (clashes, count)
}
