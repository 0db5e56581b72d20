//! Which changes of observations are within the grants of their author.
//!
//! *Invariant:* a change needs one grant that covers its indicator, area and source. Where the current version was made by another
//! partner, that grant has to name the source.

use std::collections::HashMap;

use tenseven_model::{
    Alpha3, AreaCode, ObservationKey, PartnerId,
    access::{ContributionScope, Scope},
};

use super::{
    grants::Grants,
    not_granted::{MissingGrant, NotGranted, OutsideGrants},
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
        let is_covered = scope.sources().covers(&key.source)
            && covers_area(world, scope.areas(), &key.area)
            && covers_indicator(state, scope, key);
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

/// Whether a grant names the area, its country, or a group with its country.
fn covers_area(world: &World, granted: &Scope<AreaCode>, area: &AreaCode) -> bool {
    let of_country = |country: Alpha3| {
        granted.covers(&AreaCode::Country(country))
            || world.groups_of(country).any(|group| granted.covers(&AreaCode::Group(group)))
    };
    granted.covers(area) || area.country().is_some_and(of_country)
}

/// Succeeds if the author may replace what is observed for a key: it is new, of the author or of nobody, or a contribution names its
/// source.
pub(crate) fn check_replacement(
    state: &State,
    world: &World,
    grants: &Grants<'_>,
    key: &ObservationKey,
) -> Result<(), NotGranted> {
    let is_allowed = grants.is_admin()
        || !is_of_another(state, grants.partner(), key)
        || covered(state, world, grants, key) == Covered::NamedSource;
    if is_allowed {
        return Ok(());
    }
    let missing = MissingGrant::Replacement(Box::new(key.clone()));
    Err(NotGranted::Missing { partner: grants.partner().clone(), missing })
}
