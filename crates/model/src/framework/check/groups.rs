//! Groups of areas: they are distinct and not empty, and only declared groups are named.

use std::collections::HashSet;

use super::draft_check::Check;
use crate::framework::{AreaSet, Place, Reference};

impl Check<'_> {
    pub(super) fn groups(&mut self) {
        let mut seen = HashSet::new();
        for group in &self.draft.groups {
            let place = || Place::Group(group.id.clone());
            if !seen.insert(&group.id) {
                self.find(place(), "id", "occurs twice; give each group its own");
            }
            if group.areas.is_empty() && group.members_of.is_empty() {
                self.find(place(), "areas", "is empty, and so is members_of; name at least one area");
            }
        }
        if let Reference::Group(set) = &self.draft.reference {
            self.known_sets(&Place::Framework, "reference", std::slice::from_ref(set));
        }
    }

    /// That every group of the framework's own that is named is one of those that it states.
    pub(super) fn known_sets(&mut self, place: &Place, key: &'static str, sets: &[AreaSet]) {
        for set in sets {
            if let AreaSet::Own(id) = set
                && !self.draft.groups.iter().any(|group| group.id == *id)
            {
                self.find(
                    place.clone(),
                    key,
                    format!("{id} is no group of the framework; state it under groups"),
                );
            }
        }
    }
}
