//! Which changes of observations are within the grants of their author.
//!
//! *Invariant:* a change needs one grant that covers its indicator, area and source. Where the current version was made by another
//! partner, that grant has to name the source.

use std::collections::HashMap;

use tenseven_model::{Alpha3, AreaCode, ObservationKey, PartnerId, access::ContributionScope};

use super::{
    grants::Grants,
    not_granted::{NotGranted, OutsideGrants},
};
use crate::{state::State, world::World};

/// Whether a grant covers a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Covered {
    No,
    /// Its source is covered by `*`.
    AnySource,
    /// Its source is named.
    NamedSource,
}

/// Succeeds if the author may make all changes of observations with these keys.
pub(crate) fn check_contributions<'k>(
    state: &State,
    world: &World,
    grants: &Grants<'_>,
    keys: impl Iterator<Item = &'k ObservationKey>,
) -> Result<(), NotGranted> {
    if grants.is_admin() {
        return Ok(());
    }
    let mut known: HashMap<(&str, &AreaCode, &str), Covered> = HashMap::new();
    let mut outside = Vec::new();
    for (index, key) in keys.enumerate() {
        let series = (key.indicator.as_str(), &key.area, key.source.as_str());
        let covered = *known.entry(series).or_insert_with(|| covered(state, world, grants, key));
        match covered {
            Covered::No => outside.push((index, OutsideGrants::Uncovered(key.clone()))),
            Covered::AnySource if is_of_another(state, grants.partner(), key) => {
                outside.push((index, OutsideGrants::OfAnother(key.clone())));
            }
            Covered::AnySource | Covered::NamedSource => {}
        }
    }
    if outside.is_empty() {
        return Ok(());
    }
    Err(NotGranted::Changes { partner: grants.partner().clone(), outside })
}

fn is_of_another(state: &State, partner: &PartnerId, key: &ObservationKey) -> bool {
    let author = state.newest_version(key).and_then(|revision| state.authors().of(revision));
    author.is_some_and(|author| author != partner)
}

fn covered(state: &State, world: &World, grants: &Grants<'_>, key: &ObservationKey) -> Covered {
    let of = |scope: &ContributionScope| {
        let is_covered = covers_indicator(state, scope, key)
            && scope.areas().covers_where(|area| covers_area(world, area, &key.area))
            && scope.sources().covers(&key.source);
        match (is_covered, scope.sources().is_named()) {
            (false, _) => Covered::No,
            (true, false) => Covered::AnySource,
            (true, true) => Covered::NamedSource,
        }
    };
    grants.contributions().map(of).max().unwrap_or(Covered::No)
}

fn covers_indicator(state: &State, scope: &ContributionScope, key: &ObservationKey) -> bool {
    if scope.indicators().is_some_and(|indicators| indicators.covers(&key.indicator)) {
        return true;
    }
    let frameworks = state.frameworks();
    scope.frameworks().iter().any(|id| frameworks.newest_defines(id, &key.indicator))
}

/// Whether an area of a grant is the area, its country, or a group with its country.
fn covers_area(world: &World, granted: &AreaCode, area: &AreaCode) -> bool {
    let country: Option<Alpha3> = area.country();
    match granted {
        AreaCode::Local(..) => granted == area,
        AreaCode::Country(granted) => country == Some(*granted),
        AreaCode::Group(group) => country.is_some_and(|country| world.is_member(*group, country)),
    }
}
