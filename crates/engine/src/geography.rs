//! What scoring must know of areas: which groups they belong to, and which the catalogue names.
//!
//! *Invariant:* membership only. Names, regions and codes of other standards are the catalogue's.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use tenseven_model::{Alpha3, Framework, M49, framework::AreaSet};

/// The areas of the world and of its groups. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Geography(Arc<Membership>);

#[derive(Debug, PartialEq, Eq, Default)]
struct Membership {
    world: BTreeSet<Alpha3>,
    groups: HashMap<M49, BTreeSet<Alpha3>>,
}

impl Geography {
    /// A geography of the countries and areas that the catalogue names, and of the groups that it lists.
    pub fn new(world: impl IntoIterator<Item = Alpha3>, groups: HashMap<M49, BTreeSet<Alpha3>>) -> Self {
        Self(Arc::new(Membership { world: world.into_iter().collect(), groups }))
    }

    /// Every country and area that the catalogue names, in order.
    pub fn world(&self) -> &BTreeSet<Alpha3> {
        &self.0.world
    }

    /// The members of a group; none if the group is not listed.
    pub fn members(&self, group: M49) -> Option<&BTreeSet<Alpha3>> {
        self.0.groups.get(&group)
    }

    /// Whether both are one and the same, found without comparing members.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self == other
    }
}

/// Whether an area belongs to a set.
pub(crate) fn is_member(framework: &Framework, geography: &Geography, set: &AreaSet, area: Alpha3) -> bool {
    let listed =
        |group| geography.members(group).is_some_and(|members: &BTreeSet<_>| members.contains(&area));
    match set {
        AreaSet::M49(group) => listed(*group),
        AreaSet::Area(one) => *one == area,
        AreaSet::Own(id) => {
            let mut groups = framework.draft().groups.iter();
            groups.find(|group| group.id == *id).is_some_and(|group| {
                group.areas.contains(&area) || group.members_of.iter().any(|group| listed(*group))
            })
        }
    }
}
