//! The published frameworks.
//!
//! *Invariants:*
//! - A version stays as it was published; that it is retired is kept next to it. Cloning is cheap.
//! - The newest versions are in memory whole, and those that define an indicator. Of the others there is what [`StoredVersion`]
//!   keeps, so that published versions are no burden.

use std::sync::Arc;

use imbl::{HashMap, HashSet, OrdMap};
use tenseven_model::{
    AreaCode, Framework, FrameworkId, FrameworkRef, Indicator, IndicatorId, NodeId, Revision, Timestamp,
    Version, closest, event::FrameworkRetirement, framework::NodeBody,
};

use super::{
    published::{Published, UnreadableVersion},
    retired::{FrameworkLookupError, Retired, RetiredFramework},
    stored::StoredVersion,
};
use crate::unknown::{NotAddedUp, UnknownDomain, UnknownFramework, UnknownIndicator};

type Versions = OrdMap<Version, Arc<StoredVersion>>;

/// All published versions.
#[derive(Clone, Default)]
pub struct Frameworks {
    versions: OrdMap<FrameworkId, Versions>,
    /// By framework: the newest version that is not retired.
    newest: OrdMap<FrameworkId, Arc<Published>>,
    /// By indicator: the version that was published last of those that define it; of those that are not retired, if there are any.
    indicators: HashMap<IndicatorId, Arc<Published>>,
    /// The branches of the trees of all versions.
    branches: HashSet<NodeId>,
    /// By the revision that published the version.
    retired: OrdMap<Revision, Arc<Retired>>,
}

impl Frameworks {
    /// Adds a version.
    pub fn put(&mut self, published: Published) {
        let published = Arc::new(published);
        let draft = published.framework.draft();
        for indicator in &draft.indicators {
            // Versions can be put in any order, as from a checkpoint.
            let known = self.indicators.get(&indicator.id);
            let is_before =
                |known: &Published| self.precedence(known.revision) < self.precedence(published.revision);
            if known.is_none_or(|known| is_before(known)) {
                self.indicators.insert(indicator.id.clone(), Arc::clone(&published));
            }
        }
        let branches = draft.nodes.iter().filter(|node| matches!(node.body, NodeBody::Branch(_)));
        for branch in branches {
            if !self.branches.contains(&branch.id) {
                self.branches.insert(branch.id.clone());
            }
        }
        let versions = self.versions.entry(draft.id.clone()).or_default();
        let like = versions.get_max().map(|(_, last)| last.as_ref());
        let stored = StoredVersion::new(&published, like);
        versions.insert(draft.version.clone(), Arc::new(stored));
        let newest = self.newest_stored(&draft.id);
        if newest.is_some_and(|newest| newest.revision == published.revision) {
            self.newest.insert(draft.id.clone(), Arc::clone(&published));
        }
    }

    /// Retires a version. One that is not published, or is retired already, is left as it is. After an error everything is as before.
    pub(crate) fn retire(
        &mut self,
        revision: Revision,
        retired_at: Timestamp,
        retirement: &FrameworkRetirement,
    ) -> Result<(), UnreadableVersion> {
        let FrameworkRetirement { id, version, reason } = retirement;
        let stored = self.versions.get(id).and_then(|versions| versions.get(version)).cloned();
        let Some(stored) = stored.filter(|stored| self.retirement(stored.revision).is_none()) else {
            return Ok(());
        };
        let mut after = self.clone();
        let (framework, reason) = (retirement.framework(), reason.clone());
        let retired = Retired { framework, revision, retired_at, reason };
        after.retired.insert(stored.revision, Arc::new(retired));
        after.newest = match after.newest_stored(id) {
            Some(newest) => self.newest.update(id.clone(), newest.read()?),
            None => self.newest.without(id),
        };
        for indicator in stored.indicators.iter() {
            let versions = after.versions.values().flat_map(OrdMap::values);
            let defining = versions.filter(|version| version.indicators.contains(indicator));
            if let Some(first) = defining.max_by_key(|version| after.precedence(version.revision)) {
                let first = first.read()?;
                after.indicators.insert(indicator.clone(), first);
            }
        }
        *self = after;
        Ok(())
    }

    /// Of two versions that define an indicator, the one with the higher precedence defines what observations of it must be.
    fn precedence(&self, published: Revision) -> (bool, Revision) {
        (self.retirement(published).is_none(), published)
    }

    /// The version that a reference means: retired or not where it names one, otherwise the newest that is not retired.
    pub fn get(&self, reference: &FrameworkRef) -> Result<Arc<Published>, FrameworkLookupError> {
        if let Some(newest) = self.newest_of(&reference.id)
            && reference.version.as_ref().is_none_or(|version| newest.framework.draft().version == *version)
        {
            return Ok(Arc::clone(newest));
        }
        let versions = self.versions.get(&reference.id).ok_or_else(|| self.unknown(reference))?;
        let found = match &reference.version {
            Some(version) => versions.get(version),
            // All are retired.
            None => newest(versions, |_| true),
        };
        let found = found.ok_or_else(|| self.unknown(reference))?;
        if reference.version.is_none() {
            self.check_in_force(found.revision, &found.reference.id)?;
        }
        Ok(found.read()?)
    }

    /// The newest version of a framework that is not retired.
    pub fn newest_of(&self, id: &FrameworkId) -> Option<&Arc<Published>> {
        self.newest.get(id)
    }

    /// Whether the newest version of a framework defines an indicator.
    pub(crate) fn newest_defines(&self, id: &FrameworkId, indicator: &IndicatorId) -> bool {
        self.newest_of(id).is_some_and(|published| published.framework.indicator(indicator).is_some())
    }

    fn newest_stored(&self, id: &FrameworkId) -> Option<&Arc<StoredVersion>> {
        newest(self.versions.get(id)?, |stored| self.retirement(stored.revision).is_none())
    }

    /// The version that would be the newest if this one, which is the newest, were retired; none if this one is not the newest.
    pub(super) fn successor(
        &self,
        published: &Published,
    ) -> Result<Option<Arc<Published>>, UnreadableVersion> {
        let id = &published.framework.draft().id;
        let is_newest = self.newest_of(id).is_some_and(|newest| newest.revision == published.revision);
        let Some(versions) = self.versions.get(id).filter(|_| is_newest) else { return Ok(None) };
        let successor = newest(versions, |other| {
            other.revision != published.revision && self.retirement(other.revision).is_none()
        });
        successor.map(|stored| stored.read()).transpose()
    }

    /// The retirement of the version that a revision published; none if it is not retired.
    pub fn retirement(&self, published: Revision) -> Option<&Arc<Retired>> {
        self.retired.get(&published)
    }

    /// The revisions that retired versions, in no stated order.
    pub fn retirements(&self) -> impl ExactSizeIterator<Item = Revision> {
        self.retired.values().map(|retired| retired.revision)
    }

    /// Succeeds if the version of a framework that a revision published is not retired.
    pub fn check_in_force(&self, published: Revision, id: &FrameworkId) -> Result<(), Box<RetiredFramework>> {
        let Some(retired) = self.retirement(published) else { return Ok(()) };
        let current = self.newest_of(id).map(|current| current.framework.reference());
        Err(Box::new(RetiredFramework { retired: Retired::clone(retired), current }))
    }

    /// How many versions are not retired.
    pub fn in_force_count(&self) -> usize {
        self.count() - self.retired.len()
    }

    /// How many versions there are.
    pub fn count(&self) -> usize {
        self.versions.values().map(OrdMap::len).sum()
    }

    fn unknown(&self, reference: &FrameworkRef) -> UnknownFramework {
        let versions = self.versions.get(&reference.id);
        let suggestion = match versions {
            Some(versions) => {
                let newest = self.newest_stored(&reference.id).or_else(|| newest(versions, |_| true));
                newest.map(|stored| stored.reference.to_string())
            }
            None => closest(reference.id.as_str(), self.versions.keys().map(FrameworkId::as_str))
                .map(str::to_owned),
        };
        UnknownFramework { framework: reference.clone(), suggestion }
    }

    /// All versions, by id, then newest first; each with whether it is the newest.
    pub fn all(&self) -> impl Iterator<Item = (&Arc<StoredVersion>, bool)> {
        self.versions.iter().flat_map(|(id, versions)| {
            let newest = self.newest_of(id).map(|newest| newest.revision);
            versions.values().rev().map(move |stored| (stored, newest == Some(stored.revision)))
        })
    }

    /// The version that a revision published.
    pub fn published_at(&self, revision: Revision) -> Option<&Arc<StoredVersion>> {
        self.versions.values().flat_map(OrdMap::values).find(|stored| stored.revision == revision)
    }

    /// The newest version of each framework that has one that is not retired, by id.
    pub fn newest(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.newest.values()
    }

    /// Whether any version of a framework is published.
    pub(crate) fn has_any(&self, id: &FrameworkId) -> bool {
        self.versions.contains_key(id)
    }

    /// The highest published version, drafts and retired ones included.
    pub fn highest(&self, id: &FrameworkId) -> Option<&Version> {
        self.versions.get(id)?.keys().next_back()
    }

    /// An indicator of any version, as the version that was published last of those that have it defines it: what
    /// observations of it must be.
    pub fn indicator(&self, id: &IndicatorId) -> Result<(&Arc<Published>, &Indicator), UnknownIndicator> {
        let found = self.indicators.get(id);
        let found = found.and_then(|published| Some((published, published.framework.indicator(id)?)));
        found.ok_or_else(|| {
            let known = self.newest().flat_map(|published| &published.framework.draft().indicators);
            let suggestion = closest(id.as_str(), known.map(|indicator| indicator.id.as_str()));
            UnknownIndicator { indicator: id.clone(), suggestion: suggestion.map(str::to_owned) }
        })
    }

    /// Succeeds if what is observed of an indicator in an area can be scored: of a local unit, if a version that is scored, or the one
    /// that defines what observations must be, adds it up.
    pub fn check_added_up(&self, id: &IndicatorId, area: &AreaCode) -> Result<(), NotAddedUp> {
        let defining = self.indicators.get(id).into_iter().chain(self.newest());
        let mut indicators = defining.filter_map(|published| published.framework.indicator(id));
        if !matches!(area, AreaCode::Local(..)) || indicators.any(|indicator| indicator.roll_up.is_some()) {
            return Ok(());
        }
        Err(NotAddedUp { area: area.clone(), indicator: id.clone() })
    }

    /// Succeeds if a version of a framework has this branch in its tree.
    pub fn domain(&self, id: &NodeId) -> Result<(), UnknownDomain> {
        if self.branches.contains(id) {
            return Ok(());
        }
        let nodes = self.newest().flat_map(|published| &published.framework.draft().nodes);
        let branches = nodes.filter(|node| matches!(node.body, NodeBody::Branch(_)));
        let suggestion = closest(id.as_str(), branches.map(|node| node.id.as_str()));
        Err(UnknownDomain { domain: id.clone(), suggestion: suggestion.map(str::to_owned) })
    }

    /// Whether a version would be the newest of its framework once it is published.
    pub fn would_be_newest(&self, framework: &Framework) -> bool {
        let draft = framework.draft();
        self.newest_of(&draft.id).is_none_or(|newest| {
            let known = &newest.framework.draft().version;
            known.is_prerelease() || !draft.version.is_prerelease()
        })
    }
}

/// The highest release of the versions that count; where there is none, the highest of them.
fn newest(versions: &Versions, counts: impl Fn(&StoredVersion) -> bool) -> Option<&Arc<StoredVersion>> {
    let counting = || versions.iter().rev().filter(|(_, stored)| counts(stored));
    let release = counting().find(|(version, _)| !version.is_prerelease());
    release.or_else(|| counting().next()).map(|(_, stored)| stored)
}

impl PartialEq for Frameworks {
    /// A version never changes, but for its retirement, so the same ones are published by the same revisions.
    fn eq(&self, other: &Self) -> bool {
        let published = |frameworks: &Self| -> Vec<_> {
            let all = frameworks.all();
            all.map(|(stored, _)| (stored.reference.clone(), stored.revision)).collect()
        };
        published(self) == published(other) && self.retired == other.retired
    }
}
